/*
 * The header of a message that was written on this host.  It is the caller's
 * own text; fields are found by their names and copied as they are.
 */
#include "sendmail_head.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "limits.h"
#include "str.h"

#include "address_list.h"

/* No field name is longer than a line may be [RFC5322 2.1.1]. */
enum { NAME_MAX_LEN = 998 };

/* One field: its first line and the lines that continue it. */
struct field {
	const char	*text;
	size_t		 name;		/* length of the name; 0: mbox line */
	size_t		 len;		/* of the whole */
};

static bool
is_name(const struct field *f, const char *name)
{
	return strlen(name) == f->name &&
	    strncasecmp(f->text, name, f->name) == 0;
}

static bool
is_any(const struct field *f, const char *const *names)
{
	for (; *names != NULL; names++)
		if (is_name(f, *names))
			return true;
	return false;
}

/* Length of the line at p with its CRLF, 0 when it has no end yet. */
static size_t
line_length(const char *p, size_t n)
{
	const char *end = memchr(p, '\n', n);

	return end == NULL ? 0 : (size_t)(end - p) + 1;
}

/* Length of the field name a line begins with, 0 when it is no field. */
static size_t
name_length(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && p[i] > ' ' && p[i] < 0x7f && p[i] != ':'; i++)
		;
	return i < n && p[i] == ':' ? i : 0;
}

/* "From joe Sat …" of an mbox, in front of everything else. */
static bool
is_mbox_line(const char *p, size_t n)
{
	if (n > 0 && *p == '>') {
		p++;
		n--;
	}
	return n > 5 && memcmp(p, "From ", 5) == 0;
}

/* Whether a line without its end yet can be no field whatever follows. */
static bool
is_hopeless(const char *p, size_t n)
{
	size_t i;

	if (is_mbox_line(p, n) || *p == ' ' || *p == '\t')
		return false;
	for (i = 0; i < n && p[i] > ' ' && p[i] < 0x7f && p[i] != ':'; i++)
		;
	return i < n ? p[i] != ':' : n > NAME_MAX_LEN;
}

size_t
sendmail_head_end(const char *text, size_t n, bool *over)
{
	size_t at, len;

	*over = false;
	for (at = 0; at < n; at += len) {
		len = line_length(text + at, n - at);
		if (len == 0) {
			*over = is_hopeless(text + at, n - at);
			return at;
		}
		if ((at > 0 && (text[at] == ' ' || text[at] == '\t')) ||
		    name_length(text + at, len) != 0 ||
		    (at == 0 && is_mbox_line(text, len)))
			continue;
		*over = true;
		return at;
	}
	return at;
}

/* The field at *at; moves behind it.  false at the end. */
static bool
next_field(const char *text, size_t n, size_t *at, struct field *f)
{
	size_t len;

	if (*at >= n)
		return false;
	f->text = text + *at;
	f->len = 0;
	do {
		len = line_length(text + *at, n - *at);
		if (len == 0)
			len = n - *at;	/* the input ended in this line */
		f->len += len;
		*at += len;
	} while (*at < n && (text[*at] == ' ' || text[*at] == '\t'));
	f->name = name_length(f->text, f->len);
	return true;
}

static void
note(struct sendmail_head *h, const struct field *f)
{
	static const char *const resent[] = {
		"Resent-To", "Resent-Cc", "Resent-Bcc", NULL
	};

	if (is_name(f, "Date"))
		h->has_date = true;
	else if (is_name(f, "From"))
		h->has_from = true;
	else if (is_name(f, "Message-ID"))
		h->has_message_id = true;
	else if (is_any(f, resent))
		h->resent = true;
}

void
sendmail_head_copy(struct sendmail_head *h, const char *text, size_t n,
    struct str *out)
{
	static const char *const secret[] = { "Bcc", "Resent-Bcc", NULL };
	struct field f;
	size_t at = 0;

	memset(h, 0, sizeof(*h));
	while (next_field(text, n, &at, &f)) {
		note(h, &f);
		if (f.name != 0 && !is_any(&f, secret))
			str_add(out, f.text, f.len);
	}
}

/* The addresses of one field. */
static int
field_rcpts(const struct field *f, int (*each)(void *, const char *),
    void *ctx)
{
	char *value;
	int done;

	value = strndup(f->text + f->name + 1, f->len - f->name - 1);
	if (value == NULL)
		return -1;
	done = address_list(value, each, ctx);
	free(value);
	return done;
}

int
sendmail_head_rcpts(const struct sendmail_head *h, const char *text,
    size_t n, int (*each)(void *, const char *), void *ctx)
{
	static const char *const sent[] = { "To", "Cc", "Bcc", NULL };
	static const char *const resent[] = {
		"Resent-To", "Resent-Cc", "Resent-Bcc", NULL
	};
	struct field f;
	size_t at = 0;

	while (next_field(text, n, &at, &f))
		if (is_any(&f, h->resent ? resent : sent) &&
		    field_rcpts(&f, each, ctx) == -1)
			return -1;
	return 0;
}
