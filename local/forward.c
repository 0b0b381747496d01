/*
 * Reading a .forward file.  Its user wrote it, and it is read with his rights
 * alone; still a faulty one must only ever delay his mail, so each fault is
 * told with its line.  No shell sees any of it.
 */
#include "forward.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "addr.h"
#include "limits.h"

static int
fault(struct forward *f, const char *why)
{
	f->fault = why;
	return -1;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Passes over what parts items; the lines are counted here. */
static char *
skip_between(struct forward *f, char *p)
{
	for (;;) {
		if (*p == '#') {
			p += strcspn(p, "\n");
			continue;
		}
		if (*p == '\n')
			f->line++;
		else if (!is_blank(*p) && *p != ',')
			return p;
		p++;
	}
}

/* The closing quote of the string that begins at p; NULL when its line ends
 * before. */
static char *
closing_quote(char *p)
{
	for (p++; *p != '"'; p++) {
		if (*p == '\\' && p[1] != '\0' && p[1] != '\n')
			p++;
		if (*p == '\0' || *p == '\n')
			return NULL;
	}
	return p;
}

/*
 * Where an item ends.  A command without quotes around it takes the rest of
 * its line, commas and all; an address may have a quoted local part.
 */
static char *
item_end(char *p)
{
	if (*p == '|')
		return p + strcspn(p, "\n");
	while (*p != '\0' && *p != ',' && *p != '\n') {
		if (*p == '"') {
			p = closing_quote(p);
			if (p == NULL)
				return NULL;
		}
		p++;
	}
	return p;
}

static void
trim_end(char *text)
{
	size_t n = strlen(text);

	while (n > 0 && is_blank(text[n - 1]))
		text[--n] = '\0';
}

/* Takes the quotes off `"|command"`; inside them \" and \\ are escapes. */
static void
unquote(char *text)
{
	char *from = text + 1, *to = text;

	for (; *from != '\0' && *from != '"'; *to++ = *from++)
		if (*from == '\\' && (from[1] == '"' || from[1] == '\\'))
			from++;
	*to = '\0';
}

static int
add(struct forward *f, enum forward_kind kind, const char *text)
{
	struct forward_item *item;

	if (f->count == FORWARD_ITEMS)
		return fault(f, "too many destinations");
	item = &f->items[f->count++];
	item->kind = kind;
	item->line = f->line;
	item->text = text;
	return 0;
}

/* --- what an item is -------------------------------------------------- */

static int
add_program(struct forward *f, const char *command)
{
	char copy[LIMIT_ALIAS_LINE], *words[FORWARD_WORDS + 1];
	const char *why;
	int n;

	if (strlcpy(copy, command, sizeof(copy)) >= sizeof(copy))
		return fault(f, "the command is too long");
	n = forward_split(copy, words, &why);
	if (n == -1)
		return fault(f, why);
	if (n == 0)
		return fault(f, "a command is missing after |");
	if (words[0][0] != '/' && strchr(words[0], '/') != NULL)
		return fault(f, "a program is named by its full path or by"
		    " its name alone");
	return add(f, FORWARD_PROGRAM, command);
}

static int
add_folder(struct forward *f, char *path)
{
	size_t n = strlen(path);

	if (path[n - 1] != '/')
		return fault(f, "mbox files are not supported: the path of a"
		    " Maildir ends with /");
	while (n > 1 && path[n - 1] == '/')
		path[--n] = '\0';
	return add(f, FORWARD_MAILDIR, path);
}

static int
add_address(struct forward *f, const char *text, const char *user,
    const char *address)
{
	struct addr a;

	text += *text == '\\';
	if (strcasecmp(text, user) == 0 || strcasecmp(text, address) == 0)
		return add(f, FORWARD_HERE, text);
	if (addr_parse(&a, text) == -1 || a.local[0] == '\0')
		return fault(f, "this is no address");
	return add(f, FORWARD_ADDRESS, text);
}

static int
add_item(struct forward *f, char *text, const char *user, const char *address)
{
	const char *end;

	if (text[0] == '"' && strchr("|/:", text[1]) != NULL &&
	    text[1] != '\0') {
		end = closing_quote(text);
		if (end == NULL || end[1] != '\0')
			return fault(f, "something follows the closing quote");
		unquote(text);
	}
	if (text[0] == '|')
		return add_program(f, text + 1);
	if (text[0] == ':')
		return fault(f, ":include: is not supported here");
	if (text[0] == '/' || strncmp(text, "./", 2) == 0)
		return add_folder(f, text);
	return add_address(f, text, user, address);
}

int
forward_parse(struct forward *f, size_t len, const char *user,
    const char *address)
{
	char *p = f->text, *end, ended;

	f->count = 0;
	f->line = 1;
	f->fault = NULL;
	f->text[len] = '\0';
	if (memchr(f->text, '\0', len) != NULL)
		return fault(f, "a NUL byte");
	for (;;) {
		p = skip_between(f, p);
		if (*p == '\0')
			return 0;
		end = item_end(p);
		if (end == NULL)
			return fault(f, "a closing quote is missing");
		ended = *end;
		*end = '\0';
		trim_end(p);
		if (add_item(f, p, user, address) == -1)
			return -1;
		p = end;
		if (ended == '\0')
			return 0;
		f->line += ended == '\n';
		p++;
	}
}

/* --- commands --------------------------------------------------------- */

/* Moves one word down to `to`; returns where it ended, NULL: no quote. */
static char *
take_word(char *from, char **to)
{
	char quote = '\0';

	for (; *from != '\0'; from++) {
		if (quote == '\0' && is_blank(*from))
			break;
		if (quote != '\0' && *from == quote)
			quote = '\0';
		else if (quote == '\0' && (*from == '"' || *from == '\''))
			quote = *from;
		else {
			if (*from == '\\' && quote != '\'' && from[1] != '\0')
				from++;
			*(*to)++ = *from;
		}
	}
	return quote == '\0' ? from : NULL;
}

int
forward_split(char *command, char *words[FORWARD_WORDS + 1],
    const char **why)
{
	char *from = command, *to = command;
	bool more = true;
	int n = 0;

	for (; more; from++) {
		while (is_blank(*from))
			from++;
		if (*from == '\0')
			break;
		if (n == FORWARD_WORDS) {
			*why = "the command has too many words";
			return -1;
		}
		words[n++] = to;
		from = take_word(from, &to);
		if (from == NULL) {
			*why = "a closing quote is missing in the command";
			return -1;
		}
		more = *from != '\0';
		*to++ = '\0';
	}
	words[n] = NULL;
	return n;
}
