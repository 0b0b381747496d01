/*
 * The acceptor's life: connections come in, spare sessions go out with them,
 * the dead are counted.  A client can make it do no more than accept, count
 * and pass on a descriptor; being short of anything is an answer (421) or a
 * short rest, never the end.
 */
#include "door.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event.h"
#include "fd.h"
#include "house.h"
#include "loop.h"
#include "reply.h"
#include "session.h"
#include "settings.h"
#include "wire_door.h"

enum {
	REST_MS = 100,		/* short of descriptors or memory */
	REFILL_MS = 1000,	/* a spare died, or none could be made */
	RENEW_MS = 300,		/* a session was killed by a signal */
	STOP_MS = 8000,		/* sessions may take to say 421 */
	ACCEPT_AT_ONCE = 64	/* before others have their turn */
};

static size_t
limit(const struct door *d, enum param param)
{
	return (size_t)settings_number(d->settings, param);
}

static void
watch_listeners(struct door *d, unsigned what)
{
	size_t i;

	for (i = 0; i < d->listener_count; i++)
		watch_set(d->listeners[i].watch, what);
}

/* Stops accepting for a moment, so that a shortage does not spin. */
static void
rest(struct door *d)
{
	if (d->state != DOOR_OPEN)
		return;
	d->state = DOOR_RESTING;
	watch_listeners(d, 0);
	timer_set(d->rest, REST_MS);
}

static void
on_rested(void *arg)
{
	struct door *d = arg;

	if (d->state != DOOR_RESTING)
		return;
	d->state = DOOR_OPEN;
	watch_listeners(d, LOOP_READ);
}

/* --- session processes ------------------------------------------------ */

/*
 * A session forgets the door, who else is served included.  That also spares
 * it a copy of each page in which the acceptor goes on writing.
 */
static void
leave(struct door *d, int sock)
{
	const struct settings *settings = d->settings;
	const struct jail *jail = d->jail;

	crowd_free(&d->crowd);
	(void)munmap(d, sizeof(*d));
	session_live(settings, jail, sock);
}

/*
 * Forks with all signals blocked: until the child has handlers of its own, a
 * SIGTERM meant for it would be told to our loop through the library's pipe.
 */
static pid_t
fork_session(struct door *d, int sock)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		leave(d, sock);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

/* A new spare, or NULL when something is short. */
static struct seat *
new_spare(struct door *d)
{
	struct seat *seat = crowd_free_seat(&d->crowd);
	int pair[2];

	if (seat == NULL || edge_pair(pair) == -1)
		return NULL;
	seat->pid = fork_session(d, pair[1]);
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
	struct door *d = arg;

	if (d->state == DOOR_CLOSED ||
	    crowd_count(&d->crowd, SEAT_SPARE) >= limit(d, P_SMTP_SPARE))
		return;
	/* One at a time: connections come first. */
	timer_set(d->refill, new_spare(d) != NULL ? 0 : REFILL_MS);
}

/* A spare that no client will be handed to any more. */
static void
send_home(struct seat *seat)
{
	fd_close(&seat->door);
	seat->state = SEAT_LEAVING;
}

static void
send_spares_home(struct door *d)
{
	struct seat *seat;

	while ((seat = crowd_find(&d->crowd, SEAT_SPARE)) != NULL)
		send_home(seat);
}

/* --- connections ------------------------------------------------------ */

/* Says no for good, in one try: the client's reading is his concern. */
static void
turn_away(int fd, enum reply why)
{
	char line[REPLY_SIZE];

	reply_line(line, why, "");
	(void)frame_send_now(fd, line, strlen(line), -1);
}

static bool
too_many(const struct listener *l, const char *who)
{
	const struct door *d = l->door;
	const char *which;
	struct event e;

	if (crowd_count(&d->crowd, SEAT_BUSY) >= limit(d, P_SMTP_SESSIONS))
		which = "smtp-sessions";
	else if (crowd_count_who(&d->crowd, who) >=
	    limit(d, P_SMTP_SESSIONS_PER_CLIENT))
		which = "smtp-sessions-per-client";
	else
		return false;
	event_open(&e, EV_TOO_MANY);
	event_str(&e, "client", who);
	event_str(&e, "listener", l->service);
	event_str(&e, "limit", which);
	event_send(&e);
	return true;
}

