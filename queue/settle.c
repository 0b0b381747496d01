/*
 * settle: syncs file systems for queue, so that many deliveries become
 * durable at once.  It holds a folder of each open, opened as its own account
 * before its jail, and can open nothing later; it sees no message and trusts
 * queue with nothing but when to sync.  It must never say SYNCED of a sync
 * that began before it was asked for.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "die.h"
#include "fd.h"
#include "house.h"
#include "jail.h"
#include "loop.h"
#include "peer.h"
#include "settings.h"
#include "wire_settle.h"

#include "file_systems.h"
#include "syncer.h"

static const struct card card = {
	.name = "settle",
	.root = ".",
	.may = MAY_LOOP | MAY_ACCEPT,
	.memory = 64u * 1024 * 1024,
	.files = 32 + FILE_SYSTEMS_MAX
};

enum { CHILDREN_MAX = 8 };	/* file systems that are synced at a time */

/* What is asked for each: of file_systems.rows of the same index. */
struct work {
	struct settle	*settle;
	bool		 running;
	struct asker	*asker;		/* who hears of it; may be gone */
	struct asker	*next;		/* who asked meanwhile */
};

struct settle {
	struct loop		*loop;
	struct settings		*settings;
	struct syncer		*syncer;
	struct file_systems	 systems;
	struct work		 works[FILE_SYSTEMS_MAX];
};

/* A connection of queue; after a restart the former may still be there. */
struct asker {
	struct settle	*settle;
	struct peer	*peer;
};

static void
tell_failed(struct asker *a, uint64_t device, int error)
{
	struct settle_failed msg = { device, (uint32_t)error };

	(void)peer_send(a->peer, &settle_failed, &msg, -1);
}

static void
tell_ended(struct asker *a, uint64_t device, int error)
{
	struct settle_synced msg = { device };

	if (error != 0)
		tell_failed(a, device, error);
	else
		(void)peer_send(a->peer, &settle_synced, &msg, -1);
}

static void on_ended(void *, int);

static void
begin(struct work *w, struct asker *a)
{
	const struct settle *s = w->settle;
	const struct file_system *fs = &s->systems.rows[w - s->works];

	w->asker = a;
	w->running = syncer_ask(s->syncer, SYNC_SYSTEM, fs->fd, on_ended,
	    w) == 0;
	if (!w->running)
		tell_failed(a, fs->device, ENOMEM);
}

static void
on_ended(void *ctx, int error)
{
	struct work *w = ctx;
	const struct file_system *fs =
	    &w->settle->systems.rows[w - w->settle->works];
	struct asker *next = w->next;

	w->running = false;
	w->next = NULL;
	if (w->asker != NULL)
		tell_ended(w->asker, fs->device, error);
	/* The error is told once: what the next one has written is in doubt,
	 * too, and its own sync would say that all is well. */
	if (next != NULL && error != 0)
		tell_failed(next, fs->device, error);
	else if (next != NULL)
		begin(w, next);
}

static int
on_sync(void *ctx, const void *msg, int fd)
{
	const struct settle_sync *m = msg;
	struct asker *a = ctx;
	struct settle *s = a->settle;
	struct file_system *fs = file_systems_find(&s->systems, m->device);
	struct work *w;

	(void)fd;
	if (fs == NULL) {
		tell_failed(a, m->device, ENODEV);
		return 0;
	}
	w = &s->works[fs - s->systems.rows];
	if (!w->running)
		begin(w, a);
	else if (w->asker == a || w->next != NULL)
		return -1;	/* one at a time */
	else
		w->next = a;
	return 0;
}

static void
on_closed(void *ctx)
{
	struct asker *a = ctx;
	struct work *w;
	size_t i;

	for (i = 0; i < a->settle->systems.count; i++) {
		w = &a->settle->works[i];
		if (w->asker == a)
			w->asker = NULL;
		if (w->next == a)
			w->next = NULL;
	}
	free(a);
}

static const struct verb verbs[] = {
	{ &settle_sync,	VERB_ANY, VERB_SAME, on_sync },
};

static void
on_accepted(void *arg, int fd)
{
	struct settle *s = arg;
	struct asker *a = calloc(1, sizeof(*a));
	struct settle_serves msg;
	size_t i;

	if (a == NULL) {
		fd_close(&fd);
		return;
	}
	a->settle = s;
	a->peer = peer_new(s->loop, fd, verbs, countof(verbs), 1, a,
	    on_closed);
	if (a->peer == NULL) {
		free(a);
		return;
	}
	for (i = 0; i < s->systems.count; i++) {
		msg.device = s->systems.rows[i].device;
		(void)peer_send(a->peer, &settle_serves, &msg, -1);
	}
}

/* Inside the jail nothing can be opened: a new list needs a new process. */
static void
on_reload(void *ctx, struct settings *fresh)
{
	struct settle *s = ctx;

	if (!settings_same(s->settings, fresh, P_MAILDIR_FILESYSTEM))
		exit(EXIT_RENEW);
	settings_free(fresh);
}

static void
on_stop(void *arg)
{
	loop_stop(arg);
}

static void
prepare(struct settle *s)
{
	size_t i;

	s->settings = settings_hear(NULL, NULL);
	s->loop = loop_new();
	file_systems_open(&s->systems, s->settings,
	    house_folder_fd(PROC_SETTLE, FOLDER_MAIL));
	for (i = 0; i < s->systems.count; i++)
		s->works[i].settle = s;
	s->syncer = syncer_new(s->loop, s->systems.count < CHILDREN_MAX ?
	    (unsigned)s->systems.count : CHILDREN_MAX);
}

int
main(void)
{
	struct settle s = { 0 };

	die_name("settle");
	(void)signal(SIGPIPE, SIG_IGN);
	prepare(&s);
	jail_enter(&card);
	settings_go_on();
	loop_signal(s.loop, SIGTERM, on_stop, s.loop);
	settings_watch(s.loop, NULL, on_reload, &s);
	peer_listen(s.loop, house_edge_fd(PROC_SETTLE, EDGE_SETTLE),
	    on_accepted, &s);
	loop_run(s.loop);
	return EXIT_DONE;
}
