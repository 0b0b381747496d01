/*
 * One end of an edge on the loop.  What arrives is only ever handed to the
 * verb table; what cannot leave at once waits, up to a limit, and past it the
 * slow side is cut off rather than fed with our memory.
 */
#include "peer.h"

#include <sys/queue.h>
#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
#include "event.h"
#include "fd.h"
#include "loop.h"

/* A frame that has to wait. */
struct waiting {
	STAILQ_ENTRY(waiting)	next;
	int			fd;
	size_t			len;
	unsigned char		data[];
};

struct peer {
	int			 fd;
	unsigned		 state;
	const struct verb	*verbs;
	size_t			 count;
	void			*ctx;
	void			(*closed)(void *);
	struct watch		*watch;
	struct timer		*dead;		/* reports closed() later */
	size_t			 backlog;
	STAILQ_HEAD(, waiting)	 queue;
	bool			 busy;		/* a handler is running */
	bool			 gone;		/* peer_close() was called */
};

/* Packets of one turn of the loop, so that one peer cannot starve others. */
enum { PACKETS_PER_TURN = 32 };

static void
peer_free(struct peer *p)
{
	struct waiting *w;

	while ((w = STAILQ_FIRST(&p->queue)) != NULL) {
		STAILQ_REMOVE_HEAD(&p->queue, next);
		fd_close(&w->fd);
		free(w);
	}
	watch_free(p->watch);
	timer_free(p->dead);
	fd_close(&p->fd);
	free(p);
}

void
peer_close(struct peer *p)
{
	p->gone = true;
	if (!p->busy)
		peer_free(p);
}

static void
on_dead(void *arg)
{
	struct peer *p = arg;

	p->busy = true;
	p->closed(p->ctx);
	peer_free(p);
}

/* The connection is over; closed() is called from the loop, never from here. */
static void
condemn(struct peer *p)
{
	watch_set(p->watch, 0);
	timer_set(p->dead, 0);
}

static void
send_waiting(struct peer *p)
{
	struct waiting *w;

	while ((w = STAILQ_FIRST(&p->queue)) != NULL) {
		if (frame_send_now(p->fd, w->data, w->len, w->fd) == -1) {
			if (errno != EAGAIN && errno != EINTR)
				condemn(p);
			return;
		}
		STAILQ_REMOVE_HEAD(&p->queue, next);
		p->backlog -= w->len;
		fd_close(&w->fd);
		free(w);
	}
	watch_set(p->watch, LOOP_READ);
}

/* Runs the frames of a packet until one goes wrong or ends the connection;
 * the descriptor is the first one's. */
static int
run(struct peer *p, const struct frame *packet, int fd)
{
	struct bytes one;
	size_t at = 0;
	int n;

	while ((n = bundle_next(packet, &at, &one)) == 1) {
		n = verbs_run_bytes(p->verbs, p->count, &p->state, p->ctx,
		    &one, fd);
		if (n == -1 || p->gone)
			return n;
		fd = -1;
	}
	if (n == 0)
		return 0;
	fd_close(&fd);
	errno = EPROTO;
	return -1;
}

/* Runs one packet; true while there may be more. */
static bool
serve_one(struct peer *p, struct frame *packet)
{
	int fd, n;

	n = bundle_recv_now(p->fd, packet, &fd);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n == 1) {
		p->busy = true;
		n = run(p, packet, fd) == -1 ? -1 : 1;
		p->busy = false;
		if (n == -1 && errno == EPROTO && !p->gone)
			event_one(EV_EDGE_BROKEN, "why", "protocol");
	}
	if (p->gone) {
		peer_free(p);
		return false;
	}
	if (n != 1)
		condemn(p);
	return n == 1;
}

static void
on_peer_ready(void *arg, unsigned what)
{
	struct peer *p = arg;
	struct frame packet;
	int i;

	if (what & LOOP_WRITE)
		send_waiting(p);
	if (what & LOOP_READ)
		for (i = 0; i < PACKETS_PER_TURN && serve_one(p, &packet); i++)
			;
}

