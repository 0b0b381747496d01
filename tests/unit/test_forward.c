/* needs: tests/lib/unit local/forward */
/* .forward files: what each line means, and which line is faulty. */
#include <stdlib.h>
#include <string.h>

#include "../../local/forward.h"
#include "fd.h"
#include "unit.h"

static struct forward	forward;

static int
parse(const char *text)
{
	memcpy(forward.text, text, strlen(text));
	return forward_parse(&forward, strlen(text), "ana",
	    "ana@example.org");
}

static const struct {
	const char		*in;
	size_t			 count;
	enum forward_kind	 kind;	/* of the last item */
	const char		*text;
} good[] = {
	{ "", 0, 0, NULL },
	{ "# nothing\n\n , ,\n", 0, 0, NULL },
	{ "bob@far.example", 1, FORWARD_ADDRESS, "bob@far.example" },
	{ "bob", 1, FORWARD_ADDRESS, "bob" },
	{ "\\bob", 1, FORWARD_ADDRESS, "bob" },
	{ "bob  \r\n", 1, FORWARD_ADDRESS, "bob" },
	{ "a@x.example,b@x.example\nc@x.example", 3, FORWARD_ADDRESS,
	    "c@x.example" },
	{ "\"a, b\"@x.example", 1, FORWARD_ADDRESS, "\"a, b\"@x.example" },
	{ "ana", 1, FORWARD_HERE, "ana" },
	{ "\\Ana", 1, FORWARD_HERE, "Ana" },
	{ "ana@Example.ORG", 1, FORWARD_HERE, "ana@Example.ORG" },
	{ "|prog a,b # c", 1, FORWARD_PROGRAM, "prog a,b # c" },
	{ "\"|prog a,b\", bob", 2, FORWARD_ADDRESS, "bob" },
	{ "\"|prog \\\"a b\\\"\"", 1, FORWARD_PROGRAM, "prog \"a b\"" },
	{ "./lists/x/", 1, FORWARD_MAILDIR, "./lists/x" },
	{ "/home/ana/Mail//\n", 1, FORWARD_MAILDIR, "/home/ana/Mail" },
	{ "\"/home/ana/My Mail/\"", 1, FORWARD_MAILDIR, "/home/ana/My Mail" },
};

START_TEST(items_are_read)
{
	const struct forward_item *last;
	size_t i;

	for (i = 0; i < countof(good); i++) {
		ck_assert_msg(parse(good[i].in) == 0, "%s: %s", good[i].in,
		    forward.fault);
		ck_assert_uint_eq(forward.count, good[i].count);
		if (forward.count == 0)
			continue;
		last = &forward.items[forward.count - 1];
		ck_assert_int_eq((int)last->kind, (int)good[i].kind);
		ck_assert_str_eq(last->text, good[i].text);
	}
}
END_TEST

static const struct {
	const char	*in;
	unsigned	 line;
	const char	*why;	/* part of it */
} bad[] = {
	{ "bob\nx y\n", 2, "no address" },
	{ "a@x.example # no comment behind an address", 1, "no address" },
	{ "\n\n\"|open", 3, "quote" },
	{ "\"a@x\n\"", 1, "quote" },
	{ "|", 1, "missing" },
	{ "|   ", 1, "missing" },
	{ "|a 'b", 1, "quote" },
	{ "|bin/prog", 1, "full path" },
	{ "\"|prog\" more", 1, "follows" },
	{ "/var/mail/ana", 1, "mbox" },
	{ "./mbox", 1, "mbox" },
	{ ":include:/etc/list", 1, "include" },
	{ "\":include:/etc/list\"", 1, "include" },
	{ "@example.org", 1, "no address" },
	{ "\\", 1, "no address" },
};

START_TEST(faults_are_told_with_their_line)
{
	size_t i;

	for (i = 0; i < countof(bad); i++) {
		ck_assert_msg(parse(bad[i].in) == -1, "%s", bad[i].in);
		ck_assert_uint_eq(forward.line, bad[i].line);
		ck_assert_msg(strstr(forward.fault, bad[i].why) != NULL,
		    "%s: %s", bad[i].in, forward.fault);
	}
	memcpy(forward.text, "bo\0b", 4);
	ck_assert_int_eq(forward_parse(&forward, 4, "ana", "a@b"), -1);
}
END_TEST

START_TEST(a_limit_is_a_fault)
{
	char text[4 * FORWARD_ITEMS + 8];
	size_t i;

	text[0] = '\0';
	for (i = 0; i < FORWARD_ITEMS; i++)
		strlcat(text, "bob\n", sizeof(text));
	ck_assert_int_eq(parse(text), 0);
	ck_assert_uint_eq(forward.count, FORWARD_ITEMS);
	strlcat(text, "bob\n", sizeof(text));
	ck_assert_int_eq(parse(text), -1);
	ck_assert_uint_eq(forward.line, FORWARD_ITEMS + 1);
}
END_TEST

static const struct {
	const char	*in;
	int		 count;
	const char	*words[4];
} commands[] = {
	{ "a", 1, { "a" } },
	{ "  a  b ", 2, { "a", "b" } },
	{ "a 'b c' \"d e\"", 3, { "a", "b c", "d e" } },
	{ "a b'c'd\"e\"f", 2, { "a", "bcdef" } },
	{ "a '' \"\"", 3, { "a", "", "" } },
	{ "a b\\ c '\\' \"\\\"\"", 4, { "a", "b c", "\\", "\"" } },
	{ "a $HOME `id` *", 4, { "a", "$HOME", "`id`", "*" } },
	{ "a 'b", -1, { NULL } },
	{ "", 0, { NULL } },
};

START_TEST(commands_are_split_and_nothing_else)
{
	char text[100], *words[FORWARD_WORDS + 1];
	const char *why;
	size_t i;
	int k, n;

	for (i = 0; i < countof(commands); i++) {
		strlcpy(text, commands[i].in, sizeof(text));
		n = forward_split(text, words, &why);
		ck_assert_int_eq(n, commands[i].count);
		for (k = 0; k < n; k++)
			ck_assert_str_eq(words[k], commands[i].words[k]);
	}
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		items_are_read, faults_are_told_with_their_line,
		a_limit_is_a_fault, commands_are_split_and_nothing_else,
	};

	return unit_run("forward", tests, countof(tests));
}
