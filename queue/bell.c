/*
 * Tells queue of new messages, as long as queue is there.  What is lost here
 * costs a moment, never a message: the folder new is the truth.
 */
#include "bell.h"

#include <stdlib.h>

#include "die.h"
#include "fd.h"
#include "id.h"
#include "loop.h"
#include "peer.h"
#include "wire_arrived.h"

#include "arrivals_write.h"

enum { AGAIN_MIN_MS = 100, AGAIN_MAX_MS = 1000 };

struct bell {
	struct loop	*loop;
	const char	*path;
	struct id_source *ids;
	struct arrivals_writer *log;
	struct peer	*queue;		/* NULL while it is away */
	struct timer	*again;
	int64_t		 wait;		/* ms before the next try */
	bool		 told;		/* NEXT, on this connection */
};

static int
got_next(void *ctx, const void *msg, int fd)
{
	const struct arrived_next *next = msg;
	struct bell *b = ctx;

	(void)fd;
	id_after(b->ids, next->last_id);
	/* The one that comes when queue has read its past is about ids. */
	if (!b->told)
		arrivals_told_next(b->log, next->generation);
	b->told = true;
	return 0;
}

static int
got_free(void *ctx, const void *msg, int fd)
{
	const struct arrived_free *m = msg;
	struct bell *b = ctx;

	(void)fd;
	arrivals_told_free(b->log, m->generation);
	return 0;
}

static const struct verb verbs[] = {
	{ &arrived_next, VERB_ANY, VERB_SAME, got_next },
	{ &arrived_free, VERB_ANY, VERB_SAME, got_free },
};

static void
wait_again(struct bell *b)
{
	timer_set(b->again, b->wait);
	b->wait *= 2;
	if (b->wait > AGAIN_MAX_MS)
		b->wait = AGAIN_MAX_MS;
}

static void
on_closed(void *ctx)
{
	struct bell *b = ctx;

	b->queue = NULL;
	wait_again(b);
}

static void
call(void *arg)
{
	struct bell *b = arg;
	int fd;

	fd = edge_connect(b->path);
	if (fd != -1 && fd_nonblock(fd, true) == -1)
		fd_close(&fd);
	if (fd != -1)
		b->queue = peer_new(b->loop, fd, verbs, countof(verbs), 1, b,
		    on_closed);
	if (b->queue == NULL) {
		wait_again(b);
		return;
	}
	b->told = false;
	b->wait = AGAIN_MIN_MS;
	/* The queue that was told may be gone. */
	bell_spoiled(b, arrivals_spoiled(b->log));
}

struct bell *
bell_new(struct loop *loop, const char *path, struct id_source *ids,
    struct arrivals_writer *log)
{
	struct bell *b = calloc(1, sizeof(*b));

	if (b == NULL)
		die_temp("bell");
	b->loop = loop;
	b->path = path;
	b->ids = ids;
	b->log = log;
	b->wait = AGAIN_MIN_MS;
	b->again = timer_new(loop, call, b);
	call(b);
	return b;
}

void
bell_ring(struct bell *b, const char *id, uint64_t generation)
{
	struct arrived_arrived msg = { .id = id, .generation = generation };

	/* A bell that fails is followed by on_closed(). */
	if (b->queue != NULL)
		(void)peer_send(b->queue, &arrived_arrived, &msg, -1);
}

void
bell_spoiled(struct bell *b, uint64_t generation)
{
	struct arrived_spoiled msg = { .generation = generation };

	if (b->queue != NULL && generation != 0)
		(void)peer_send(b->queue, &arrived_spoiled, &msg, -1);
}
