/* needs: tests/lib/unit conf/conf_members conf/conf_seen */
/* Aliases member by member, the keys of tables, names that stand twice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "conf_members.h"
#include "conf_seen.h"
#include "fd.h"
#include "tables.h"
#include "unit.h"

/* The members of a line as text: a letter for the kind, the text, a bar. */
static void
members(const char *line, char *got, size_t size)
{
	static const char letters[] = "apfls";
	char *copy = strdup(line), *rest = copy, part[256];
	struct member m;
	const char *why;
	int n;

	got[0] = '\0';
	while ((n = member_next(&rest, &m, &why)) == 1) {
		(void)snprintf(part, sizeof(part), "%c%s;", letters[m.kind],
		    m.text);
		(void)strlcat(got, part, size);
	}
	if (n == -1)
		(void)strlcat(got, "!", size);
	free(copy);
}

START_TEST(members_of_a_line)
{
	static const struct {
		const char	*line, *want;
	} rows[] = {
		{ "a, b,c", "aa;ab;ac;" }, { " a ,, ,b ,", "aa;ab;" },
		{ "", "" }, { "# a", "" }, { "a # b, c", "aa;" },
		{ "a,#b", "aa;" }, { "a#b", "aa#b;" },
		{ "\"a,b\"@c, d", "a\"a,b\"@c;ad;" },
		{ "\"a b\"", "a\"a b\";" },
		{ "|prog", "pprog;" }, { "| prog x", "pprog x;" },
		{ "\"|prog a, b\"", "pprog a, b;" },
		{ "|\"prog a, b\"", "pprog a, b;" },
		{ "\"|a \\\"b\\\" \\\\\"", "pa \"b\" \\;" },
		{ "\"|a\" b", "a\"|a\" b;" },
		{ "|\"a\" b", "p\"a\" b;" },
		{ "/a/b", "f/a/b;" }, { "\"/a b\"", "f/a b;" },
		{ ":include:x", "lx;" }, { ":include: /y/x", "l/y/x;" },
		{ "\":include:x\"", "lx;" }, { ":include:\"x\"", "lx;" },
		{ ":fail:", "a:fail:;" }, { "\\eric", "seric;" },
		{ "\"a", "!" }, { "b, \"a\\\"", "ab;!" }, { "\"a\\", "!" }
	};
	char got[512];
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		members(rows[i].line, got, sizeof(got));
		ck_assert_msg(strcmp(got, rows[i].want) == 0,
		    "<%s> became %s", rows[i].line, got);
	}
}
END_TEST

START_TEST(names_of_aliases)
{
	static const struct {
		const char	*line, *name;	/* NULL: refused */
	} rows[] = {
		{ "a: b", "a" }, { "a : b", "a" },
		{ "\"a: x\": b", "\"a: x\"" },
		{ "a@b: c", "a@b" }, { ":", "" }, { "a", NULL },
		{ "\"a: b", NULL }, { "a # b: c", NULL }
	};
	char *copy, *rest, *name;
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		rest = copy = strdup(rows[i].line);
		if (member_name(&rest, &name) == NULL)
			ck_assert_msg(rows[i].name != NULL &&
			    strcmp(name, rows[i].name) == 0, "%s", rest);
		else
			ck_assert_msg(rows[i].name == NULL, "%s", copy);
		free(copy);
	}
}
END_TEST

START_TEST(keys)
{
	static const struct {
		const char	*login, *key;	/* NULL: none */
	} rows[] = {
		{ "Ana@Example.ORG", "ana@example.org" }, { "Ana", "Ana" },
		{ "\"A b\"@c.d", "a b@c.d" }, { "\"a@b\"@c", NULL },
		{ "", NULL }, { "@b", NULL }, { "a@", NULL }, { "a b@c", NULL }
	};
	char key[TABLES_KEY];
	struct addr addr;
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		bool good = tables_login_key(rows[i].login, key);

		ck_assert_msg(good == (rows[i].key != NULL), "%s",
		    rows[i].login);
		if (good)
			ck_assert_str_eq(key, rows[i].key);
	}
	ck_assert_int_eq(addr_parse(&addr, "\"x@y\""), 0);
	ck_assert(!tables_key(&addr, key));
	ck_assert_int_eq(addr_parse(&addr, "Root"), 0);
	ck_assert(tables_key(&addr, key));
	ck_assert_str_eq(key, "root");
}
END_TEST

START_TEST(names_are_seen_once)
{
	struct seen seen;
	char name[16];
	unsigned i;

	seen_init(&seen);
	for (i = 1; i <= 5000; i++) {
		(void)snprintf(name, sizeof(name), "n%u", i * 7919 % 5003);
		ck_assert_uint_eq(seen_add(&seen, name, i), 0);
	}
	ck_assert_uint_eq(seen_add(&seen, "n2916", 9), 1);
	ck_assert_uint_eq(seen_add(&seen, "", 9), 0);
	ck_assert_uint_eq(seen_add(&seen, "", 10), 9);
	seen_free(&seen);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		members_of_a_line, names_of_aliases, keys, names_are_seen_once
	};

	return unit_run("conf_tables", tests, countof(tests));
}
