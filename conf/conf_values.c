/*
 * The settings with one field, type by type: what is expected, what it is
 * normalised to.  Everything a program gets from malote passed through here,
 * so that no program has to doubt its settings.
 */
#include "conf_values.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "conf_hint.h"
#include "conf_lex.h"
#include "dest.h"
#include "fd.h"

/* --- for all readers -------------------------------------------------- */

int
value_wrong(const struct value *v, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fault(v->config->faults, v->config->file, v->line, "%s: %s",
	    v->param->name, text);
	return -1;
}

int
value_unknown(const struct value *v, const char *what, const char *word,
    const char *const *names, size_t n)
{
	char hint[HINT_SIZE], list[256] = "";
	size_t i;

	for (i = 0; i < n; i++) {
		if (names[i] == NULL)
			continue;
		(void)strlcat(list, list[0] == '\0' ? "" : ", ",
		    sizeof(list));
		(void)strlcat(list, names[i], sizeof(list));
	}
	return value_wrong(v, "unknown %s \"%s\"%s; expected one of %s",
	    what, word, hint_text(hint, word, names, n), list);
}

int
value_count(const struct value *v, size_t min, size_t max,
    const char *expected)
{
	if (v->count < min)
		return value_wrong(v, "expected %s", expected);
	if (v->count > max)
		return value_wrong(v, "\"%s\" is too much; expected %s",
		    v->words[max], expected);
	return 0;
}

void
value_add(const struct value *v, const char *key, const char *words)
{
	(void)config_add(v->config, v->param->param, v->line, 0, key,
	    *words == '\0' ? "\n" : words);
}

/* --- numbers, sizes, spans -------------------------------------------- */

struct measure {
	bool		(*parse)(const char *, uint64_t *);
	void		(*text)(char buf[32], uint64_t);
	const char	*expected;
};

static void
number_text(char buf[32], uint64_t v)
{
	(void)snprintf(buf, 32, "%" PRIu64, v);
}

static const struct measure	number = {
	value_number, number_text, "a number"
};
static const struct measure	size = {
	value_size, value_size_text, "a size such as 64K or 50M"
};
static const struct measure	span = {
	value_span, value_span_text,
	"a duration such as 30s, 10m, 4h, 5d or 1w"
};

static int
measure_word(const struct value *v, const struct measure *m,
    const char *word, uint64_t *n)
{
	char min[32], max[32];

	m->text(min, v->param->min);
	m->text(max, v->param->max);
	if (!m->parse(word, n))
		return value_wrong(v, "\"%s\" is not %s, from %s to %s",
		    word, m->expected, min, max);
	if (*n < v->param->min || *n > v->param->max)
		return value_wrong(v, "%s is outside of %s to %s",
		    word, min, max);
	return 0;
}

static void
measure_one(const struct value *v, const struct measure *m)
{
	char text[32];
	uint64_t n;

	if (value_count(v, 1, 1, m->expected) == -1 ||
	    measure_word(v, m, v->words[0], &n) == -1)
		return;
	number_text(text, n);
	value_add(v, "", text);
}

static void
read_number(const struct value *v)
{
	measure_one(v, &number);
}

static void
read_size(const struct value *v)
{
	measure_one(v, &size);
}

static void
read_span(const struct value *v)
{
	measure_one(v, &span);
}

static void
read_spans(const struct value *v)
{
	struct str words;
	uint64_t n;
	size_t i;
	bool good;

	str_init(&words, LIMIT_WORDS * 32);
	good = value_count(v, 1, LIMIT_WORDS, span.expected) == 0;
	for (i = 0; good && i < v->count; i++) {
		good = measure_word(v, &span, v->words[i], &n) == 0;
		if (good)
			(void)str_printf(&words, i == 0 ? "%" PRIu64 :
			    "\n%" PRIu64, n);
	}
	if (good && !words.failed)
		value_add(v, "", words.data);
	str_free(&words);
}

/* --- names ------------------------------------------------------------ */

static void
read_hostname(const struct value *v)
{
	static const char expected[] =
	    "the full name of this machine, such as mail.example.org";
	char name[LIMIT_DOMAIN + 1];

	if (value_count(v, 1, 1, expected) == -1)
		return;
	if (!value_domain(v->words[0], name) || strchr(name, '.') == NULL)
		value_wrong(v, "\"%s\" is not %s", v->words[0], expected);
	else
		value_add(v, "", name);
}

