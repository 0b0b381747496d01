/*
 * Fates.  Text from a peer is made harmless here, once, so that nothing that
 * carries a fate (logs, reports, replies) can be made to lie by control bytes.
 */
#include "fate.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "die.h"

static void
clean(char *text)
{
	for (; *text != '\0'; text++)
		if (*text < 0x20 || *text > 0x7e)
			*text = '?';
}

/* Length of "d.ddd.ddd" at the start of s, 0 when there is none. */
static size_t
status_length(const char *s)
{
	size_t a, b;

	if ((s[0] != '2' && s[0] != '4' && s[0] != '5') || s[1] != '.')
		return 0;
	a = strspn(s + 2, "0123456789");
	if (a < 1 || a > 3 || s[2 + a] != '.')
		return 0;
	b = strspn(s + 3 + a, "0123456789");
	return b < 1 || b > 3 ? 0 : 3 + a + b;
}

int
fate_make(struct fate *f, unsigned code, const char *status, const char *text)
{
	unsigned class = code / 100;
	size_t n = status_length(status);

	if (n == 0 || status[n] != '\0' || n >= sizeof(f->status) ||
	    (unsigned)(status[0] - '0') != class) {
		errno = EPROTO;
		return -1;
	}
	f->kind = (enum fate_kind)class;
	f->code = code;
	(void)strlcpy(f->status, status, sizeof(f->status));
	if (f->text != text)
		(void)strlcpy(f->text, text, sizeof(f->text));
	clean(f->text);
	return 0;
}

void
fate_set(struct fate *f, unsigned code, const char *status,
    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(f->text, sizeof(f->text), format, ap);
	va_end(ap);
	if (fate_make(f, code, status, f->text) == -1)
		die_bug("fate: code and status of different classes");
}
