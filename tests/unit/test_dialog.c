/* needs: tests/lib/unit */
/* The dispatcher of line protocols: verbs, states, arguments, bad ones. */
#include <string.h>

#include "dialog.h"
#include "fd.h"
#include "unit.h"

enum { A = 1, B = 2 };

/* What happened, one letter each. */
struct seen {
	char		text[64];
	char		argument[64];
	struct dialog	dialog;
};

static enum dialog_result
note(struct seen *s, const char *what, const char *argument,
    enum dialog_result result)
{
	(void)strlcat(s->text, what, sizeof(s->text));
	(void)strlcpy(s->argument, argument, sizeof(s->argument));
	return result;
}

static enum dialog_result
done(void *ctx, char *argument)
{
	return note(ctx, "d", argument, DIALOG_DONE);
}

static enum dialog_result
refused(void *ctx, char *argument)
{
	return note(ctx, "r", argument, DIALOG_REFUSED);
}

static enum dialog_result
quit(void *ctx, char *argument)
{
	return note(ctx, "q", argument, DIALOG_CLOSE);
}

static enum dialog_result
trouble(void *ctx, enum dialog_trouble what, const struct dialog_verb *verb)
{
	static const char *const letters[] = {
		[DIALOG_UNKNOWN] = "U", [DIALOG_ORDER] = "O",
		[DIALOG_SYNTAX] = "S", [DIALOG_LONG] = "L",
		[DIALOG_BARE] = "B", [DIALOG_TOO_MANY] = "M",
		[DIALOG_TIMEOUT] = "T", [DIALOG_STOP] = "P",
		[DIALOG_GONE] = "G"
	};

	(void)verb;
	return note(ctx, letters[what], "", DIALOG_BAD);
}

static const struct dialog_verb verbs[] = {
	{ "NONE", A | B, DIALOG_SAME, DIALOG_NONE, done },
	{ "MAY",  A | B, DIALOG_SAME, DIALOG_MAY,  done },
	{ "NEED", A | B, DIALOG_SAME, DIALOG_NEED, done },
	{ "PASS", A | B, DIALOG_SAME, DIALOG_RAW,  done },
	{ "GO",	  A,	 B,	      DIALOG_MAY,  done },
	{ "GO",	  B,	 DIALOG_SAME, DIALOG_MAY,  refused },
	{ "BACK", B,	 A,	      DIALOG_NONE, done },
	{ "NO",	  A,	 B,	      DIALOG_NONE, refused },
	{ "QUIT", DIALOG_ANY, DIALOG_SAME, DIALOG_NONE, quit },
};

static void
open_dialog(struct seen *s)
{
	memset(s, 0, sizeof(*s));
	s->dialog = (struct dialog){
		.verbs = verbs, .count = countof(verbs), .state = A,
		.line_max = 100, .timeout = 1000, .bad_max = 3,
		.trouble = trouble, .ctx = s
	};
}

static const struct {
	const char	*command;
	const char	*seen;
	const char	*argument;
	unsigned	 state;
} cases[] = {
	{ "NONE", "d", "", A },
	{ "none", "d", "", A },
	{ "NoNe   ", "d", "", A },
	{ "NONE x", "S", "", A },
	{ "MAY", "d", "", A },
	{ "MAY \t a b \t", "d", "a b", A },
	{ "NEED", "S", "", A },
	{ "NEED  ", "S", "", A },
	{ "NEED x", "d", "x", A },
	{ "PASS  x ", "d", " x ", A },
	{ "PASS", "d", "", A },
	{ "GO", "d", "", B },
	{ "BACK", "O", "", A },
	{ "NO", "r", "", A },
	{ "", "U", "", A },
	{ " NONE", "U", "", A },
	{ "NONE\tx", "U", "", A },
	{ "NONEX", "U", "", A },
	{ "QUIT", "q", "", A },
};

START_TEST(commands_find_their_row)
{
	struct seen s;
	char command[64];
	size_t i;

	for (i = 0; i < countof(cases); i++) {
		open_dialog(&s);
		(void)strlcpy(command, cases[i].command, sizeof(command));
		(void)dialog_command(&s.dialog, command);
		ck_assert_str_eq(s.text, cases[i].seen);
		ck_assert_str_eq(s.argument, cases[i].argument);
		ck_assert_uint_eq(s.dialog.state, cases[i].state);
	}
}
END_TEST

START_TEST(rows_of_a_verb_differ_by_state)
{
	struct seen s;
	char go[] = "GO", again[] = "GO", back[] = "BACK";

	open_dialog(&s);
	ck_assert_int_eq(dialog_command(&s.dialog, go), DIALOG_DONE);
	ck_assert_int_eq(dialog_command(&s.dialog, again), DIALOG_REFUSED);
	ck_assert_uint_eq(s.dialog.state, B);
	ck_assert_int_eq(dialog_command(&s.dialog, back), DIALOG_DONE);
	ck_assert_str_eq(s.text, "drd");
	ck_assert_uint_eq(s.dialog.state, A);
}
END_TEST

START_TEST(too_many_bad_commands_end_it)
{
	struct seen s;
	char bad[3][8] = { "FOO", "BACK", "NEED" };

	open_dialog(&s);
	ck_assert_int_eq(dialog_command(&s.dialog, bad[0]), DIALOG_BAD);
	ck_assert_int_eq(dialog_command(&s.dialog, bad[1]), DIALOG_BAD);
	ck_assert_int_eq(dialog_command(&s.dialog, bad[2]), DIALOG_CLOSE);
	ck_assert_str_eq(s.text, "UOSM");
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		commands_find_their_row,
		rows_of_a_verb_differ_by_state,
		too_many_bad_commands_end_it
	};

	return unit_run("dialog", tests, countof(tests));
}
