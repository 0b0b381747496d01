/*
 * Compiles the aliases table.  Lists that are included may be kept by users:
 * they name members and nothing else, no program and no file.  A list that
 * includes itself, over however many others, is found here and not when mail
 * comes.  There is no recursion: the open files are a stack of bounded depth.
 */
#include "conf_aliases.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addr.h"
#include "conf_members.h"
#include "conf_seen.h"
#include "conf_table.h"
#include "conf_values.h"
#include "die.h"
#include "fd.h"
#include "limits.h"
#include "str.h"
#include "tables.h"

/* A file that is being read: the table itself, or a list. */
struct source {
	char		 file[LIMIT_PATHNAME];	/* its name in messages */
	int		 fd;		/* -1: not ours to close */
	dev_t		 device;
	ino_t		 inode;
	struct lines	 lines;
	char		*rest;		/* of the line; NULL: none */
};

struct aliases {
	struct faults	*faults;
	int		 includes;
	bool		 programs;
	struct output	 output;
	struct seen	 seen;
	char		 name[TABLES_KEY];	/* "": none, or a faulty one */
	unsigned	 line;		/* on which the name stands */
	bool		 open;		/* there was a name at all */
	size_t		 members;	/* and files, of this name */
	size_t		 depth;		/* sources that are open */
	struct source	*source[LIMIT_ALIAS_DEPTH];
};

static struct source *
top(const struct aliases *a)
{
	return a->source[a->depth - 1];
}

static void __attribute__((format(printf, 2, 3)))
wrong(struct aliases *a, const char *format, ...)
{
	char text[LIMIT_ALIAS_LINE];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fault(a->faults, top(a)->file, top(a)->lines.number, "%s", text);
}

/* --- the stack of files ----------------------------------------------- */

static struct source *
source_new(const char *file, int fd, bool ours)
{
	struct source *s = calloc(1, sizeof(*s));
	struct stat st;

	if (s == NULL || fstat(fd, &st) == -1)
		die_temp("aliases");
	(void)strlcpy(s->file, file, sizeof(s->file));
	s->fd = ours ? fd : -1;
	s->device = st.st_dev;
	s->inode = st.st_ino;
	lines_init(&s->lines, fd, SIZE_MAX);
	return s;
}

static void
pop(struct aliases *a)
{
	struct source *s = a->source[--a->depth];

	lines_free(&s->lines);
	fd_close(&s->fd);
	free(s);
}

/* The chain of lists, from where the first of them was included. */
static void
loop_found(struct aliases *a, size_t from)
{
	struct str chain;
	size_t i;

	str_init(&chain, LIMIT_ALIAS_LINE);
	for (i = from == 0 ? 0 : from - 1; i < a->depth; i++)
		(void)str_printf(&chain, "%s%s:%u", i + 1 == a->depth ?
		    " and again at " : chain.len == 0 ? "" : ", ",
		    a->source[i]->file, a->source[i]->lines.number);
	wrong(a, "this list includes itself: included at %s", chain.data);
	str_free(&chain);
}

static bool
is_open_already(struct aliases *a, const struct stat *st)
{
	size_t i;

	for (i = 0; i < a->depth; i++)
		if (a->source[i]->device == st->st_dev &&
		    a->source[i]->inode == st->st_ino) {
			loop_found(a, i);
			return true;
		}
	return false;
}

/*
 * The name of a list in the folder of the tables: a path is taken when it
 * leads to that very folder.  NULL when it leads elsewhere.
 */
static const char *
list_name(const struct aliases *a, const char *text)
{
	const char *file = a->source[0]->file;
	const char *slash = strrchr(file, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - file) + 1;

	if (n > 0 && strncmp(text, file, n) == 0)
		text += n;
	return value_is_name(text) ? text : NULL;
}

