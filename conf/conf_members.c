/*
 * Cuts lines of the aliases file into members.  The syntax is sendmail's as
 * far as it is used: commas, double quotes around a part or a whole member,
 * `#` at the beginning of a word starts a comment.
 */
#include "conf_members.h"

#include <stddef.h>
#include <string.h>

static const char	blank[] = " \t";

/* Behind the quoted string that begins at p, NULL when it never closes. */
static char *
skip_quoted(char *p)
{
	for (p++; *p != '"'; p++)
		if (*p == '\0' || (*p == '\\' && *++p == '\0'))
			return NULL;
	return p + 1;
}

/* Up to one of the stops outside of quotes, or a comment; NULL: no close. */
static char *
skip_to(char *p, const char *stops)
{
	bool word = true;

	while (*p != '\0' && strchr(stops, *p) == NULL) {
		if (*p == '#' && word)
			*p = '\0';
		else if (*p != '"')
			word = strchr(blank, *p++) != NULL;
		else if ((p = skip_quoted(p)) == NULL)
			return NULL;
		else
			word = false;
	}
	return p;
}

static char *
trim(char *text)
{
	size_t n;

	text += strspn(text, blank);
	for (n = strlen(text); n > 0 && strchr(blank, text[n - 1]); n--)
		text[n - 1] = '\0';
	return text;
}

/* Takes the quotes off, in place, when the whole text is one quoted string. */
static void
unquote(char *text)
{
	char *from, *to = text, *end;

	if (*text != '"' || (end = skip_quoted(text)) == NULL || *end != '\0')
		return;
	for (from = text + 1; from < end - 1; from++) {
		if (*from == '\\')
			from++;
		*to++ = *from;
	}
	*to = '\0';
}

/* A special member may be quoted as a whole: an address keeps its quotes. */
static bool
is_special(const char *text)
{
	text += *text == '"';
	return *text == '|' || *text == '/' ||
	    (*text == ':' && strncmp(text, ":include:", 9) == 0);
}

static void
sort_out(struct member *m, char *text)
{
	m->kind = MEMBER_ADDRESS;
	m->text = text;
	if (is_special(text))
		unquote(text);
	if (*text == '|') {
		m->kind = MEMBER_PROGRAM;
		m->text = trim(text + 1);
		unquote(m->text);
	} else if (*text == '/') {
		m->kind = MEMBER_FILE;
	} else if (strncmp(text, ":include:", 9) == 0) {
		m->kind = MEMBER_LIST;
		m->text = trim(text + 9);
		unquote(m->text);
	} else if (*text == '\\') {
		m->kind = MEMBER_SELF;
		m->text = text + 1;
	}
}

int
member_next(char **rest, struct member *m, const char **why)
{
	char *text, *end;

	for (;;) {
		text = *rest + strspn(*rest, blank);
		if (*text == '\0' || *text == '#') {
			*rest = text + strlen(text);
			return 0;
		}
		end = skip_to(text, ",");
		if (end == NULL) {
			*rest = text + strlen(text);
			*why = "a quote that is not closed";
			return -1;
		}
		*rest = *end == ',' ? end + 1 : end;
		*end = '\0';
		text = trim(text);
		if (*text != '\0')
			break;
	}
	sort_out(m, text);
	return 1;
}

const char *
member_name(char **line, char **name)
{
	char *end = skip_to(*line, ":");

	if (end == NULL)
		return "a quote that is not closed";
	if (*end != ':')
		return "expected NAME: and its members";
	*end = '\0';
	*name = trim(*line);
	*line = end + 1;
	return NULL;
}
