/*
 * The acceptor's life: it takes connections, learns of new settings, buries
 * its sessions, and ends.  Being short of anything is a short rest, never the
 * end.
 */
#include "acceptor_parts.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apart.h"
#include "apart_heap.h"
#include "event.h"
#include "fd.h"
#include "loop.h"
#include "settings.h"

enum {
	REST_MS = 100,		/* short of descriptors or memory */
	RENEW_MS = 300,		/* a session was killed by a signal */
	STOP_MS = 8000,		/* sessions may take to say so */
	DEAF_MS = 20,		/* to more of the dead, when many die */
	ACCEPT_AT_ONCE = 64,	/* before others have their turn */
	HEAP = 16 * 1024 * 1024	/* for the loop: 300 bytes a client */
};

size_t
acceptor_limit(const struct acceptor *a, enum param param)
{
	return (size_t)settings_number(a->settings, param);
}

static void
watch_listeners(struct acceptor *a, unsigned what)
{
	size_t i;

	for (i = 0; i < a->listener_count; i++)
		watch_set(a->listeners[i].watch, what);
}

/* Stops accepting for a moment, so that a shortage does not spin. */
static void
rest(struct acceptor *a)
{
	if (a->state != A_OPEN)
		return;
	a->state = A_RESTING;
	watch_listeners(a, 0);
	timer_set(a->rest, REST_MS);
}

static void
on_rested(void *arg)
{
	struct acceptor *a = arg;

	if (a->state != A_RESTING)
		return;
	a->state = A_OPEN;
	watch_listeners(a, LOOP_READ);
}

/* --- connections ------------------------------------------------------ */

/* 0, or -1 when there is nothing more to accept now. */
static int
accept_one(struct listener *l)
{
	union {
		struct sockaddr		sa;
		struct sockaddr_storage	space;
	} from;
	socklen_t len = sizeof(from);
	int fd;

	memset(&from, 0, sizeof(from));
	fd = accept4(l->fd, &from.sa, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd == -1) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		    errno == ENOBUFS)
			rest(l->acceptor);
		return -1;
	}
	acceptor_admit(l, fd, &from.sa);
	return 0;
}

static void
on_connection(void *arg, unsigned what)
{
	struct listener *l = arg;
	int i;

	(void)what;
	for (i = 0; i < ACCEPT_AT_ONCE && l->acceptor->state == A_OPEN; i++)
		if (accept_one(l) == -1)
			return;
}

/* --- the end ---------------------------------------------------------- */

static void
on_end(void *arg)
{
	struct acceptor *a = arg;

	loop_stop(a->loop);
}

/* No more clients; then the end, at the latest after so many ms. */
static void
close_door(struct acceptor *a, enum exit_code code, int64_t ms)
{
	if (a->state == A_CLOSED)
		return;
	a->state = A_CLOSED;
	a->code = code;
	watch_listeners(a, 0);
	acceptor_empty_door(a);
	timer_set(a->end, ms);
}

/*
 * malote tells the whole process group; a SIGTERM to the acceptor alone is
 * passed on, so that it means the same.
 */
static void
on_term(void *arg)
{
	struct acceptor *a = arg;

	close_door(a, EXIT_DONE, STOP_MS);
	a->code = EXIT_DONE;
	seats_signal(&a->seats, SIGTERM);
	if (a->seats.count == 0)
		loop_stop(a->loop);
}

/*
 * A session killed by a signal may be a guess at our memory's layout, which
 * all forks share: the next guess meets a new one.
 */
static void
killed(struct acceptor *a, const struct seat *seat, int signo)
{
	struct event e;

	event_open(&e, EV_SESSION_DIED);
	event_num(&e, "pid", (uint64_t)seat->pid);
	event_num(&e, "signal", (uint64_t)signo);
	event_str(&e, "client", seat->guest->name);
	event_send(&e);
	close_door(a, EXIT_RENEW, RENEW_MS);
}

static void
bury(struct acceptor *a, struct seat *seat, int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGTERM)
		killed(a, seat, WTERMSIG(status));
	guests_leave(&a->guests, seat->guest);
	seats_leave(&a->seats, seat);
}