static void
read_address(const struct value *v)
{
	static const char expected[] =
	    "an address such as admin@example.org, or a name of ours";
	char text[LIMIT_ADDRESS + 8];
	struct addr addr;

	if (value_count(v, 1, 1, expected) == -1)
		return;
	if (addr_parse(&addr, v->words[0]) == -1 || addr_is_null(&addr)) {
		value_wrong(v, "\"%s\" is not %s", v->words[0], expected);
		return;
	}
	addr_format(&addr, text, sizeof(text));
	value_add(v, "", text);
}

/* Characters that part a name from its sub-address. */
static void
read_delimiters(const struct value *v)
{
	static const char expected[] = "some of + - = _ ., or none";
	const char *text;

	if (value_count(v, 1, 1, expected) == -1)
		return;
	text = strcmp(v->words[0], "none") == 0 ? "" : v->words[0];
	if (v->words[0][0] == '\0' || text[strspn(text, "+-=_.")] != '\0')
		value_wrong(v, "\"%s\" is not %s", v->words[0], expected);
	else
		value_add(v, "", text);
}

/* A path below a home: the rules are those of a destination. */
static void
read_path(const struct value *v)
{
	static const char expected[] =
	    "a path below the home, such as Maildir";
	char text[LIMIT_PATHNAME + 16];
	struct dest dest;
	size_t n;

	if (value_count(v, 1, 1, expected) == -1)
		return;
	(void)snprintf(text, sizeof(text), "virtual:%s", v->words[0]);
	n = strlen(text);
	if (text[n - 1] == '/')
		text[n - 1] = '\0';
	if (dest_parse(&dest, text) == -1)
		value_wrong(v, "\"%s\" is not %s", v->words[0], expected);
	else
		value_add(v, "", dest.name);
}

static void
read_owner(const struct value *v)
{
	static const char expected[] = "a name, a number or none";
	uint64_t n;

	if (value_count(v, 1, 1, expected) == -1)
		return;
	if (strcmp(v->words[0], "none") == 0)
		value_add(v, "", "");
	else if (!value_is_owner(v->words[0]) ||
	    (value_number(v->words[0], &n) && n < v->param->min))
		value_wrong(v, "\"%s\" is not %s", v->words[0], expected);
	else
		value_add(v, "", v->words[0]);
}

/* A record is libunbound's to read; here it is only made one word. */
static void
read_anchor(const struct value *v)
{
	static const char expected[] = "root, none or the text of a DS or "
	    "DNSKEY record";
	struct str text;
	size_t i;

	if (value_count(v, 1, LIMIT_WORDS, expected) == -1)
		return;
	if (v->count == 1 && strcmp(v->words[0], "root") != 0 &&
	    strcmp(v->words[0], "none") != 0) {
		value_wrong(v, "\"%s\" is not %s", v->words[0], expected);
		return;
	}
	str_init(&text, LEX_LINE);
	for (i = 0; i < v->count; i++)
		(void)str_printf(&text, i == 0 ? "%s" : " %s", v->words[i]);
	if (v->count > 1 && strstr(text.data, " DS ") == NULL &&
	    strstr(text.data, " DNSKEY ") == NULL)
		value_wrong(v, "\"%s\" is not %s", text.data, expected);
	else if (!text.failed)
		value_add(v, "", text.data);
	str_free(&text);
}

/* --- all of them ------------------------------------------------------ */

static void (*const readers[PT_COUNT])(const struct value *) = {
	[PT_HOSTNAME]	= read_hostname,
	[PT_ADDRESS]	= read_address,
	[PT_NUMBER]	= read_number,
	[PT_SIZE]	= read_size,
	[PT_DURATION]	= read_span,
	[PT_DURATIONS]	= read_spans,
	[PT_DELIMITERS]	= read_delimiters,
	[PT_PATH]	= read_path,
	[PT_FOLDERS]	= rows_folders,
	[PT_OWNER]	= read_owner,
	[PT_ANCHOR]	= read_anchor,
	[PT_LISTEN]	= rows_listen,
	[PT_DOMAIN]	= rows_domain,
	[PT_NETWORKS]	= rows_networks,
	[PT_ROUTE]	= rows_route,
	[PT_ACCOUNT]	= rows_account,
	[PT_RESOLVER]	= rows_resolver,
	[PT_STUB]	= rows_stub
};

void
value_read(const struct value *v)
{
	readers[v->param->type](v);
}
