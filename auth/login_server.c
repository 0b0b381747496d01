/*
 * Logins.  The other end is a process that reads from the network, so each
 * answer is weighed: a wrong password, an unknown name and a locked account
 * cost the same work, wait as long and read the same.  Passwords are wiped
 * when they have been used and never written anywhere.
 */
#include "login_server.h"

#include <sys/queue.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "die.h"
#include "enter.h"
#include "event.h"
#include "fd.h"
#include "loop.h"
#include "passwords.h"
#include "peer.h"
#include "plain.h"
#include "settings.h"
#include "wire_login.h"

/* The states of a connection. */
enum {
	L_START = 1, L_RESPONSE = 2, L_BUSY = 4, L_YES = 8, L_ENTERING = 16
};

struct login {
	struct logins		*server;
	struct peer		*peer;
	char			 service[16];
	char			 client[64];
	char			 user[LIMIT_LOGIN + 1];
	char			 destination[LIMIT_PATHNAME + 16];
	bool			 known;		/* the check is for real */
	struct check		 check;
	struct enter		 enter;
	struct timer		*delay;		/* before NO */
	bool			 waiting;	/* for the tables */
	TAILQ_ENTRY(login)	 next;
};

struct logins {
	struct loop		*loop;
	struct checks		*checks;
	struct enters		*enters;
	struct passwords	*passwords;
	struct settings		*settings;
	size_t			 count;
	TAILQ_HEAD(, login)	 waiting;
};

/* --- answers -------------------------------------------------------------- */

static void
record(const struct login *l, enum event_name name, const char *why)
{
	struct event e;

	event_open(&e, name);
	event_str(&e, "login", l->user);
	event_str(&e, "client", l->client);
	event_str(&e, "service", l->service);
	if (why != NULL)
		event_str(&e, "why", why);
	event_send(&e);
}

static void
say_no(void *arg)
{
	struct login *l = arg;
	struct login_no no;

	fate_set(&no.fate, 535, "5.7.8", "wrong login or password");
	peer_set_state(l->peer, L_START);
	(void)peer_send(l->peer, &login_no, &no, -1);
}

/* The one answer to everybody who does not get in, after the one delay. */
static void
refuse(struct login *l, const char *why)
{
	record(l, EV_LOGIN_FAILED, why);
	timer_set(l->delay, (int64_t)settings_number(l->server->settings,
	    P_LOGIN_DELAY) * 1000);
}

static void
say_later(struct login *l, const char *why)
{
	struct login_later later;

	record(l, EV_LOGIN_FAILED, why);
	fate_set(&later.fate, 454, "4.7.0", "%s", why);
	peer_set_state(l->peer, L_START);
	(void)peer_send(l->peer, &login_later, &later, -1);
}

/* --- from the response to the answer -------------------------------------- */

static void
on_checked(void *ctx, bool match)
{
	struct login *l = ctx;
	struct login_yes yes = { .user = l->user, .ticket = "" };

	if (!match || !l->known) {
		refuse(l, "no match");
		return;
	}
	peer_set_state(l->peer, L_YES);
	(void)peer_send(l->peer, &login_yes, &yes, -1);
}

/* What is not known is checked as well, for the time it takes. */
static void
check_login(struct login *l)
{
	struct password found;

	switch (passwords_find(l->server->passwords, l->user, &found)) {
	case FOUND_LATER:
		check_cancel(l->server->checks, &l->check);
		say_later(l, "the password tables cannot be read now");
		return;
	case FOUND_NO:
		l->known = false;
		break;
	case FOUND_YES:
		l->known = true;
		break;
	}
	strlcpy(l->check.hash, found.hash, sizeof(l->check.hash));
	strlcpy(l->destination, found.destination, sizeof(l->destination));
	explicit_bzero(&found, sizeof(found));
	check_start(l->server->checks, &l->check);
}

static void
on_tables(void *ctx)
{
	struct logins *s = ctx;
	struct login *l;

	while ((l = TAILQ_FIRST(&s->waiting)) != NULL) {
		TAILQ_REMOVE(&s->waiting, l, next);
		l->waiting = false;
		check_login(l);
	}
}

