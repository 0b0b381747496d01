/* needs: tests/lib/unit queue/sendmail_args queue/sendmail_head queue/sendmail_text queue/address_list */
/* sendmail: its command line, address lists, line ends, the header. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../queue/address_list.h"
#include "../../queue/sendmail_args.h"
#include "../../queue/sendmail_head.h"
#include "../../queue/sendmail_text.h"
#include "fd.h"
#include "str.h"
#include "unit.h"

enum { WORDS = 10 };

START_TEST(command_lines)
{
	static const struct {
		const char	*words[WORDS];
		int		 wrong;
		enum sendmail_mode mode;
		bool		 take, keep_dot;
		const char	*sender, *rcpt;
	} rows[] = {
		{ { "sendmail", "joe" }, 0, SENDMAIL_POST, 0, 0, NULL, "joe" },
		{ { "/usr/sbin/sendmail", "-t", "-i" }, 0, SENDMAIL_POST,
		    1, 1, NULL, NULL },
		{ { "sendmail", "-ti" }, 0, SENDMAIL_POST, 1, 1, NULL, NULL },
		{ { "sendmail", "-tfjoe", "x" }, 0, SENDMAIL_POST, 1, 0,
		    "joe", "x" },
		{ { "sendmail", "-oi", "-f", "joe", "--", "-x" }, 0,
		    SENDMAIL_POST, 0, 1, "joe", "-x" },
		{ { "sendmail", "-f", "", "x" }, 0, SENDMAIL_POST, 0, 0, "",
		    "x" },
		{ { "sendmail", "-oem", "-odb", "-om", "-em", "-O",
		    "QueueDirectory=/x", "-d0.1", "-bm", "x" }, 0,
		    SENDMAIL_POST, 0, 0, NULL, "x" },
		{ { "sendmail", "-bs" }, 0, SENDMAIL_SMTP, 0, 0, NULL, NULL },
		{ { "sendmail", "-q30m" }, 0, SENDMAIL_RUN, 0, 0, NULL, NULL },
		{ { "sendmail", "-bp" }, 0, SENDMAIL_LIST, 0, 0, NULL, NULL },
		{ { "/usr/bin/mailq" }, 0, SENDMAIL_LIST, 0, 0, NULL, NULL },
		{ { "newaliases" }, 0, SENDMAIL_ALIASES, 0, 0, NULL, NULL },
		{ { "sendmail", "-bd" }, 1, 0, 0, 0, NULL, NULL },
		{ { "sendmail", "-b" }, 1, 0, 0, 0, NULL, NULL },
		{ { "sendmail", "-Z" }, 1, 0, 0, 0, NULL, NULL },
		{ { "sendmail", "-f" }, 1, 0, 0, 0, NULL, NULL },
		{ { "sendmail", "-B", "9BIT" }, 1, 0, 0, 0, NULL, NULL },
		{ { "sendmail", "-R", "some" }, 1, 0, 0, 0, NULL, NULL },
	};
	struct sendmail_args a;
	char *argv[WORDS + 1];
	size_t i, k;

	for (i = 0; i < countof(rows); i++) {
		for (k = 0; k < WORDS && rows[i].words[k] != NULL; k++)
			argv[k] = strdup(rows[i].words[k]);
		argv[k] = NULL;
		ck_assert_msg((sendmail_args(&a, argv) != NULL) ==
		    rows[i].wrong, "row %zu", i);
		if (rows[i].wrong)
			continue;
		ck_assert_int_eq(a.mode, rows[i].mode);
		ck_assert_int_eq(a.take_recipients, rows[i].take);
		ck_assert_int_eq(a.keep_dot, rows[i].keep_dot);
		ck_assert_pstr_eq(a.sender, rows[i].sender);
		ck_assert_pstr_eq(a.rcpts[0], rows[i].rcpt);
	}
}
END_TEST

START_TEST(notify_words)
{
	static const struct {
		const char	*in, *want;
	} rows[] = {
		{ "never", "NEVER" },
		{ "success", "SUCCESS" },
		{ "Failure,delay", "FAILURE,DELAY" },
		{ "success,failure,delay", "SUCCESS,FAILURE,DELAY" },
		{ "never,failure", NULL },
		{ "failure,failure", NULL },
		{ "", NULL },
		{ "failure,", NULL },
		{ "failures", NULL },
	};
	struct sendmail_args a;
	char name[] = "sendmail", flag[] = "-N", *argv[] = {
		name, flag, NULL, NULL
	};
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		argv[2] = strdup(rows[i].in);
		if (rows[i].want == NULL)
			ck_assert_ptr_nonnull(sendmail_args(&a, argv));
		else {
			ck_assert_ptr_null(sendmail_args(&a, argv));
			ck_assert_str_eq(a.notify, rows[i].want);
		}
	}
}
END_TEST

static int
gather(void *ctx, const char *address)
{
	str_puts(ctx, address);
	return str_putc(ctx, '|');
}

START_TEST(address_lists)
{
	static const struct {
		const char	*in, *want;	/* NULL: an error */
	} rows[] = {
		{ "", "" },
		{ "a@b", "a@b|" },
		{ " a@b , c@d,,", "a@b|c@d|" },
		{ "Joe Doe <joe@x>", "joe@x|" },
		{ "\"Doe, Joe\" <joe@x>, b@c", "joe@x|b@c|" },
		{ "joe@x (Doe, (Joe)), b@c", "joe@x|b@c|" },
		{ "Team: a@b, Ann <c@d>; , e@f", "a@b|c@d|e@f|" },
		{ "undisclosed:;", "" },
		{ "<@a,@b:c@d>", "c@d|" },
		{ "<>", "|" },
		{ "\"a b\"@c", "\"a b\"@c|" },
		{ "<\"a>b,c\"@d>", "\"a>b,c\"@d|" },
		{ "\"a\\\"b\"@c", "\"a\\\"b\"@c|" },
		{ "joe @ x . y", "joe@x.y|" },
		{ "a@[IPv6:::1], b@c", "a@[IPv6:::1]|b@c|" },
		{ "a@b,\r\n\tc@d\r\n", "a@b|c@d|" },
		{ "joe doe", NULL },
		{ "<a@b", NULL },
		{ "a@b>", NULL },
		{ "<a@b> <c@d>", NULL },
		{ "\"a@b", NULL },
		{ "(a@b", NULL },
	};
	struct str s;
	char name[1100];
	size_t i;

	str_init(&s, 1000);
	for (i = 0; i < countof(rows); i++) {
		str_clear(&s);
		if (address_list(rows[i].in, gather, &s) == -1)
			ck_assert_msg(rows[i].want == NULL, "row %zu", i);
		else
			ck_assert_pstr_eq(s.data, rows[i].want);
	}
	/* A name may be long, an address may not. */
	memset(name, 'x', sizeof(name));
	(void)strlcpy(name + 1000, " <a@b>", 100);
	str_clear(&s);
	ck_assert_int_eq(address_list(name, gather, &s), 0);
	ck_assert_str_eq(s.data, "a@b|");
	name[1000] = '\0';
	ck_assert_int_eq(address_list(name, gather, &s), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	str_free(&s);
}
END_TEST

