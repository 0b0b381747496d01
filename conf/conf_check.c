/*
 * From the lines of malote.conf to a whole configuration: names are looked
 * up, values normalised, defaults added, and what concerns several lines is
 * checked.  Runs in the jail of conf; what comes out is all that root and the
 * other programs ever see of the file.
 */
#include "conf_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_hint.h"
#include "conf_lex.h"
#include "conf_values.h"
#include "die.h"
#include "fd.h"

/* All rows of a file of LIMIT_CONF bytes: a word grows, but not tenfold. */
#define TEXT_MAX	(10 * LIMIT_CONF)

void
config_init(struct config *c, const char *file, struct faults *faults)
{
	memset(c, 0, sizeof(*c));
	c->file = file;
	c->faults = faults;
	str_init(&c->text, TEXT_MAX);
	seen_init(&c->seen);
}

void
config_free(struct config *c)
{
	free(c->rows);
	str_free(&c->text);
	seen_free(&c->seen);
}

static struct config_row *
new_row(struct config *c)
{
	struct config_row *rows;

	if (c->count == c->room) {
		c->room = c->room == 0 ? 64 : c->room * 2;
		rows = reallocarray(c->rows, c->room, sizeof(*rows));
		if (rows == NULL)
			die_temp("configuration");
		c->rows = rows;
	}
	return &c->rows[c->count++];
}

/* A key as people wrote it: newlines are ours. */
static void
told_twice(struct config *c, enum param param, unsigned line,
    const char *key, unsigned before)
{
	char text[LIMIT_WORD], *p;

	(void)strlcpy(text, key, sizeof(text));
	for (p = text; *p != '\0'; p++)
		if (*p == '\n')
			*p = ' ';
	fault(c->faults, c->file, line, "%s: %s stands on line %u already",
	    params[param].name, text, before);
}

int
config_add(struct config *c, enum param param, unsigned line, unsigned rank,
    const char *key, const char *words)
{
	char name[LIMIT_WORD * 2];
	struct config_row *row;
	unsigned before;

	if (*key != '\0') {
		(void)snprintf(name, sizeof(name), "%s\n%s",
		    params[param].name, key);
		before = seen_add(&c->seen, name, line);
		if (before != 0) {
			told_twice(c, param, line, key, before);
			return -1;
		}
	}
	row = new_row(c);
	row->param = param;
	row->line = line;
	row->rank = rank;
	row->order = c->count;
	row->at = c->text.len;
	if (str_add(&c->text, words, strlen(words) + 1) == -1)
		die_temp("configuration");
	return 0;
}

/* --- line by line ----------------------------------------------------- */

static const struct param_row *
find_param(struct config *c, const struct words *w)
{
	const char *names[P_COUNT];
	char hint[HINT_SIZE];
	size_t i;

	for (i = 0; i < P_COUNT; i++) {
		names[i] = params[i].name;
		if (strcmp(names[i], w->word[0]) == 0)
			return &params[i];
	}
	fault(c->faults, c->file, w->line, "unknown setting \"%s\"%s",
	    w->word[0], hint_text(hint, w->word[0], names, P_COUNT));
	return NULL;
}

static void
read_line(struct config *c, const struct words *w)
{
	const struct param_row *param = find_param(c, w);
	struct value v;
	unsigned before;

	if (param == NULL)
		return;
	before = c->first[param->param];
	if (!param->many && before != 0) {
		fault(c->faults, c->file, w->line,
		    "%s stands on line %u already", param->name, before);
		return;
	}
	if (before == 0)
		c->first[param->param] = w->line;
	v.config = c;
	v.param = param;
	v.line = w->line;
	v.words = w->word + 1;
	v.count = w->count - 1;
	value_read(&v);
}

/* --- what was not said ------------------------------------------------ */

/* A default goes through the reader of its type like a line of the file. */
static void
add_default(struct config *c, struct words *w,
    const struct param_row *param, const char *text)
{
	struct lines lines;
	struct value v = { .config = c, .param = param };

	lines_init_text(&lines, text, strlen(text));
	if (!lex_next(&lines, c->file, c->faults, w))
		die_bug("a default without a word");
	v.words = w->word;
	v.count = w->count;
	value_read(&v);
	lines_free(&lines);
}

