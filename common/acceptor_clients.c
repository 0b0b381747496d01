/*
 * The clients of an acceptor, from their connection to a session of their
 * own.  A client can make it do no more than count, say one line and fork;
 * being short of anything is an answer.
 */
#include "acceptor_parts.h"

#include <sys/socket.h>
#include <string.h>
#include <unistd.h>

#include "acceptor_session.h"
#include "event.h"
#include "fd.h"
#include "limits.h"

/* --- what clients are told -------------------------------------------- */

/* Says it in one try: the client's reading is his concern. */
static void
say(int fd, const char *line)
{
	if (*line != '\0')
		(void)send(fd, line, strlen(line),
		    MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
turn_away(const struct acceptor *a, int fd, enum acceptor_line why)
{
	char line[ACCEPTOR_LINE];

	a->role->line(why, a->settings, line);
	say(fd, line);
	close(fd);
}

static void
tell_too_many(const char *client, const char *listener, enum param which)
{
	struct event e;

	event_open(&e, EV_TOO_MANY);
	event_str(&e, "client", client);
	event_str(&e, "listener", listener);
	event_str(&e, "limit", params[which].name);
	event_send(&e);
}

/* --- the door --------------------------------------------------------- */

/* A visitor leaves without having been served. */
static void
dismiss(struct acceptor *a, struct visitor *v, enum acceptor_line why)
{
	struct guest *guest = v->guest;
	int fd = v->fd;

	door_leave(v);
	guests_leave(&a->guests, guest);
	turn_away(a, fd, why);
}

static void
on_silent(void *ctx, struct visitor *v)
{
	struct event e;

	event_open(&e, EV_SILENT);
	event_str(&e, "client", v->address);
	event_str(&e, "listener", v->listener);
	event_send(&e);
	dismiss(ctx, v, ACCEPTOR_SILENT);
}

/* A full house asks whoever has been silent for longest to come again. */
static struct visitor *
make_room(struct acceptor *a)
{
	struct visitor *oldest = door_oldest(&a->door);

	if (oldest != NULL &&
	    a->door.count >= acceptor_limit(a, a->role->waiting)) {
		tell_too_many(oldest->guest->name, oldest->listener,
		    a->role->waiting);
		dismiss(a, oldest, ACCEPTOR_TOO_MANY);
	}
	return door_vacant(&a->door);
}

/* The client is counted; now he is greeted and may speak. */
static void
let_in(struct listener *l, int fd, const struct sockaddr *sa,
    struct guest *guest)
{
	struct acceptor *a = l->acceptor;
	struct visitor *v = make_room(a);

	if (v == NULL) {
		guests_leave(&a->guests, guest);
		turn_away(a, fd, ACCEPTOR_NO_SESSION);
		return;
	}
	v->guest = guest;
	v->fd = fd;
	v->flags = l->flags;
	v->listener = l->service;
	v->port = guest_address(sa, v->address, sizeof(v->address));
	say(fd, a->greeting);
	door_enter(&a->door, v);
}

/* One connection more of that client, or NULL with the limit it is past. */
static struct guest *
count(struct acceptor *a, const char *name, enum param *past)
{
	*past = a->role->sessions;
	if (a->seats.count >= acceptor_limit(a, *past))
		return NULL;
	*past = a->role->per_client;
	return guests_enter(&a->guests, name, acceptor_limit(a, *past));
}

void
acceptor_admit(struct listener *l, int fd, const struct sockaddr *sa)
{
	struct acceptor *a = l->acceptor;
	struct guest *guest;
	char name[GUEST_NAME];
	enum param past;

	guest_name(name, sa, fd);
	guest = count(a, name, &past);
	if (guest == NULL) {
		/* Some may have ended already. */
		acceptor_reap(a);
		if (a->state == A_OPEN)
			guest = count(a, name, &past);
	}
	if (guest != NULL) {
		let_in(l, fd, sa, guest);
		return;
	}
	tell_too_many(name, l->service, past);
	turn_away(a, fd, ACCEPTOR_TOO_MANY);
}

/* --- session processes ------------------------------------------------ */

/*
 * Who speaks, or has gone, gets a session to see which.  What it needs is
 * copied: the child has no part in our memory of others.
 */
static pid_t
fork_session(const struct acceptor *a, const struct visitor *v)
{
	char address[sizeof(v->address)];
	struct session_start start = {
		.role = a->role,
		.settings = a->settings,
		.jail = a->jail,
		.client = { address, v->listener, v->port, v->flags },
		.fd = v->fd
	};

	(void)strlcpy(address, v->address, sizeof(address));
	return acceptor_session(&start);
}

static void
on_spoke(void *ctx, struct visitor *v)
{
	struct acceptor *a = ctx;
	struct seat *seat;
	int fd = v->fd;
	pid_t pid;

	acceptor_reap(a);
	if (a->state == A_CLOSED)
		return;		/* there are no visitors any more */
	if (a->seats.count >= acceptor_limit(a, a->role->sessions)) {
		tell_too_many(v->guest->name, v->listener, a->role->sessions);
		dismiss(a, v, ACCEPTOR_TOO_MANY);
		return;
	}
	seat = seats_vacant(&a->seats);
	pid = seat != NULL ? fork_session(a, v) : -1;
	if (pid == -1) {
		if (seat != NULL)
			seats_back(&a->seats, seat);
		dismiss(a, v, ACCEPTOR_NO_SESSION);
		return;
	}
	seats_take(&a->seats, seat, pid, v->guest);
	door_leave(v);
	close(fd);
}

/* --- all of them ------------------------------------------------------- */

void
acceptor_empty_door(struct acceptor *a)
{
	struct visitor *v;

	while ((v = door_oldest(&a->door)) != NULL)
		dismiss(a, v, ACCEPTOR_STOPPING);
}

void
acceptor_clients_init(struct acceptor *a)
{
	guests_init(&a->guests, LIMIT_CLIENTS);
	seats_init(&a->seats, LIMIT_CLIENTS);
	door_init(&a->door, a->loop, LIMIT_CLIENTS);
	a->door.spoke = on_spoke;
	a->door.silent = on_silent;
	a->door.ctx = a;
}
