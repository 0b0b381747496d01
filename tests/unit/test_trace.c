/* needs: tests/lib/unit master/trace_line */
/* Reading lines of events: values, matching, printing. */
#include <stdio.h>
#include <string.h>

#include "../../master/trace_line.h"
#include "fd.h"
#include "unit.h"

#define HEAD	"2026-11-21T22:05:01.123456Z inject 12 "

START_TEST(finds_values)
{
	static const struct {
		const char	*line, *key, *want;	/* NULL: none */
	} cases[] = {
		{ HEAD "accepted id=A1 from=a@b", "id", "A1" },
		{ HEAD "accepted id=A1 from=a@b", "from", "a@b" },
		{ HEAD "accepted id=A1 from=", "from", "" },
		{ HEAD "failed why=a\\x20b\\x5c id=A", "why", "a b\\" },
		{ HEAD "failed why=a\\x2", "why", "a\\x2" },
		{ HEAD "accepted rid=A1", "id", NULL },
		{ HEAD "accepted why=\\x20id=A1", "id", NULL },
		{ HEAD, "id", NULL },
		{ "id=A1", "id", NULL },
		{ "", "id", NULL },
	};
	char value[TRACE_VALUE];
	size_t i;

	for (i = 0; i < countof(cases); i++) {
		bool found = trace_value(cases[i].line, cases[i].key, value,
		    sizeof(value));

		ck_assert_msg(found == (cases[i].want != NULL), "case %zu", i);
		if (found)
			ck_assert_str_eq(value, cases[i].want);
	}
	ck_assert(trace_value(HEAD "x id=12345678", "id", value, 5));
	ck_assert_str_eq(value, "1234");
}
END_TEST

START_TEST(matches_words)
{
	static const struct {
		const char	*query;
		bool		 want;
	} cases[] = {
		{ "A1", true },
		{ "a1", false },
		{ "Ann@example.org", true },
		{ "bob@example.net", true },
		{ "<m@x>", true },
		{ "m@x", true },
		{ "example.org", false },
		{ "inject", false },
		{ "", false },
	};
	size_t i;

	for (i = 0; i < countof(cases); i++)
		ck_assert_msg(trace_matches(HEAD "accepted id=A1 "
		    "from=ann@example.org to=bob@example.net message-id=<m@x>",
		    cases[i].query) == cases[i].want, "case %zu", i);
}
END_TEST

START_TEST(prints_nothing_a_terminal_obeys)
{
	char text[256] = "";
	FILE *f = fmemopen(text, sizeof(text), "w");

	ck_assert_ptr_nonnull(f);
	trace_print(HEAD "failed id=A1 why=a\\x1b[2J", false, f);
	fclose(f);
	ck_assert_str_eq(text,
	    "2026-11-21 22:05:01.123  failed        why a?[2J\n");
}
END_TEST

int
main(void)
{
	const TTest *tests[] = { finds_values, matches_words,
	    prints_nothing_a_terminal_obeys };

	return unit_run("trace", tests, countof(tests));
}
