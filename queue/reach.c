/* Keeps a connection to a server that is started again when it dies. */
#include "reach.h"

#include <stdlib.h>

#include "die.h"
#include "fd.h"
#include "loop.h"
#include "peer.h"

enum { AGAIN_MIN_MS = 50, AGAIN_MAX_MS = 1000 };

struct reach {
	struct loop		*loop;
	const struct reach_type	*type;
	void			*ctx;
	struct peer		*peer;
	struct timer		*again;
	int64_t			 wait;
};

static void
wait_again(struct reach *r)
{
	timer_set(r->again, r->wait);
	r->wait = r->wait * 2 > AGAIN_MAX_MS ? AGAIN_MAX_MS : r->wait * 2;
}

static void
on_closed(void *ctx)
{
	struct reach *r = ctx;

	r->peer = NULL;
	wait_again(r);
	r->type->down(r->ctx);
}

static void
try(void *arg)
{
	struct reach *r = arg;
	int fd;

	fd = edge_connect(r->type->path);
	if (fd != -1 && fd_nonblock(fd, true) == -1)
		fd_close(&fd);
	if (fd != -1)
		r->peer = peer_new(r->loop, fd, r->type->verbs,
		    r->type->count, r->type->state, r, on_closed);
	if (r->peer == NULL) {
		wait_again(r);
		return;
	}
	r->wait = AGAIN_MIN_MS;
	r->type->up(r->ctx);
}

struct reach *
reach_new(struct loop *loop, const struct reach_type *type, void *ctx)
{
	struct reach *r = calloc(1, sizeof(*r));

	if (r == NULL)
		die_temp("edge");
	r->loop = loop;
	r->type = type;
	r->ctx = ctx;
	r->wait = AGAIN_MIN_MS;
	r->again = timer_new(loop, try, r);
	timer_set(r->again, 0);
	return r;
}

struct peer *
reach_peer(const struct reach *r)
{
	return r->peer;
}

void *
reach_ctx(const struct reach *r)
{
	return r->ctx;
}
