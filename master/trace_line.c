/*
 * Reading one line of the events.  The values were escaped by event.c; a
 * line may be torn or cut, so nothing is taken for granted.
 */
#include "trace_line.h"

#include <string.h>
#include <strings.h>

#include "fd.h"

static const char *const	keys[] = { "id", "from", "to", "message-id",
				    "report" };

static int
hex(char c)
{
	const char *digits = "0123456789abcdef", *p = strchr(digits, c);

	return c == '\0' || p == NULL ? -1 : (int)(p - digits);
}

/* One byte of a value, \xHH decoded; *p moves behind it. */
static char
next_byte(const char **p)
{
	const char *s = *p;

	if (s[0] == '\\' && s[1] == 'x' && hex(s[2]) >= 0 && hex(s[3]) >= 0) {
		*p += 4;
		return (char)(hex(s[2]) << 4 | hex(s[3]));
	}
	*p += 1;
	return s[0];
}

/* The fourth word and what follows it; NULL when there is none. */
static const char *
event_of(const char *line)
{
	int i;

	for (i = 0; i < 3 && line != NULL; i++) {
		line = strchr(line, ' ');
		line = line == NULL ? NULL : line + 1;
	}
	return line;
}

bool
trace_value(const char *line, const char *key, char *value, size_t size)
{
	const char *p = event_of(line);
	size_t n = strlen(key), len = 0;

	while (p != NULL && (p = strchr(p, ' ')) != NULL) {
		p++;
		if (strncmp(p, key, n) != 0 || p[n] != '=')
			continue;
		for (p += n + 1; *p != ' ' && *p != '\0' && len < size - 1; )
			value[len++] = next_byte(&p);
		value[len] = '\0';
		return true;
	}
	return false;
}

static bool
same(const char *value, const char *query)
{
	size_t n = strlen(value), m = strlen(query);

	if (strcasecmp(value, query) == 0)
		return true;
	return n == m + 2 && value[0] == '<' && value[n - 1] == '>' &&
	    strncasecmp(value + 1, query, m) == 0;
}

bool
trace_matches(const char *line, const char *query)
{
	char value[TRACE_VALUE];
	size_t i;

	for (i = 0; i < countof(keys); i++) {
		if (!trace_value(line, keys[i], value, sizeof(value)))
			continue;
		/* Ids are exact: two may differ in case alone. */
		if (i == 0 ? strcmp(value, query) == 0 : same(value, query))
			return true;
	}
	return false;
}

static void
print_value(const char *p, size_t n, FILE *out)
{
	const char *end = p + n;
	char c;

	while (p < end) {
		c = next_byte(&p);
		putc(c >= 0x20 && c != 0x7f ? c : (c & 0x80) != 0 ? c : '?',
		    out);
	}
}

void
trace_print(const char *line, bool with_id, FILE *out)
{
	const char *event = event_of(line), *p, *eq;
	size_t n;

	if (event == NULL)
		return;
	n = strcspn(event, " ");
	fprintf(out, "%.10s %.12s  %-12.*s", line, line + 11, (int)n, event);
	for (p = event + n; *p == ' '; p += n) {
		p++;
		n = strcspn(p, " ");
		eq = memchr(p, '=', n);
		if (eq == NULL || (!with_id && strncmp(p, "id=", 3) == 0))
			continue;
		fprintf(out, "  %.*s ", (int)(eq - p), p);
		print_value(eq + 1, n - (size_t)(eq + 1 - p), out);
	}
	putc('\n', out);
}