struct peer *
peer_new(struct loop *loop, int fd, const struct verb *verbs, size_t count,
    unsigned state, void *ctx, void (*closed)(void *))
{
	struct peer *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		fd_close(&fd);
		return NULL;
	}
	p->fd = fd;
	p->verbs = verbs;
	p->count = count;
	p->state = state;
	p->ctx = ctx;
	p->closed = closed;
	STAILQ_INIT(&p->queue);
	p->dead = timer_new(loop, on_dead, p);
	p->watch = watch_new(loop, fd, LOOP_READ, on_peer_ready, p);
	return p;
}

/* Keeps a frame for later; the descriptor that goes along is duplicated. */
static int
keep(struct peer *p, const struct frame *frame, int passed)
{
	struct waiting *w;

	if (frame->len > PEER_BACKLOG - p->backlog) {
		errno = ENOBUFS;
		return -1;
	}
	w = malloc(sizeof(*w) + frame->len);
	if (w == NULL)
		return -1;
	w->fd = -1;
	if (passed != -1) {
		w->fd = fcntl(passed, F_DUPFD_CLOEXEC, 0);
		if (w->fd == -1) {
			free(w);
			return -1;
		}
	}
	w->len = frame->len;
	memcpy(w->data, frame->data, frame->len);
	STAILQ_INSERT_TAIL(&p->queue, w, next);
	p->backlog += w->len;
	watch_set(p->watch, LOOP_READ | LOOP_WRITE);
	return 0;
}

/* Sends a whole frame now, or keeps it. */
static int
send_frame(struct peer *p, const struct frame *frame, int passed)
{
	if (STAILQ_EMPTY(&p->queue)) {
		if (frame_send_now(p->fd, frame->data, frame->len, passed)
		    == 0)
			return 0;
		if (errno != EAGAIN && errno != EINTR)
			goto fail;
	}
	if (keep(p, frame, passed) == 0)
		return 0;
fail:
	condemn(p);
	return -1;
}

int
peer_send(struct peer *p, const struct wire *wire, const void *msg, int passed)
{
	struct frame frame;

	if (frame_put(&frame, wire, msg) == 0)
		return send_frame(p, &frame, passed);
	condemn(p);
	return -1;
}

int
peer_send_bundle(struct peer *p, const struct bundle *b, int passed)
{
	return send_frame(p, &b->frame, passed);
}

unsigned
peer_state(const struct peer *p)
{
	return p->state;
}

void
peer_set_state(struct peer *p, unsigned state)
{
	p->state = state;
}

size_t
peer_backlog(const struct peer *p)
{
	return p->backlog;
}

/* --- listening -------------------------------------------------------- */

struct listener {
	int		 fd;
	void		(*accepted)(void *, int);
	void		*arg;
	struct watch	*watch;
	struct timer	*rest;
};

enum { REST_MS = 100 };

static void
on_rested(void *arg)
{
	struct listener *l = arg;

	watch_set(l->watch, LOOP_READ);
}

static void
on_connection(void *arg, unsigned what)
{
	struct listener *l = arg;
	int fd;

	(void)what;
	fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd != -1) {
		l->accepted(l->arg, fd);
		return;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
	    errno == ENOBUFS) {
		watch_set(l->watch, 0);
		timer_set(l->rest, REST_MS);
	}
}

void
peer_listen(struct loop *loop, int fd, void (*accepted)(void *, int),
    void *arg)
{
	struct listener *l = calloc(1, sizeof(*l));

	if (l == NULL || fd_nonblock(fd, true) == -1) {
		event_one(EV_TROUBLE, "what", "listen");
		free(l);
		return;
	}
	l->fd = fd;
	l->accepted = accepted;
	l->arg = arg;
	l->rest = timer_new(loop, on_rested, l);
	l->watch = watch_new(loop, fd, LOOP_READ, on_connection, l);
}