START_TEST(line_ends_and_the_dot)
{
	static const struct {
		const char	*in;
		bool		 keep_dot;
		const char	*want;
	} rows[] = {
		{ "", 0, "" },
		{ "a\nb\n", 0, "a\r\nb\r\n" },
		{ "a\r\nb\rc", 0, "a\r\nb\r\nc\r\n" },
		{ "a\r\r\n\n", 0, "a\r\n\r\n\r\n" },
		{ "a\n.\nb\n", 0, "a\r\n" },
		{ "a\n.\r\nb\n", 0, "a\r\n" },
		{ "a\n.\nb\n", 1, "a\r\n.\r\nb\r\n" },
		{ ".", 1, ".\r\n" },
		{ ".a\n..\na.\n", 0, ".a\r\n..\r\na.\r\n" },
		{ ".\n", 0, "" },
	};
	struct sendmail_text t;
	struct str s;
	int fds[2];
	size_t i;

	str_init(&s, 1000);
	for (i = 0; i < countof(rows); i++) {
		str_clear(&s);
		ck_assert_int_eq(pipe(fds), 0);
		ck_assert_int_eq(fd_write_all(fds[1], rows[i].in,
		    strlen(rows[i].in)), 0);
		close(fds[1]);
		sendmail_text_init(&t, fds[0], rows[i].keep_dot);
		while (sendmail_text_read(&t, &s) == 1)
			;
		ck_assert_str_eq(s.data, rows[i].want);
		close(fds[0]);
	}
	str_free(&s);
}
END_TEST

START_TEST(where_the_header_ends)
{
	static const struct {
		const char	*in;
		size_t		 end;
		bool		 over;
	} rows[] = {
		{ "", 0, false },
		{ "A: b\r\n", 6, false },
		{ "A: b\r\n\r\nx", 6, true },
		{ "A: b\r\n c\r\n\r\n", 10, true },
		{ "A: b\r\nhello\r\n", 6, true },
		{ "hello you", 0, true },
		{ "hello", 0, false },
		{ "From joe\r\nA: b\r\n\r\n", 16, true },
		{ "A: b\r\nFrom joe\r\n", 6, true },
		{ " x\r\n", 0, true },
		{ ": x\r\n", 0, true },
	};
	bool over;
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		ck_assert_msg(sendmail_head_end(rows[i].in,
		    strlen(rows[i].in), &over) == rows[i].end, "row %zu", i);
		ck_assert_msg(over == rows[i].over, "row %zu", i);
	}
}
END_TEST

static void
check_head(const char *in, const char *copied, const char *rcpts)
{
	struct sendmail_head h;
	struct str s;

	str_init(&s, 1000);
	sendmail_head_copy(&h, in, strlen(in), &s);
	ck_assert_str_eq(s.data, copied);
	str_clear(&s);
	ck_assert_int_eq(sendmail_head_rcpts(&h, in, strlen(in), gather, &s),
	    0);
	ck_assert_str_eq(s.data, rcpts);
	str_free(&s);
}

START_TEST(secret_recipients_are_taken_and_removed)
{
	check_head("From joe\r\nTo: a@b\r\nBCC: c@d,\r\n e@f\r\nX: y\r\n",
	    "To: a@b\r\nX: y\r\n", "a@b|c@d|e@f|");
	check_head("To: a@b\r\nResent-To: c@d\r\nResent-Bcc: e@f\r\n",
	    "To: a@b\r\nResent-To: c@d\r\n", "c@d|e@f|");
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		command_lines, notify_words, address_lists,
		line_ends_and_the_dot, where_the_header_ends,
		secret_recipients_are_taken_and_removed
	};

	return unit_run("sendmail", tests, countof(tests));
}
