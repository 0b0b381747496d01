/*
 * The acceptor's life: connections come in, spare sessions go out with them,
 * the dead are counted.  A client can make it do no more than accept, count
 * and pass on a descriptor; being short of anything is an answer or a
 * short rest, never the end.
 */
#include "acceptor.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acceptor_session.h"
#include "event.h"
#include "fd.h"
#include "frame.h"
#include "loop.h"
#include "seats.h"
#include "settings.h"
#include "wire_door.h"

enum {
	REST_MS = 100,		/* short of descriptors or memory */
	REFILL_MS = 1000,	/* a spare died, or none could be made */
	RENEW_MS = 300,		/* a session was killed by a signal */
	STOP_MS = 8000,		/* sessions may take to say so */
	ACCEPT_AT_ONCE = 64	/* before others have their turn */
};

struct acceptor;

/* One listening socket. */
struct listener {
	struct acceptor	*acceptor;
	int		 fd;
	char		*service;
	unsigned	 flags;		/* for the session, see wire_door.h */
	struct watch	*watch;
};

struct acceptor {
	const struct acceptor_role *role;
	struct loop		*loop;
	struct settings		*settings;
	const struct jail	*jail;		/* of the sessions */
	struct seats		 seats;
	struct listener		*listeners;
	size_t			 listener_count;
	struct timer		*refill;	/* make spares when idle */
	struct timer		*rest;		/* short of something */
	struct timer		*end;		/* when to stop waiting */
	enum { A_OPEN, A_RESTING, A_CLOSED } state;
	enum exit_code		 code;		/* to end with */
	struct frame		 frame;
};

static size_t
limit(const struct acceptor *a, enum param param)
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

/* --- session processes ------------------------------------------------ */

/*
 * A session forgets the acceptor, and with it who else is served.  That also
 * spares it a copy of each page in which the acceptor goes on writing.
 */
static void
leave(struct acceptor *a, int sock)
{
	const struct acceptor_role *role = a->role;
	const struct settings *settings = a->settings;
	const struct jail *jail = a->jail;

	seats_free(&a->seats);
	(void)munmap(a, sizeof(*a));
	acceptor_session(role, settings, jail, sock);
}

/*
 * Forks with all signals blocked: until the child has handlers of its own, a
 * SIGTERM meant for it would be told to our loop through the library's pipe.
 */
static pid_t
fork_session(struct acceptor *a, int sock)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		leave(a, sock);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

/* A new spare, or NULL when something is short. */
static struct seat *
new_spare(struct acceptor *a)
{
	struct seat *seat = seats_vacant(&a->seats);
	int pair[2];

	if (seat == NULL || edge_pair(pair) == -1)
		return NULL;
	seat->pid = fork_session(a, pair[1]);
	close(pair[1]);
	if (seat->pid == -1) {
		close(pair[0]);
		return NULL;
	}
	seat->state = SEAT_SPARE;
	seat->door = pair[0];
	return seat;
}

static void
on_refill(void *arg)
{
	struct acceptor *a = arg;

	if (a->state == A_CLOSED ||
	    seats_count(&a->seats, SEAT_SPARE) >= limit(a, a->role->spare))
		return;
	/* One at a time: connections come first. */
	timer_set(a->refill, new_spare(a) != NULL ? 0 : REFILL_MS);
}

/* A spare that no client will be handed to any more. */
static void
send_home(struct seat *seat)
{
	fd_close(&seat->door);
	seat->state = SEAT_LEAVING;
}

static void
send_spares_home(struct acceptor *a)
{
	struct seat *seat;

	while ((seat = seats_find(&a->seats, SEAT_SPARE)) != NULL)
		send_home(seat);
}

/* --- connections ------------------------------------------------------ */

