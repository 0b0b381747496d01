/*
 * Replies of next hops.  A hostile peer may send anything: the number of
 * lines is bounded, each line is bounded by line.c, codes of one reply must
 * agree, and the deadline counts for the whole reply, not for each byte.
 */
#include "replies.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "limits.h"

/* Generous: 512 is the rule [RFC5321 4.5.3.1.5], longer ones are about. */
enum { LINE_MAX_OCTETS = 2048 };

static const char *
fault(enum line_result r)
{
	switch (r) {
	case LINE_EOF:
		return "the connection was closed";
	case LINE_TIMEOUT:
		return "no reply in time";
	case LINE_STOP:
		return "this site is shutting down";
	case LINE_LONG:
		return "a reply line is too long";
	case LINE_BARE:
		return "a reply has bare CR, LF or NUL";
	default:
		return "the connection failed";
	}
}

static int
lost(struct fate *why, const char *text)
{
	fate_set(why, 451, "4.4.2", "%s", text);
	return -1;
}

/* "250-text" or "250 text" or "250": its code, 0 when it is none. */
static unsigned
code_of(const char *line, size_t len)
{
	if (len < 3 || line[0] < '2' || line[0] > '5' ||
	    !isdigit((unsigned char)line[1]) ||
	    !isdigit((unsigned char)line[2]) ||
	    (len > 3 && line[3] != ' ' && line[3] != '-'))
		return 0;
	return (unsigned)(line[0] - '0') * 100 +
	    (unsigned)(line[1] - '0') * 10 + (unsigned)(line[2] - '0');
}

static void
join(struct reply *r, const char *text)
{
	if (r->text[0] != '\0')
		(void)strlcat(r->text, " ", sizeof(r->text));
	(void)strlcat(r->text, text, sizeof(r->text));
}

int
replies_read(struct line *in, struct reply *r, void (*each)(void *,
    const char *), void *ctx, int64_t deadline, struct fate *why)
{
	enum line_result result;
	unsigned code;
	char *text;
	size_t len;
	int lines;

	r->code = 0;
	r->text[0] = '\0';
	for (lines = 0; lines < LIMIT_REPLY_LINES; lines++) {
		result = line_get(in, &text, &len, LINE_MAX_OCTETS, deadline);
		if (result != LINE_OK)
			return lost(why, fault(result));
		code = code_of(text, len);
		if (code == 0 || (r->code != 0 && code != r->code))
			return lost(why, "what came is no SMTP reply");
		r->code = code;
		if (len > 4) {
			join(r, text + 4);
			if (each != NULL)
				each(ctx, text + 4);
		}
		if (len == 3 || text[3] == ' ')
			return 0;
	}
	return lost(why, "a reply has too many lines");
}
