/* needs: tests/lib/unit */
/* Frames: the round trip, every cut, every lie about a length. */
#include <sys/socket.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
#include "fd.h"
#include "unit.h"
#include "verbs.h"
#include "wire_deliver.h"
#include "wire_submit.h"

static struct frame	frame;

static void
make(const char *peer)
{
	struct deliver_fate f = { .index = 7, .peer = peer };

	fate_set(&f.fate, 451, "4.3.0", "later, %s", "please");
	ck_assert_int_eq(frame_put(&frame, &deliver_fate, &f), 0);
}

START_TEST(round_trip)
{
	struct deliver_fate f;

	make("mx.example");
	ck_assert_int_eq(frame_check(&frame, frame.len), 0);
	ck_assert_int_eq(frame_get(&frame, &deliver_fate, &f), 0);
	ck_assert_uint_eq(f.index, 7);
	ck_assert_int_eq(f.fate.kind, FATE_DEFER);
	ck_assert_str_eq(f.fate.status, "4.3.0");
	ck_assert_str_eq(f.fate.text, "later, please");
	ck_assert_str_eq(f.peer, "mx.example");
}
END_TEST

START_TEST(every_cut_is_refused)
{
	struct deliver_fate f;
	size_t whole, n;

	make("mx");
	whole = frame.len;
	for (n = FRAME_HEAD; n < whole; n++) {
		frame.len = n;
		ck_assert_int_eq(frame_get(&frame, &deliver_fate, &f), -1);
		ck_assert_int_eq(errno, EPROTO);
	}
	frame.len = whole + 1;		/* a byte left over */
	ck_assert_int_eq(frame_get(&frame, &deliver_fate, &f), -1);
	ck_assert_int_eq(frame_check(&frame, whole - 1), -1);
	ck_assert_int_eq(frame_check(&frame, 3), -1);
}
END_TEST

START_TEST(no_length_reaches_past_the_end)
{
	struct submit_data d = { { (const unsigned char *)"abc", 3 } };

	ck_assert_int_eq(frame_put(&frame, &submit_data, &d), 0);
	memset(frame.data + FRAME_HEAD, 0xff, 4);
	ck_assert_int_eq(frame_get(&frame, &submit_data, &d), -1);
	frame.data[FRAME_HEAD] = 0;
	frame.data[FRAME_HEAD + 1] = 0;
	frame.data[FRAME_HEAD + 2] = 0;
	frame.data[FRAME_HEAD + 3] = 4;
	ck_assert_int_eq(frame_get(&frame, &submit_data, &d), -1);
	frame.data[FRAME_HEAD + 3] = 2;
	ck_assert_int_eq(frame_get(&frame, &submit_data, &d), -1);
}
END_TEST

START_TEST(strings_hold_no_nul)
{
	struct submit_taken t = { "abcd" };

	ck_assert_int_eq(frame_put(&frame, &submit_taken, &t), 0);
	ck_assert_int_eq(frame_get(&frame, &submit_taken, &t), 0);
	frame.data[FRAME_HEAD + 5] = '\0';
	ck_assert_int_eq(frame_get(&frame, &submit_taken, &t), -1);
	frame.data[FRAME_HEAD + 5] = 'b';
	frame.data[FRAME_HEAD + 8] = 'x';	/* the final NUL */
	ck_assert_int_eq(frame_get(&frame, &submit_taken, &t), -1);
	t.id = NULL;
	ck_assert_int_eq(frame_put(&frame, &submit_taken, &t), -1);
}
END_TEST