void
acceptor_reap(struct acceptor *a)
{
	struct seat *seat;
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		seat = seats_find(&a->seats, pid);
		if (seat != NULL)
			bury(a, seat, status);
	}
}

static void
hear_children(bool on)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(on ? SIG_UNBLOCK : SIG_BLOCK, &child, NULL);
}

static void
on_hearing(void *arg)
{
	(void)arg;
	hear_children(true);
}

/*
 * A signal costs more than the burial.  Where sessions end all the time,
 * those of a moment are buried together; before a fork they are anyhow.
 */
static void
on_child(void *arg)
{
	struct acceptor *a = arg;
	int64_t now = fd_now();

	acceptor_reap(a);
	if (now < a->buried + DEAF_MS) {
		hear_children(false);
		timer_set(a->deaf, DEAF_MS);
	}
	a->buried = now;
	if (a->state == A_CLOSED && a->code == EXIT_DONE &&
	    a->seats.count == 0)
		loop_stop(a->loop);
}

/* --- settings and start ----------------------------------------------- */

static void
use_settings(struct acceptor *a, struct settings *settings)
{
	settings_free(a->settings);
	a->settings = settings;
	a->door.patience = (int64_t)acceptor_limit(a, a->role->timeout) * 1000;
	a->role->line(ACCEPTOR_GREETING, settings, a->greeting);
}

/*
 * New sessions get the new settings, running ones keep theirs.  `listen` is
 * not among what can change: malote made the sockets and refuses that.
 */
static void
on_settings(void *ctx, struct settings *new)
{
	use_settings(ctx, new);
}

static void
add_listener(struct acceptor *a, int fd, const char *service, unsigned flags)
{
	struct listener *l = &a->listeners[a->listener_count++];
	int on = 1;

	l->acceptor = a;
	l->fd = fd;
	l->flags = flags;
	l->service = strdup(service);
	if (l->service == NULL || fd_nonblock(fd, true) == -1)
		die_temp("listening socket");
	/* A reply leaves at once; a connection has it from its listener, and
	 * a local socket knows no such option. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	l->watch = watch_new(a->loop, fd, LOOP_READ, on_connection, l);
}

/* `listen` rows: SERVICE ADDRESS PORT [cleartext-login] */
static unsigned
listener_flags(const struct row *row)
{
	size_t i;

	for (i = 3; i < row->count; i++)
		if (strcmp(row->words[i], "cleartext-login") == 0)
			return DOOR_CLEARTEXT;
	return 0;
}

static void
open_listeners(struct acceptor *a)
{
	int fd = house_extra_fd(a->role->proc);
	struct row row;
	size_t n;

	for (n = 0; settings_row(a->settings, P_LISTEN, n, &row); n++)
		;
	a->listeners = calloc(n + 1, sizeof(*a->listeners));
	if (a->listeners == NULL)
		die_temp("listeners");
	if (a->role->local != -1)
		add_listener(a, house_edge_fd(a->role->proc,
		    (enum edge)a->role->local), "local", 0);
	for (n = 0; settings_row(a->settings, P_LISTEN, n, &row); n++)
		add_listener(a, fd++, row.words[0], listener_flags(&row));
}

struct acceptor *
acceptor_new(const struct acceptor_role *role)
{
	struct acceptor *a = apart_new(sizeof(*a));

	a->role = role;
	apart_heap_init(HEAP);
	loop_memory(apart_alloc, apart_realloc, apart_free);
	a->loop = loop_new();
	a->state = A_OPEN;
	a->code = EXIT_DONE;
	acceptor_clients_init(a);
	a->rest = timer_new(a->loop, on_rested, a);
	a->end = timer_new(a->loop, on_end, a);
	a->deaf = timer_new(a->loop, on_hearing, a);
	loop_signal(a->loop, SIGCHLD, on_child, a);
	loop_signal(a->loop, SIGTERM, on_term, a);
	(void)signal(SIGPIPE, SIG_IGN);
	return a;
}

enum exit_code
acceptor_run(struct acceptor *a, struct settings *settings,
    const struct jail *jail)
{
	a->jail = jail;
	use_settings(a, settings);
	settings_watch(a->loop, NULL, on_settings, a);
	open_listeners(a);
	loop_run(a->loop);
	return a->code;
}