/* Opens a list: a plain file, not a link, not something that blocks. */
static int
list_open(struct aliases *a, const char *name)
{
	struct stat st;
	int fd;

	fd = openat(a->includes, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1)
		wrong(a, "cannot include %s: %s", name, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		wrong(a, "cannot include %s: it is not a plain file", name);
	else if (!is_open_already(a, &st))
		return fd;
	fd_close(&fd);
	return -1;
}

static void
include(struct aliases *a, const char *text)
{
	const char *name = list_name(a, text);
	char file[LIMIT_PATHNAME];
	const char *slash = strrchr(a->source[0]->file, '/');
	int n = slash == NULL ? 0 : (int)(slash - a->source[0]->file) + 1;
	int fd;

	if (name == NULL) {
		wrong(a, "a list is named without its folder; it stands "
		    "beside this table");
		return;
	}
	if (a->depth == LIMIT_ALIAS_DEPTH) {
		wrong(a, "lists include each other more than %d deep",
		    LIMIT_ALIAS_DEPTH);
		return;
	}
	fd = list_open(a, name);
	if (fd == -1)
		return;
	(void)snprintf(file, sizeof(file), "%.*s%s", n, a->source[0]->file,
	    name);
	a->source[a->depth] = source_new(file, fd, true);
	a->depth++;
}

/* --- members ---------------------------------------------------------- */

static void
put(struct aliases *a, const char *mark, const char *text)
{
	char value[LIMIT_PATHNAME + LIMIT_ALIAS_LINE + 32];

	if (a->name[0] == '\0')
		return;
	(void)snprintf(value, sizeof(value), "%s:%u\n%s%s", top(a)->file,
	    top(a)->lines.number, mark, text);
	output_put(&a->output, a->name, value);
}

static void
put_address(struct aliases *a, const char *text)
{
	char canonical[TABLES_KEY];
	struct addr addr;

	if (addr_parse(&addr, text) == -1 || addr_is_null(&addr)) {
		wrong(a, "\"%s\" is not an address", text);
		return;
	}
	addr_format(&addr, canonical, sizeof(canonical));
	put(a, "", canonical);
}

/* `eric: \eric, …` of old: an alias that names itself does the same. */
static void
put_self(struct aliases *a, const char *text)
{
	char key[TABLES_KEY];
	struct addr addr;

	if (a->name[0] != '\0' && (addr_parse(&addr, text) == -1 ||
	    !tables_key(&addr, key) || strcmp(key, a->name) != 0))
		wrong(a, "\\%s: a backslash stands only before the alias's "
		    "own name", text);
	else
		put_address(a, text);
}

static void
put_special(struct aliases *a, const struct member *m)
{
	const char *what = m->kind == MEMBER_FILE ? "a file" : "a program";

	if (a->depth > 1)
		wrong(a, "%s cannot be a member of a list", what);
	else if (!a->programs)
		wrong(a, "%s as a member needs the setting alias-programs",
		    what);
	else if (m->text[0] == '\0')
		wrong(a, "a program without a name");
	else
		put(a, m->kind == MEMBER_FILE ? "" : "|", m->text);
}

/* Gives up the alias: what is left of its lists is not read. */
static void
too_many(struct aliases *a)
{
	wrong(a, "more than %d members", LIMIT_ALIAS_MEMBERS);
	while (a->depth > 1)
		pop(a);
	a->name[0] = '\0';
	a->members = 1;
}

static void
member(struct aliases *a, const struct member *m)
{
	if (++a->members > LIMIT_ALIAS_MEMBERS) {
		too_many(a);
		return;
	}
	switch (m->kind) {
	case MEMBER_ADDRESS:
		put_address(a, m->text);
		break;
	case MEMBER_SELF:
		put_self(a, m->text);
		break;
	case MEMBER_PROGRAM:
	case MEMBER_FILE:
		put_special(a, m);
		break;
	case MEMBER_LIST:
		include(a, m->text);
		break;
	}
}

/* --- names ------------------------------------------------------------ */

/* The alias before is over; it must have had members. */
static void
finish_name(struct aliases *a)
{
	if (a->open && a->members == 0)
		fault(a->faults, a->source[0]->file, a->line,
		    "an alias without members");
	a->open = false;
}

static void
begin_name(struct aliases *a, const char *text)
{
	struct addr addr;
	unsigned before;

	a->open = true;
	a->members = 0;
	a->line = top(a)->lines.number;
	if (addr_parse(&addr, text) == -1 || !tables_key(&addr, a->name)) {
		wrong(a, "\"%s\" is not a name or an address", text);
		a->name[0] = '\0';
		return;
	}
	before = seen_add(&a->seen, a->name, a->line);
	if (before != 0) {
		wrong(a, "%s stands on line %u already", a->name, before);
		a->name[0] = '\0';
	}
}

/*
 * One line of the table: a name and its members, or, when it begins with a
 * blank, more members.
 */
static void
table_line(struct aliases *a, char *text)
{
	const char *why;
	char *name;

	if (strchr(" \t", *text) != NULL) {
		if (!a->open)
			wrong(a, "members without a name before them");
		top(a)->rest = a->open ? text : NULL;
		return;
	}
	finish_name(a);
	why = member_name(&text, &name);
	if (why != NULL) {
		wrong(a, "%s", why);
		/* What continues it belongs to nobody. */
		a->open = true;
		a->members = 1;
		a->name[0] = '\0';
		return;
	}
	begin_name(a, name);
	top(a)->rest = text;
}

/* Gets one line of the file on top; false when that file is over. */
static bool
next_line(struct aliases *a)
{
	struct source *s = top(a);
	char *text;

	switch (lines_next(&s->lines, &text)) {
	case LINES_OVER:
		if (a->depth == 1)
			finish_name(a);
		return false;
	case LINES_BAD:
		wrong(a, "%s", s->lines.why);
		return true;
	case LINES_LINE:
		break;
	}
	if (text[strspn(text, " \t")] == '\0' ||
	    text[strspn(text, " \t")] == '#')
		return true;
	if (a->depth == 1)
		table_line(a, text);
	else
		s->rest = text;
	return true;
}

static void
aliases_read(struct aliases *a)
{
	struct member m;
	const char *why;

	while (a->depth > 0 && !faults_full(a->faults)) {
		if (top(a)->rest == NULL) {
			if (!next_line(a))
				pop(a);
			continue;
		}
		switch (member_next(&top(a)->rest, &m, &why)) {
		case 1:
			member(a, &m);
			break;
		case 0:
			top(a)->rest = NULL;
			break;
		default:
			wrong(a, "%s", why);
			a->members++;
			break;
		}
	}
}

void
aliases_compile(int text, const char *file, int includes, bool programs,
    int output, struct faults *faults)
{
	struct aliases a = {
		.faults = faults, .includes = includes, .programs = programs
	};

	seen_init(&a.seen);
	output_open(&a.output, output);
	a.source[a.depth++] = source_new(file, text, false);
	aliases_read(&a);
	while (a.depth > 0)
		pop(&a);
	if (faults->count == 0)
		output_close(&a.output);
	else
		output_drop(&a.output);
	seen_free(&a.seen);
}
