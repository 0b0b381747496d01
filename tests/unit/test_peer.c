/* needs: tests/lib/unit -levent_core */
/* Peers: frames in order, backlog and its limit, closing at every moment. */
#include <sys/socket.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
#include "event.h"
#include "fd.h"
#include "loop.h"
#include "peer.h"
#include "unit.h"
#include "wire_submit.h"

struct end {
	struct loop	*loop;
	struct peer	*peer;
	unsigned	 taken;
	bool		 closed;
	bool		 close_in_handler;
	int		 answer;
};

static void
on_closed(void *ctx)
{
	struct end *e = ctx;

	e->closed = true;
	loop_stop(e->loop);
}

static int
on_taken(void *ctx, const void *msg, int fd)
{
	const struct submit_taken *m = msg;
	struct end *e = ctx;

	(void)fd;
	(void)m;
	e->taken++;
	if (e->close_in_handler) {
		peer_close(e->peer);
		loop_stop(e->loop);
	}
	return e->answer;
}

static const struct verb verbs[] = {
	{ &submit_taken, 1, VERB_SAME, on_taken },
};

static int
open_end(struct end *e)
{
	int pair[2];

	event_mute();	/* the harness has a file where the pipe belongs */
	memset(e, 0, sizeof(*e));
	e->loop = loop_new();
	ck_assert_int_eq(edge_pair(pair), 0);
	ck_assert_int_eq(fd_nonblock(pair[0], true), 0);
	e->peer = peer_new(e->loop, pair[0], verbs, countof(verbs), 1, e,
	    on_closed);
	ck_assert_ptr_nonnull(e->peer);
	return pair[1];
}

static void
tell(int fd, const char *id)
{
	struct submit_taken t = { id };

	ck_assert_int_eq(frame_tell(fd, &submit_taken, &t, -1, FD_FOREVER),
	    0);
}

START_TEST(frames_come_and_the_end_is_told)
{
	struct end e;
	int fd = open_end(&e);

	tell(fd, "a");
	tell(fd, "b");
	close(fd);
	loop_run(e.loop);
	ck_assert_uint_eq(e.taken, 2);
	ck_assert(e.closed);
}
END_TEST

START_TEST(nonsense_closes_the_edge)
{
	struct submit_refused r;
	struct end e;
	int fd = open_end(&e);

	fate_set(&r.fate, 550, "5.0.0", "not in the table");
	ck_assert_int_eq(frame_tell(fd, &submit_refused, &r, -1, FD_FOREVER),
	    0);
	loop_run(e.loop);
	ck_assert(e.closed);
	ck_assert_uint_eq(e.taken, 0);
	fd = open_end(&e);
	ck_assert_int_eq((int)send(fd, "junk", 4, 0), 4);
	loop_run(e.loop);
	ck_assert(e.closed);
}
END_TEST

START_TEST(a_handler_may_refuse_or_close)
{
	struct end e;
	int fd = open_end(&e);

	e.answer = -1;
	tell(fd, "a");
	tell(fd, "b");
	loop_run(e.loop);
	ck_assert(e.closed);
	ck_assert_uint_eq(e.taken, 1);
	fd = open_end(&e);
	e.close_in_handler = true;
	tell(fd, "a");
	tell(fd, "b");
	loop_run(e.loop);
	ck_assert_uint_eq(e.taken, 1);
	ck_assert(!e.closed);
}
END_TEST

static struct bundle	bundle;

static void
tell_bundle(int fd, unsigned n)
{
	struct submit_taken t = { "a" };
	unsigned i;

	bundle_clear(&bundle);
	for (i = 0; i < n; i++)
		ck_assert_int_eq(bundle_add(&bundle, &submit_taken, &t), 0);
	ck_assert_int_eq(frame_send(fd, &bundle.frame, -1, FD_FOREVER), 0);
}

START_TEST(a_bundle_is_run_frame_by_frame)
{
	struct end e;
	int fd = open_end(&e);

	tell_bundle(fd, 7);
	tell(fd, "b");
	close(fd);
	loop_run(e.loop);
	ck_assert(e.closed);
	ck_assert_uint_eq(e.taken, 8);
}
END_TEST

/* Whatever the last frame of a packet lacks, those before it count. */
START_TEST(a_bundle_cut_anywhere_closes_the_edge)
{
	struct submit_taken t = { "a" };
	struct end e;
	size_t one, cut;
	int fd, i;

	bundle_clear(&bundle);
	for (i = 0; i < 3; i++)
		ck_assert_int_eq(bundle_add(&bundle, &submit_taken, &t), 0);
	one = bundle.frame.len / 3;
	for (cut = 1; cut < 3 * one; cut++) {
		fd = open_end(&e);
		ck_assert_int_eq(frame_send_now(fd, bundle.frame.data, cut, -1),
		    0);
		close(fd);
		loop_run(e.loop);
		ck_assert_uint_eq(e.taken, cut / one);
		ck_assert(e.closed);
	}
}
END_TEST

/* Behind a refusal or an end nothing of it is run. */
START_TEST(a_bundle_ends_where_it_goes_wrong)
{
	struct submit_taken t = { "a" };
	struct end e;
	int fd = open_end(&e);

	e.answer = -1;
	tell_bundle(fd, 3);
	loop_run(e.loop);
	ck_assert(e.closed);
	ck_assert_uint_eq(e.taken, 1);
	fd = open_end(&e);
	e.close_in_handler = true;
	tell_bundle(fd, 3);
	loop_run(e.loop);
	ck_assert_uint_eq(e.taken, 1);
	ck_assert(!e.closed);
	fd = open_end(&e);
	tell_bundle(fd, 1);
	bundle_clear(&bundle);
	ck_assert_int_eq(bundle_add(&bundle, &submit_taken, &t), 0);
	ck_assert_int_eq(bundle_add(&bundle, &submit_abort, NULL), 0);
	ck_assert_int_eq(bundle_add(&bundle, &submit_taken, &t), 0);
	ck_assert_int_eq(frame_send(fd, &bundle.frame, -1, FD_FOREVER), 0);
	loop_run(e.loop);
	ck_assert(e.closed);
	ck_assert_uint_eq(e.taken, 2);
}
END_TEST

START_TEST(a_slow_reader_is_waited_for_then_left)
{
	static char block[30000];
	struct submit_taken t = { block };
	struct end e;
	int fd = open_end(&e), n = 0;

	memset(block, 'x', sizeof(block) - 1);
	while (peer_backlog(e.peer) == 0)
		n += peer_send(e.peer, &submit_taken, &t, -1) == 0;
	ck_assert_int_gt(n, 1);
	while (peer_send(e.peer, &submit_taken, &t, -1) == 0)
		ck_assert_uint_le(peer_backlog(e.peer), PEER_BACKLOG);
	loop_run(e.loop);
	ck_assert(e.closed);
	close(fd);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		frames_come_and_the_end_is_told, nonsense_closes_the_edge,
		a_handler_may_refuse_or_close,
		a_bundle_is_run_frame_by_frame,
		a_bundle_ends_where_it_goes_wrong,
		a_bundle_cut_anywhere_closes_the_edge,
		a_slow_reader_is_waited_for_then_left,
	};

	return unit_run("peer", tests, countof(tests));
}
