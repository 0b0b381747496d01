/*
 * Finds addresses in the header fields people write.  One pass, no recursion
 * (nested comments are counted), bounded memory.  What cannot be an address
 * is an error: guessing would send a letter to somebody else.
 */
#include "address_list.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "limits.h"

/* One member of the list as it is read. */
struct member {
	int		(*each)(void *, const char *);
	void		*ctx;
	bool		 quoted;	/* inside "…" */
	bool		 literal;	/* inside […] */
	bool		 angle;		/* inside <…> */
	bool		 had_angle;	/* text is what stood in <…> */
	bool		 blank;		/* a blank waits */
	bool		 long_name;	/* the name before < was cut */
	unsigned	 depth;		/* of comments */
	size_t		 len;
	char		 text[LIMIT_ADDRESS + 1];
};

static int
fail(int error)
{
	errno = error;
	return -1;
}

static void
forget(struct member *m)
{
	m->len = 0;
	m->blank = m->long_name = false;
}

/* What does not fit may be a long display name: judged when it ends. */
static void
put(struct member *m, char c)
{
	if (m->len >= sizeof(m->text) - 1)
		m->long_name = true;
	else
		m->text[m->len++] = c;
}

/* Blanks mean nothing beside a dot or an @; elsewhere they part words. */
static void
put_text(struct member *m, char c)
{
	bool joins = c == '@' || c == '.' || m->len == 0 ||
	    m->text[m->len - 1] == '@' || m->text[m->len - 1] == '.';

	if (m->had_angle && !m->angle)
		return;			/* words behind the <…> */
	if (m->blank && !joins)
		put(m, ' ');
	m->blank = false;
	put(m, c);
}

/* <@a,@b:c@d> means c@d [RFC5322 4.4]. */
static const char *
without_route(const char *text)
{
	const char *colon;

	if (*text != '@')
		return text;
	colon = strchr(text, ':');
	return colon == NULL ? text : colon + 1;
}

/* An unquoted blank is left only between two words. */
static bool
has_blank(const char *p)
{
	bool quoted = false;

	for (; *p != '\0'; p++) {
		if (quoted && *p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (*p == ' ' && !quoted)
			return true;
	}
	return false;
}

static int
end_member(struct member *m)
{
	const char *text;

	if (m->quoted || m->literal || m->angle || m->depth != 0)
		return fail(EINVAL);
	m->text[m->len] = '\0';
	text = without_route(m->text);
	if (m->long_name)
		return fail(EMSGSIZE);
	if (has_blank(text))
		return fail(EINVAL);
	if ((*text != '\0' || m->had_angle) && m->each(m->ctx, text) == -1)
		return -1;
	forget(m);
	m->had_angle = false;
	return 0;
}

/* Inside quotes, a literal or a comment; *p moves over quoted pairs. */
static void
enclosed(struct member *m, const char **p)
{
	char c = **p;

	if (c == '\\' && (*p)[1] != '\0' && !m->literal) {
		if (m->depth == 0) {
			put_text(m, c);
			put_text(m, (*p)[1]);
		}
		(*p)++;
	} else if (m->depth != 0)
		m->depth += c == '(' ? 1u : c == ')' ? -1u : 0u;
	else {
		put_text(m, c);
		if (m->quoted)
			m->quoted = c != '"';
		else
			m->literal = c != ']';
	}
}

static int
open_angle(struct member *m)
{
	if (m->angle || m->had_angle)
		return fail(EINVAL);
	forget(m);
	m->angle = m->had_angle = true;
	return 0;
}

static int
plain(struct member *m, char c)
{
	switch (c) {
	case '<':
		return open_angle(m);
	case '>':
		if (!m->angle)
			return fail(EINVAL);
		m->angle = false;
		return 0;
	case '(':
		m->depth = 1;
		return 0;
	case ',':
	case ';':
		if (!m->angle)
			return end_member(m);
		break;
	case ':':
		if (!m->angle) {	/* the name of a group */
			forget(m);
			return 0;
		}
		break;
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		m->blank = true;
		return 0;
	}
	put_text(m, c);
	m->quoted = c == '"';
	m->literal = c == '[';
	return 0;
}

int
address_list(const char *text, int (*each)(void *, const char *), void *ctx)
{
	struct member m = { .each = each, .ctx = ctx };

	for (; *text != '\0'; text++) {
		if (m.quoted || m.literal || m.depth != 0)
			enclosed(&m, &text);
		else if (plain(&m, *text) == -1)
			return -1;
	}
	return end_member(&m);
}