START_TEST(too_large_is_refused)
{
	static char huge[FRAME_MAX + 1];
	struct submit_taken t = { huge };

	memset(huge, 'x', sizeof(huge) - 1);
	ck_assert_int_eq(frame_put(&frame, &submit_taken, &t), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
}
END_TEST

static int
count(void *ctx, const void *msg, int fd)
{
	(void)msg;
	if (fd != -1)
		close(fd);
	++*(int *)ctx;
	return 0;
}

START_TEST(verbs_follow_their_table)
{
	static const struct verb table[] = {
		{ &submit_taken, 1, 2, count },
		{ &submit_data, 2, VERB_SAME, count },
	};
	struct submit_taken t = { "x" };
	unsigned state = 2;
	int n = 0;

	ck_assert_int_eq(frame_put(&frame, &submit_taken, &t), 0);
	ck_assert_int_eq(verbs_run(table, 2, &state, &n, &frame, -1), -1);
	state = 1;
	ck_assert_int_eq(verbs_run(table, 2, &state, &n, &frame, dup(0)), -1);
	ck_assert_int_eq(verbs_run(table, 2, &state, &n, &frame, -1), 0);
	ck_assert_uint_eq(state, 2);
	ck_assert_int_eq(n, 1);
}
END_TEST

START_TEST(a_descriptor_travels_with_its_frame)
{
	struct submit_taken t = { "x" };
	int pair[2], fd, pipes[2];
	char c = 'q';

	ck_assert_int_eq(edge_pair(pair), 0);
	ck_assert_int_eq(pipe(pipes), 0);
	ck_assert_int_eq(frame_tell(pair[0], &submit_taken, &t, pipes[1],
	    FD_FOREVER), 0);
	ck_assert_int_eq(frame_recv(pair[1], &frame, &fd, FD_FOREVER), 1);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(fd_write_all(fd, &c, 1), 0);
	ck_assert_int_eq(fd_read_all(pipes[0], &c, 1), 0);
	ck_assert_int_eq(frame_recv(pair[1], &frame, &fd, fd_now() + 1), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	close(pair[0]);
	ck_assert_int_eq(frame_recv(pair[1], &frame, &fd, FD_FOREVER), 0);
}
END_TEST

START_TEST(two_descriptors_are_closed)
{
	union {
		struct cmsghdr	align;
		char		space[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct submit_taken t = { "x" };
	struct iovec iov;
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;
	int pair[2], fds[2] = { 0, 1 }, before, after, fd;

	ck_assert_int_eq(edge_pair(pair), 0);
	ck_assert_int_eq(frame_put(&frame, &submit_taken, &t), 0);
	iov.iov_base = frame.data;
	iov.iov_len = frame.len;
	memset(&control, 0, sizeof(control));
	m.msg_control = control.space;
	m.msg_controllen = sizeof(control.space);
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(2 * sizeof(int));
	memcpy(CMSG_DATA(c), fds, sizeof(fds));
	ck_assert_int_ne(sendmsg(pair[0], &m, 0), -1);
	before = dup(0);
	close(before);
	(void)frame_recv_now(pair[1], &frame, &fd);
	ck_assert_int_eq(fd, -1);
	after = dup(0);
	ck_assert_int_eq(before, after);
	close(after);
}
END_TEST

/* --- bundles ---------------------------------------------------------- */

static struct bundle	bundle;

START_TEST(a_bundle_gives_its_frames_back)
{
	struct deliver_fate f = { .peer = "mx" }, got;
	struct bytes one;
	size_t at = 0;
	uint32_t i;

	bundle_clear(&bundle);
	fate_set(&f.fate, 250, "2.0.0", "taken");
	for (f.index = 0; bundle_add(&bundle, &deliver_fate, &f) == 0;)
		f.index++;
	ck_assert_int_eq(errno, EMSGSIZE);
	ck_assert_uint_eq(bundle.count, f.index);
	for (i = 0; bundle_next(&bundle.frame, &at, &one) == 1; i++) {
		ck_assert_uint_eq(bundle_verb(&one), DELIVER_FATE);
		ck_assert_int_eq(frame_read(&one, &deliver_fate, &got), 0);
		ck_assert_uint_eq(got.index, i);
	}
	ck_assert_uint_eq(i, bundle.count);
}
END_TEST

START_TEST(a_cut_bundle_is_refused)
{
	struct submit_taken t = { "id" };
	struct bytes one;
	size_t at, whole;

	bundle_clear(&bundle);
	at = 0;			/* an empty one is none */
	ck_assert_int_eq(bundle_next(&bundle.frame, &at, &one), -1);
	ck_assert_int_eq(bundle_add(&bundle, &submit_taken, &t), 0);
	whole = bundle.frame.len;
	ck_assert_int_eq(bundle_add(&bundle, &submit_taken, &t), 0);
	for (; bundle.frame.len > whole + 1; bundle.frame.len--) {
		bundle.frame.len--;
		at = 0;
		ck_assert_int_eq(bundle_next(&bundle.frame, &at, &one), 1);
		ck_assert_int_eq(bundle_next(&bundle.frame, &at, &one), -1);
		ck_assert_int_eq(errno, EPROTO);
		bundle.frame.len++;
	}
	for (bundle.frame.len = whole - 1; bundle.frame.len > 0;
	    bundle.frame.len--) {
		at = 0;
		ck_assert_int_eq(bundle_next(&bundle.frame, &at, &one), -1);
	}
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		round_trip, every_cut_is_refused,
		no_length_reaches_past_the_end, strings_hold_no_nul,
		too_large_is_refused, verbs_follow_their_table,
		a_descriptor_travels_with_its_frame,
		two_descriptors_are_closed,
		a_bundle_gives_its_frames_back, a_cut_bundle_is_refused,
	};

	return unit_run("frame", tests, countof(tests));
}
