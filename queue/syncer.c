/*
 * Syncs in children.  A child gets one packet, the kind of sync, with the
 * descriptor, and answers with one, the errno; between them it holds nothing.
 * It ends with the end of its socket and not with SIGTERM: its parent may
 * still want what it is doing.
 */
#include "syncer.h"

#include <sys/queue.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "frame.h"
#include "jail.h"
#include "loop.h"
#include "pass.h"

#include "sync_kinds.h"

static const struct card card = {
	.name = "syncer",
	.root = ".",
	.may = MAY_SYNC,
	.files = 64,		/* in the rehearsal those of the parent */
};

enum { FD_ASK = 3 };		/* a child's socket */

struct task {
	STAILQ_ENTRY(task) next;
	enum sync_kind	 kind;
	int		 fd;
	void		(*done)(void *, int);
	void		*ctx;
};

struct child {
	struct syncer	*syncer;
	int		 sock;
	struct task	*task;		/* NULL while it is idle */
};

struct syncer {
	STAILQ_HEAD(, task) waiting;
	unsigned	 count;
	struct child	 children[];
};

/* --- in a child --------------------------------------------------------- */

static int
serve_one(void)
{
	unsigned char kind;
	ssize_t n;
	int error, fd;

	if (fd_wait(FD_ASK, false, FD_FOREVER) == -1)
		return errno == EINTR ? 0 : -1;
	n = pass_recv(FD_ASK, &kind, sizeof(kind), &fd);
	if (n != sizeof(kind) || fd == -1)
		return -1;
	error = sync_kind_run(kind, fd) == -1 ? errno : 0;
	fd_close(&fd);
	return pass_send(FD_ASK, &error, sizeof(error), -1);
}

static void serve(int, const struct jail *) __attribute__((noreturn));

static void
serve(int sock, const struct jail *jail)
{
	event_mute();
	(void)signal(SIGTERM, SIG_IGN);
	if (sock != FD_ASK && dup2(sock, FD_ASK) == -1)
		_exit(EXIT_TEMP);
	closefrom(FD_ASK + 1);
	jail_enter_prepared(jail);
	while (serve_one() == 0)
		;
	_exit(EXIT_DONE);
}

/* --- in the parent ------------------------------------------------------ */

/* Hands what waits to children that are idle. */
static void
feed(struct syncer *s)
{
	unsigned char kind;
	struct child *c;
	unsigned i;

	for (i = 0; i < s->count && !STAILQ_EMPTY(&s->waiting); i++) {
		c = &s->children[i];
		if (c->task != NULL)
			continue;
		c->task = STAILQ_FIRST(&s->waiting);
		STAILQ_REMOVE_HEAD(&s->waiting, next);
		kind = (unsigned char)c->task->kind;
		/* An idle child has an empty socket: this never blocks. */
		if (pass_send(c->sock, &kind, sizeof(kind),
		    c->task->fd) == -1)
			die_temp("asking for a sync");
	}
}

static void
on_answer(void *arg, unsigned what)
{
	struct child *c = arg;
	struct task *task = c->task;
	ssize_t n;
	int error, fd;

	(void)what;
	n = pass_recv(c->sock, &error, sizeof(error), &fd);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	fd_close(&fd);
	if (n != sizeof(error) || task == NULL)
		die(EXIT_TEMP, "a child that syncs ended");
	c->task = NULL;
	feed(c->syncer);
	task->done(task->ctx, error);
	free(task);
}

int
syncer_ask(struct syncer *s, enum sync_kind kind, int fd,
    void (*done)(void *, int), void *ctx)
{
	struct task *task = malloc(sizeof(*task));

	if (task == NULL)
		return -1;
	task->kind = kind;
	task->fd = fd;
	task->done = done;
	task->ctx = ctx;
	STAILQ_INSERT_TAIL(&s->waiting, task, next);
	feed(s);
	return 0;
}

static void
start_child(struct child *c, struct loop *loop, const struct jail *jail)
{
	int pair[2];

	if (edge_pair(pair) == -1)
		die_temp("socketpair");
	switch (fork()) {
	case -1:
		die_temp("fork");
	case 0:
		serve(pair[1], jail);
	}
	close(pair[1]);
	c->sock = pair[0];
	(void)watch_new(loop, c->sock, LOOP_READ, on_answer, c);
}

struct syncer *
syncer_new(struct loop *loop, unsigned children)
{
	const struct jail *jail = jail_prepare(&card);
	struct syncer *s;
	unsigned i;

	s = calloc(1, sizeof(*s) + children * sizeof(s->children[0]));
	if (s == NULL)
		die_temp("syncer");
	STAILQ_INIT(&s->waiting);
	s->count = children;
	for (i = 0; i < children; i++) {
		s->children[i].syncer = s;
		start_child(&s->children[i], loop, jail);
	}
	return s;
}