static void
add_defaults(struct config *c, struct words *w, const char *hostname,
    unsigned last_line)
{
	const struct param_row *p;

	for (p = params; p < params + P_COUNT; p++) {
		if (p->many || c->first[p->param] != 0)
			continue;
		if (p->fallback != NULL)
			add_default(c, w, p, p->fallback);
		else if (p->param == P_HOSTNAME && hostname != NULL &&
		    strchr(hostname, '.') != NULL)
			add_default(c, w, p, hostname);
		else
			fault(c->faults, c->file, last_line,
			    "%s is missing", p->name);
	}
}

/* Every program has an account, and a route leads everywhere. */
static void
add_rows(struct config *c)
{
	char words[128], key[64];
	size_t i;

	for (i = 0; i < PROC_COUNT; i++) {
		if (house_procs[i].account == NULL)
			continue;
		(void)snprintf(key, sizeof(key), "account\n%s",
		    house_procs[i].name);
		if (seen_add(&c->seen, key, 1) != 0)
			continue;
		(void)snprintf(words, sizeof(words), "%s\n%s",
		    house_procs[i].name, house_procs[i].account);
		(void)config_add(c, P_ACCOUNT, 0, (unsigned)i, "", words);
	}
	if (seen_add(&c->seen, "route\n*", 1) == 0)
		(void)config_add(c, P_ROUTE, 0, 2 * LIMIT_DOMAIN, "",
		    "*\nmx:");
}

/* --- what concerns several lines -------------------------------------- */

/* The rows of account by program; NULL for those that have none. */
static void
collect_accounts(const struct config *c,
    const struct config_row *rows[PROC_COUNT])
{
	size_t i;

	memset(rows, 0, PROC_COUNT * sizeof(*rows));
	for (i = 0; i < c->count; i++)
		if (c->rows[i].param == P_ACCOUNT)
			rows[c->rows[i].rank] = &c->rows[i];
}

static bool
same_account(const struct config *c, const struct config_row *a,
    const struct config_row *b)
{
	const char *x = config_words(c, a), *y = config_words(c, b);

	return strcmp(x + strcspn(x, "\n"), y + strcspn(y, "\n")) == 0;
}

/*
 * No two programs share an account: it is what parts them.  local and
 * maildrop must share theirs, they work on the same virtual mailboxes.
 */
static void
check_accounts(struct config *c, unsigned last_line)
{
	const struct config_row *rows[PROC_COUNT];
	unsigned line;
	int i, k;
	bool must;

	collect_accounts(c, rows);
	for (i = 0; i < PROC_COUNT; i++)
		for (k = 0; k < i; k++) {
			if (rows[i] == NULL || rows[k] == NULL)
				continue;
			must = i == PROC_MAILDROP && k == PROC_LOCAL;
			if (same_account(c, rows[i], rows[k]) == must)
				continue;
			line = rows[i]->line > rows[k]->line ?
			    rows[i]->line : rows[k]->line;
			fault(c->faults, c->file, line != 0 ? line :
			    last_line, must ?
			    "account: %s and %s need the same one" :
			    "account: %s and %s must not share one",
			    house_procs[k].name, house_procs[i].name);
		}
}

static int
compare(const void *a, const void *b)
{
	const struct config_row *x = a, *y = b;

	if (x->param != y->param)
		return x->param < y->param ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

void
config_read(struct config *c, struct lines *lines, const char *hostname)
{
	struct words *w = calloc(1, sizeof(*w));
	unsigned last;

	if (w == NULL)
		die_temp("configuration");
	while (lex_next(lines, c->file, c->faults, w))
		read_line(c, w);
	last = lines->number == 0 ? 1 : lines->number;
	if (!faults_full(c->faults)) {
		add_defaults(c, w, hostname, last);
		add_rows(c);
		check_accounts(c, last);
	}
	if (c->count > 0)
		qsort(c->rows, c->count, sizeof(*c->rows), compare);
	free(w);
}

/* --- who is sent what ------------------------------------------------- */

const char *
config_words(const struct config *c, const struct config_row *row)
{
	return c->text.data + row->at;
}

bool
config_row_is_for(const struct config *c, const struct config_row *row,
    enum proc proc)
{
	bool pop3;

	if ((params[row->param].readers & (uint32_t)1 << proc) == 0)
		return false;
	if (row->param != P_LISTEN || proc == PROC_KEEPER)
		return true;
	pop3 = strncmp(config_words(c, row), "pop3", 4) == 0;
	return pop3 == (proc == PROC_POP3D);
}
