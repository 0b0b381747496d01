/* needs: tests/lib/unit -levent_core */
/* Peers: frames in order, backlog and its limit, closing at every moment. */
#include <sys/socket.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "event.h"
#include "fd.h"
#include "loop.h"
#include "packet.h"
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

/* A packet of n frames. */
static void
fill(struct packet *p, size_t n)
{
	static struct frame frame;
	struct submit_taken t = { "a" };

	packet_init(p);
	ck_assert_int_eq(frame_put(&frame, &submit_taken, &t), 0);
	for (; n > 0; n--)
		ck_assert_int_eq(packet_add(p, &frame), 0);
}

START_TEST(a_packet_may_hold_several_frames)
{
	static struct packet p;
	static struct frame frame;
	struct end e;
	int fd = open_end(&e);

	fill(&p, PACKET_FRAMES);
	ck_assert_int_eq(packet_add(&p, &frame), -1);
	ck_assert_int_eq(packet_send(fd, &p, FD_FOREVER), 0);
	tell(fd, "b");
	fill(&p, 2);
	ck_assert_int_eq(packet_send(fd, &p, FD_FOREVER), 0);
	close(fd);
	loop_run(e.loop);
	ck_assert_uint_eq(e.taken, PACKET_FRAMES + 3);
	ck_assert(e.closed);
}
END_TEST

START_TEST(a_packet_too_large_by_a_frame_closes_the_edge)
{
	static struct packet p;
	struct end e;
	int fd = open_end(&e);

	fill(&p, PACKET_FRAMES);
	memcpy(p.data + p.len, p.data, p.len / PACKET_FRAMES);
	p.len += p.len / PACKET_FRAMES;
	ck_assert_int_eq(packet_send(fd, &p, FD_FOREVER), 0);
	loop_run(e.loop);
	ck_assert_uint_eq(e.taken, PACKET_FRAMES);
	ck_assert(e.closed);
}
END_TEST

/* Whatever the last frame of a packet lacks, those before it count. */
START_TEST(a_packet_cut_anywhere_closes_the_edge)
{
	static struct packet p;
	struct end e;
	size_t one, cut;
	int fd;

	fill(&p, 3);
	one = p.len / 3;
	for (cut = 1; cut < 3 * one; cut++) {
		fd = open_end(&e);
		p.len = cut;
		ck_assert_int_eq(packet_send(fd, &p, FD_FOREVER), 0);
		close(fd);
		loop_run(e.loop);
		ck_assert_uint_eq(e.taken, cut / one);
		ck_assert(e.closed);
	}
}
END_TEST

/* Who refuses a frame, or closes, hears nothing of the rest. */
START_TEST(the_rest_of_a_packet_dies_with_its_peer)
{
	static struct packet p;
	struct end e;
	int fd = open_end(&e);

	e.answer = -1;
	fill(&p, 3);
	ck_assert_int_eq(packet_send(fd, &p, FD_FOREVER), 0);
	loop_run(e.loop);
	ck_assert_uint_eq(e.taken, 1);
	ck_assert(e.closed);
	fd = open_end(&e);
	e.close_in_handler = true;
	ck_assert_int_eq(packet_send(fd, &p, FD_FOREVER), 0);
	loop_run(e.loop);
	ck_assert_uint_eq(e.taken, 1);
	ck_assert(!e.closed);
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
		a_packet_may_hold_several_frames,
		a_packet_too_large_by_a_frame_closes_the_edge,
		a_packet_cut_anywhere_closes_the_edge,
		the_rest_of_a_packet_dies_with_its_peer,
		a_slow_reader_is_waited_for_then_left,
	};

	return unit_run("peer", tests, countof(tests));
}