/* Gives the connection to a spare; one that died waiting is passed over. */
static struct seat *
hand_over(struct door *d, const struct door_client *client, int fd)
{
	struct seat *seat;
	int tries;

	if (frame_put(&d->frame, &door_client, client) == -1)
		return NULL;
	for (tries = 0; tries < 3; tries++) {
		seat = crowd_find(&d->crowd, SEAT_SPARE);
		if (seat == NULL)
			seat = new_spare(d);
		if (seat == NULL)
			return NULL;
		if (frame_send_now(seat->door, d->frame.data, d->frame.len,
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
	char address[64], who[CROWD_WHO];
	struct seat *seat;

	crowd_who(who, sa, fd);
	if (too_many(l, who)) {
		turn_away(fd, REPLY_TOO_MANY_CONNECTIONS);
		return;
	}
	client.port = crowd_address(sa, address, sizeof(address));
	client.address = address;
	client.listener = l->service;
	client.flags = l->flags;
	seat = hand_over(l->door, &client, fd);
	timer_set(l->door->refill, seat != NULL ? 0 : REFILL_MS);
	if (seat == NULL) {
		turn_away(fd, REPLY_NO_SESSION);
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
			rest(l->door);
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
	for (i = 0; i < ACCEPT_AT_ONCE && l->door->state == DOOR_OPEN; i++)
		if (accept_one(l) == -1)
			return;
}

/* --- the end ---------------------------------------------------------- */

static void
on_end(void *arg)
{
	struct door *d = arg;

	loop_stop(d->loop);
}

/* No more clients; then the end, at the latest after so many ms. */
static void
close_door(struct door *d, enum exit_code code, int64_t ms)
{
	if (d->state == DOOR_CLOSED)
		return;
	d->state = DOOR_CLOSED;
	d->code = code;
	watch_listeners(d, 0);
	send_spares_home(d);
	timer_set(d->end, ms);
}

/*
 * malote tells the whole process group; a SIGTERM to the acceptor alone is
 * passed on, so that it means the same.
 */
static void
on_term(void *arg)
{
	struct door *d = arg;
	size_t i;

	close_door(d, EXIT_DONE, STOP_MS);
	d->code = EXIT_DONE;
	for (i = 0; i < d->crowd.size; i++)
		if (d->crowd.seats[i].state == SEAT_BUSY)
			(void)kill(d->crowd.seats[i].pid, SIGTERM);
	if (crowd_count(&d->crowd, SEAT_BUSY) == 0)
		loop_stop(d->loop);
}

/*
 * A session killed by a signal may be a guess at our memory's layout, which
 * all forks share: the next guess meets a new one.
 */
static void
killed(struct door *d, const struct seat *seat, int signo)
{
	struct event e;

	event_open(&e, EV_SESSION_DIED);
	event_num(&e, "pid", (uint64_t)seat->pid);
	event_num(&e, "signal", (uint64_t)signo);
	event_str(&e, "client", seat->who);
	event_send(&e);
	close_door(d, EXIT_RENEW, RENEW_MS);
}

static void
bury(struct door *d, struct seat *seat, int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGTERM)
		killed(d, seat, WTERMSIG(status));
	/* Spares that die unused are not made again at full speed. */
	if (seat->state == SEAT_SPARE)
		timer_set(d->refill, REFILL_MS);
	fd_close(&seat->door);
	seat->state = SEAT_FREE;
	seat->who[0] = '\0';
}

static void
on_child(void *arg)
{
	struct door *d = arg;
	struct seat *seat;
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		seat = crowd_find_pid(&d->crowd, pid);
		if (seat != NULL)
			bury(d, seat, status);
	}
	if (d->state == DOOR_CLOSED && d->code == EXIT_DONE &&
	    crowd_count(&d->crowd, SEAT_BUSY) == 0)
		loop_stop(d->loop);
}

/* --- settings and start ----------------------------------------------- */

/*
 * New sessions get the new settings, running ones keep theirs.  `listen` is
 * not among what can change: malote made the sockets and refuses that.
 */
static void
on_settings(void *ctx, struct settings *new)
{
	struct door *d = ctx;

	settings_free(d->settings);
	d->settings = new;
	if (d->state == DOOR_CLOSED)
		return;
	send_spares_home(d);
	timer_set(d->refill, 0);
}

static void
add_listener(struct door *d, int fd, const char *service, unsigned flags)
{
	struct listener *l = &d->listeners[d->listener_count++];

	l->door = d;
	l->fd = fd;
	l->flags = flags;
	(void)strlcpy(l->service, service, sizeof(l->service));
	if (fd_nonblock(fd, true) == -1)
		die_temp("listening socket");
	l->watch = watch_new(d->loop, fd, LOOP_READ, on_connection, l);
}

/* `listen` rows: SERVICE ADDRESS PORT FLAGS… */
static void
open_listeners(struct door *d)
{
	int fd = house_extra_fd(PROC_SMTPD);
	struct row row;
	size_t n;

	for (n = 0; settings_row(d->settings, P_LISTEN, n, &row); n++)
		;
	d->listeners = calloc(n + 1, sizeof(*d->listeners));
	if (d->listeners == NULL)
		die_temp("listeners");
	add_listener(d, house_edge_fd(PROC_SMTPD, EDGE_SMTP_PUBLIC),
	    "local", 0);
	for (n = 0; settings_row(d->settings, P_LISTEN, n, &row); n++)
		add_listener(d, fd++, row.words[0], 0);
}

struct door *
door_new(void)
{
	struct door *d;

	/* Zeroed, and in pages of its own: see leave(). */
	d = mmap(NULL, sizeof(*d), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON, -1, 0);
	if (d == MAP_FAILED)
		die_temp("start");
	d->loop = loop_new();
	d->state = DOOR_OPEN;
	d->code = EXIT_DONE;
	crowd_init(&d->crowd);
	d->refill = timer_new_idle(d->loop, on_refill, d);
	d->rest = timer_new(d->loop, on_rested, d);
	d->end = timer_new(d->loop, on_end, d);
	loop_signal(d->loop, SIGCHLD, on_child, d);
	loop_signal(d->loop, SIGTERM, on_term, d);
	return d;
}

enum exit_code
door_run(struct door *d, struct settings *settings, const struct jail *jail)
{
	d->settings = settings;
	d->jail = jail;
	settings_watch(d->loop, NULL, on_settings, d);
	open_listeners(d);
	timer_set(d->refill, 0);
	loop_run(d->loop);
	return d->code;
}
