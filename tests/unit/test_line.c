/* needs: tests/lib/unit */
/* Lines: only CRLF ends one, at every possible split of the input. */
#include <sys/socket.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "line.h"
#include "out.h"
#include "unit.h"

static const char	input[] =
    "one\r\n\r\nbare\nlf\r\nbare\rcr\r\nnul\0in\r\ncr at end\r\r\n"
    "0123456789toolong\r\n0123456789\r\nlast\r\n";

static const struct {
	enum line_result	 result;
	const char		*text;
} wanted[] = {
	{ LINE_OK, "one" }, { LINE_OK, "" }, { LINE_BARE, "" },
	{ LINE_BARE, "" }, { LINE_BARE, "" }, { LINE_BARE, "" },
	{ LINE_LONG, "" }, { LINE_OK, "0123456789" }, { LINE_OK, "last" },
};

START_TEST(every_split)
{
	size_t cut, i, len;
	struct line l;
	char *text;
	int pair[2];

	for (cut = 0; cut < sizeof(input) - 1; cut++) {
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair),
		    0);
		/* Two packets are two reads. */
		if (cut != 0)
			ck_assert_int_eq(fd_write_all(pair[0], input, cut), 0);
		ck_assert_int_eq(fd_write_all(pair[0], input + cut,
		    sizeof(input) - 1 - cut), 0);
		close(pair[0]);
		line_init(&l, pair[1], NULL);
		for (i = 0; i < countof(wanted); i++) {
			ck_assert_int_eq(line_get(&l, &text, &len, 10,
			    FD_FOREVER), wanted[i].result);
			ck_assert_str_eq(text, wanted[i].text);
			ck_assert_uint_eq(len, strlen(wanted[i].text));
		}
		ck_assert_int_eq(line_get(&l, &text, &len, 10, FD_FOREVER),
		    LINE_EOF);
		close(pair[1]);
	}
}
END_TEST

START_TEST(a_huge_line_is_swallowed)
{
	static char block[100000];
	struct line l;
	char *text;
	size_t len;
	int pair[2];
	pid_t pid;

	memset(block, 'x', sizeof(block));
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	pid = fork();
	if (pid == 0) {
		int i;

		close(pair[1]);
		for (i = 0; i < 100; i++)
			(void)fd_write_all(pair[0], block, sizeof(block));
		(void)fd_write_all(pair[0], "\r\nNOOP\r\n", 8);
		_exit(0);
	}
	close(pair[0]);
	line_init(&l, pair[1], NULL);
	ck_assert_int_eq(line_get(&l, &text, &len, 512, FD_FOREVER),
	    LINE_LONG);
	ck_assert_int_eq(line_get(&l, &text, &len, 512, FD_FOREVER), LINE_OK);
	ck_assert_str_eq(text, "NOOP");
}
END_TEST

START_TEST(output_leaves_before_waiting)
{
	struct line l;
	struct out o;
	char *text, got[8] = "";
	size_t len;
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	out_init(&o, pair[1], 1000);
	line_init(&l, pair[1], &o);
	out_puts(&o, "250 ok");
	ck_assert_int_eq(line_get(&l, &text, &len, 512, fd_now() + 1),
	    LINE_TIMEOUT);
	ck_assert_int_eq((int)read(pair[0], got, 7), 6);
	ck_assert_str_eq(got, "250 ok");
}
END_TEST

START_TEST(a_deaf_peer_costs_only_the_timeout)
{
	static char block[1 << 20];
	struct out o;
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	out_init(&o, pair[1], 20);
	out_add(&o, block, sizeof(block));
	out_puts(&o, "more");
	ck_assert_int_eq(out_flush(&o), -1);
	ck_assert(o.failed);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		every_split, a_huge_line_is_swallowed,
		output_leaves_before_waiting,
		a_deaf_peer_costs_only_the_timeout,
	};

	return unit_run("line", tests, countof(tests));
}
