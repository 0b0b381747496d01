/* needs: tests/lib/unit remote/replies remote/body */
/* What a next hop says, and how the body goes out to it. */
#include <sys/socket.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../remote/body.h"
#include "../../remote/replies.h"
#include "fd.h"
#include "out.h"
#include "unit.h"

static const struct {
	const char	*bytes;
	unsigned	 code;		/* 0: no reply */
	const char	*text;
} replies[] = {
	{ "250 ok\r\n", 250, "ok" },
	{ "250\r\n", 250, "" },
	{ "250 \r\n", 250, "" },
	{ "250-one\r\n250-two\r\n250 three\r\n", 250, "one two three" },
	{ "250-one\r\n250\r\n", 250, "one" },
	{ "599 new code\r\n", 599, "new code" },
	{ "250-one\r\n251 two\r\n", 0, "" },
	{ "250-one\r\n", 0, "" },
	{ "HTTP/1.1 200 OK\r\n", 0, "" },
	{ "25\r\n", 0, "" },
	{ "25x no\r\n", 0, "" },
	{ "250_no\r\n", 0, "" },
	{ "150 no\r\n", 0, "" },
	{ "650 no\r\n", 0, "" },
	{ "250 bare\nlf\r\n", 0, "" },
	{ "", 0, "" },
};

START_TEST(reply_table)
{
	struct fate why;
	struct reply r;
	struct line l;
	size_t i;
	int pair[2], n;

	for (i = 0; i < countof(replies); i++) {
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		ck_assert_int_eq(fd_write_all(pair[0], replies[i].bytes,
		    strlen(replies[i].bytes)), 0);
		close(pair[0]);
		line_init(&l, pair[1], NULL);
		n = replies_read(&l, &r, NULL, NULL, FD_FOREVER, &why);
		close(pair[1]);
		ck_assert_msg((n == 0) == (replies[i].code != 0), "%s",
		    replies[i].bytes);
		if (n == -1) {
			ck_assert_int_eq(why.kind, FATE_DEFER);
			continue;
		}
		ck_assert_uint_eq(r.code, replies[i].code);
		ck_assert_str_eq(r.text, replies[i].text);
	}
}
END_TEST

START_TEST(endless_replies_end)
{
	struct fate why;
	struct reply r;
	struct line l;
	int pair[2], i;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	for (i = 0; i < 100; i++)
		ck_assert_int_eq(fd_write_all(pair[0], "250-x\r\n", 7), 0);
	line_init(&l, pair[1], NULL);
	ck_assert_int_eq(replies_read(&l, &r, NULL, NULL, FD_FOREVER, &why),
	    -1);
	/* A peer that drips does not outlive the deadline. */
	ck_assert_int_eq(replies_read(&l, &r, NULL, NULL, fd_now() + 5, &why),
	    -1);
}
END_TEST

static const struct {
	const char	*body, *wire;
} bodies[] = {
	{ "", ".\r\n" },
	{ "a\r\n", "a\r\n.\r\n" },
	{ "a", "a\r\n.\r\n" },
	{ ".\r\n", "..\r\n.\r\n" },
	{ ".a\r\n..b\r\nc.\r\n", "..a\r\n...b\r\nc.\r\n.\r\n" },
	{ "\r\n.\r\n.", "\r\n..\r\n..\r\n.\r\n" },
};

START_TEST(dots_are_doubled)
{
	char path[] = "/tmp/test_replies.XXXXXX", got[64];
	struct out o;
	size_t i;
	ssize_t n;
	int fd, pair[2];

	for (i = 0; i < countof(bodies); i++) {
		memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
		fd = mkstemp(path);
		ck_assert_int_ne(fd, -1);
		unlink(path);
		ck_assert_int_eq(fd_write_all(fd, "HEAD", 4), 0);
		ck_assert_int_eq(fd_write_all(fd, bodies[i].body,
		    strlen(bodies[i].body)), 0);
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		out_init(&o, pair[0], 1000);
		ck_assert_int_eq(body_send(&o, fd, 4, strlen(bodies[i].body)),
		    0);
		ck_assert_int_eq(out_flush(&o), 0);
		n = read(pair[1], got, sizeof(got) - 1);
		ck_assert_int_ge(n, 0);
		got[n] = '\0';
		ck_assert_str_eq(got, bodies[i].wire);
		/* A file shorter than its envelope says is no message. */
		ck_assert_int_eq(body_send(&o, fd, 4,
		    strlen(bodies[i].body) + 1), -1);
		close(fd);
		close(pair[0]);
		close(pair[1]);
	}
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		reply_table, endless_replies_end, dots_are_doubled,
	};

	return unit_run("replies", tests, countof(tests));
}
