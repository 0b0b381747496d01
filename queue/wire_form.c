/*
 * The last check that what malote keeps can be sent as it is: a bare CR or LF
 * that slipped through here would be an SMTP smuggling hole at the next hop.
 */
#include "wire_form.h"

#include <string.h>

void
wire_form_feed(struct wire_form *f, const char *p, size_t n)
{
	const char *end = p + n, *stop;

	if (n == 0)
		return;
	if (memchr(p, '\0', n) != NULL)
		f->wrong = true;
	while (p < end) {
		if (f->cr != (*p == '\n'))
			f->wrong = true;
		f->inside = *p != '\n';
		f->cr = *p == '\r';
		p++;
		if (f->cr || p == end)
			continue;
		/* To the next CR; no LF may stand before it. */
		stop = memchr(p, '\r', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		if (stop == p)
			continue;
		if (memchr(p, '\n', (size_t)(stop - p)) != NULL)
			f->wrong = true;
		f->inside = true;
		p = stop;
	}
}

bool
wire_form_ok(const struct wire_form *f)
{
	return !f->wrong && !f->cr;
}