/* Says no for good, in one try: the client's reading is his concern. */
static void
turn_away(int fd, const char *why)
{
	(void)send(fd, why, strlen(why), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static bool
too_many(const struct listener *l, const char *who)
{
	const struct acceptor *a = l->acceptor;
	enum param which;
	struct event e;

	if (seats_count(&a->seats, SEAT_BUSY) >= limit(a, a->role->sessions))
		which = a->role->sessions;
	else if (seats_count_who(&a->seats, who) >=
	    limit(a, a->role->per_client))
		which = a->role->per_client;
	else
		return false;
	event_open(&e, EV_TOO_MANY);
	event_str(&e, "client", who);
	event_str(&e, "listener", l->service);
	event_str(&e, "limit", params[which].name);
	event_send(&e);
	return true;
}

/* Gives the connection to a spare; one that died waiting is passed over. */
static struct seat *
hand_over(struct acceptor *a, const struct door_client *client, int fd)
{
	struct seat *seat;
	int tries;

	if (frame_put(&a->frame, &door_client, client) == -1)
		return NULL;
	for (tries = 0; tries < 3; tries++) {
		seat = seats_find(&a->seats, SEAT_SPARE);
		if (seat == NULL)
			seat = new_spare(a);
		if (seat == NULL)
			return NULL;
		if (frame_send_now(seat->door, a->frame.data, a->frame.len,
		    fd) == 0)
			return seat;
		send_home(seat);
	}
	return NULL;
}

static void
admit(struct listener *l, int fd, const struct sockaddr *sa)
{
	struct door_client client;
	char address[64], who[SEATS_WHO];
	struct seat *seat;

	seats_who(who, sa, fd);
	if (too_many(l, who)) {
		turn_away(fd, l->acceptor->role->too_many);
		return;
	}
	client.port = seats_address(sa, address, sizeof(address));
	client.address = address;
	client.listener = l->service;
	client.flags = l->flags;
	seat = hand_over(l->acceptor, &client, fd);
	timer_set(l->acceptor->refill, seat != NULL ? 0 : REFILL_MS);
	if (seat == NULL) {
		turn_away(fd, l->acceptor->role->no_session);
		return;
	}
	seat->state = SEAT_BUSY;
	fd_close(&seat->door);
	(void)strlcpy(seat->who, who, sizeof(seat->who));
}

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
	admit(l, fd, &from.sa);
	close(fd);
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
	send_spares_home(a);
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
	size_t i;

	close_door(a, EXIT_DONE, STOP_MS);
	a->code = EXIT_DONE;
	for (i = 0; i < a->seats.size; i++)
		if (a->seats.all[i].state == SEAT_BUSY)
			(void)kill(a->seats.all[i].pid, SIGTERM);
	if (seats_count(&a->seats, SEAT_BUSY) == 0)
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
	event_str(&e, "client", seat->who);
	event_send(&e);
	close_door(a, EXIT_RENEW, RENEW_MS);
}

static void
bury(struct acceptor *a, struct seat *seat, int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGTERM)
		killed(a, seat, WTERMSIG(status));
	/* Spares that die unused are not made again at full speed. */
	if (seat->state == SEAT_SPARE)
		timer_set(a->refill, REFILL_MS);
	fd_close(&seat->door);
	seat->state = SEAT_FREE;
	seat->who[0] = '\0';
}

static void
on_child(void *arg)
{
	struct acceptor *a = arg;
	struct seat *seat;
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		seat = seats_find_pid(&a->seats, pid);
		if (seat != NULL)
			bury(a, seat, status);
	}
	if (a->state == A_CLOSED && a->code == EXIT_DONE &&
	    seats_count(&a->seats, SEAT_BUSY) == 0)
		loop_stop(a->loop);
}

/* --- settings and start ----------------------------------------------- */

/*
 * New sessions get the new settings, running ones keep theirs.  `listen` is
 * not among what can change: malote made the sockets and refuses that.
 */
static void
on_settings(void *ctx, struct settings *new)
{
	struct acceptor *a = ctx;

	settings_free(a->settings);
	a->settings = new;
	if (a->state == A_CLOSED)
		return;
	send_spares_home(a);
	timer_set(a->refill, 0);
}

static void
add_listener(struct acceptor *a, int fd, const char *service, unsigned flags)
{
	struct listener *l = &a->listeners[a->listener_count++];

	l->acceptor = a;
	l->fd = fd;
	l->flags = flags;
	l->service = strdup(service);
	if (l->service == NULL || fd_nonblock(fd, true) == -1)
		die_temp("listening socket");
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
	struct acceptor *a;

	/* Zeroed, and in pages of its own: see leave(). */
	a = mmap(NULL, sizeof(*a), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON, -1, 0);
	if (a == MAP_FAILED)
		die_temp("acceptor");
	a->role = role;
	a->loop = loop_new();
	a->state = A_OPEN;
	a->code = EXIT_DONE;
	seats_init(&a->seats);
	a->refill = timer_new_idle(a->loop, on_refill, a);
	a->rest = timer_new(a->loop, on_rested, a);
	a->end = timer_new(a->loop, on_end, a);
	loop_signal(a->loop, SIGCHLD, on_child, a);
	loop_signal(a->loop, SIGTERM, on_term, a);
	(void)signal(SIGPIPE, SIG_IGN);
	return a;
}

enum exit_code
acceptor_run(struct acceptor *a, struct settings *settings,
    const struct jail *jail)
{
	a->settings = settings;
	a->jail = jail;
	settings_watch(a->loop, NULL, on_settings, a);
	open_listeners(a);
	timer_set(a->refill, 0);
	loop_run(a->loop);
	return a->code;
}