static int
on_mechanism(void *ctx, const void *msg, int fd)
{
	const struct login_mechanism *m = msg;
	struct login *l = ctx;

	(void)fd;
	strlcpy(l->service, m->service, sizeof(l->service));
	strlcpy(l->client, m->client, sizeof(l->client));
	l->user[0] = '\0';
	if (strcmp(m->name, "PLAIN") == 0)
		return 0;
	say_later(l, "this mechanism is not offered");
	return 0;
}

static int
on_response(void *ctx, const void *msg, int fd)
{
	const struct login_response *r = msg;
	struct login *l = ctx;
	struct logins *s = l->server;
	int parsed;

	(void)fd;
	parsed = plain_parse(&r->data, l->user, sizeof(l->user),
	    l->check.password, sizeof(l->check.password));
	/* The frame is ours, and the password has no business there now. */
	explicit_bzero((void *)(uintptr_t)r->data.data, r->data.len);
	if (parsed == -1) {
		refuse(l, "malformed");
		return 0;
	}
	l->waiting = true;
	TAILQ_INSERT_TAIL(&s->waiting, l, next);
	passwords_refresh(s->passwords);
	return 0;
}

/* --- in ------------------------------------------------------------------- */

static void
on_entered(void *ctx, const struct fate *why)
{
	struct login *l = ctx;

	if (why == NULL) {
		record(l, EV_LOGIN, NULL);
		peer_set_state(l->peer, L_START);
		(void)peer_send(l->peer, &login_entered, NULL, -1);
	} else if (why->kind == FATE_FAIL) {
		/* An account that may not read mail: it tells no more than
		 * a wrong password does. */
		refuse(l, why->text);
	} else {
		say_later(l, why->text);
	}
}

static int
on_enter(void *ctx, const void *msg, int fd)
{
	struct login *l = ctx;
	struct logins *s = l->server;
	int n;

	(void)msg;
	n = enter_start(s->enters, &l->enter, l->destination,
	    settings_text(s->settings, P_MAILBOX), fd);
	fd_close(&fd);
	if (n == -1)
		say_later(l, "the maildrop cannot be started now");
	return 0;
}

/* --- connections ---------------------------------------------------------- */

static const struct verb verbs[] = {
	{ &login_mechanism, L_START,	L_RESPONSE, on_mechanism },
	{ &login_response,  L_RESPONSE,	L_BUSY,	    on_response },
	{ &login_enter,	    L_YES,	L_ENTERING, on_enter },
};

static void
on_closed(void *ctx)
{
	struct login *l = ctx;
	struct logins *s = l->server;

	if (l->waiting)
		TAILQ_REMOVE(&s->waiting, l, next);
	check_cancel(s->checks, &l->check);
	enter_cancel(s->enters, &l->enter);
	timer_free(l->delay);
	s->count--;
	freezero(l, sizeof(*l));
}

void
logins_accept(void *arg, int fd)
{
	struct logins *s = arg;
	struct login *l = NULL;

	if (s->count < LIMIT_LOGINS)
		l = calloc(1, sizeof(*l));
	if (l == NULL) {
		fd_close(&fd);
		return;
	}
	l->server = s;
	l->check.done = on_checked;
	l->check.ctx = l;
	l->enter.done = on_entered;
	l->enter.ctx = l;
	l->peer = peer_new(s->loop, fd, verbs, countof(verbs), L_START, l,
	    on_closed);
	if (l->peer == NULL) {
		free(l);
		return;
	}
	l->delay = timer_new(s->loop, say_no, l);
	s->count++;
}

struct logins *
logins_new(struct loop *loop, struct checks *checks, struct enters *enters,
    const char *files, struct settings *settings)
{
	struct logins *s = calloc(1, sizeof(*s));

	if (s == NULL)
		die_temp("logins");
	TAILQ_INIT(&s->waiting);
	s->loop = loop;
	s->checks = checks;
	s->enters = enters;
	s->settings = settings;
	s->passwords = passwords_new(loop, files, on_tables, s);
	return s;
}

void
logins_settings(struct logins *s, struct settings *settings)
{
	settings_free(s->settings);
	s->settings = settings;
}
