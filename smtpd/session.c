/*
 * A session: one process, one client, then nothing.  It is in its jail before
 * it reads a byte of its client (see acceptor_session.c), trusts the
 * acceptor's word on who that is, and nothing else.  It must never outlive its
 * client's connection.
 */
#include "session.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "die.h"
#include "event.h"
#include "fate.h"
#include "fd.h"
#include "settings.h"
#include "verbs_smtp.h"
#include "acceptor.h"

enum {
	LINGER_MS = 1000,
	LINGER_BYTES = 1024 * 1024
};

/* What becomes of a line that reached no handler, or of the session. */
struct trouble_row {
	enum reply		 reply;
	const char		*why;	/* it is over; NULL: it goes on */
	bool			 linger; /* the client may still be talking */
};

static const struct trouble_row troubles[] = {
	[DIALOG_UNKNOWN] = { REPLY_UNKNOWN, NULL, false },
	[DIALOG_ORDER] = { REPLY_ORDER, NULL, false },
	[DIALOG_SYNTAX] = { REPLY_ARGUMENT, NULL, false },
	[DIALOG_LONG] = { REPLY_LONG, NULL, false },
	[DIALOG_BARE] = { REPLY_BARE, "bare line end in a command",
	    true },
	[DIALOG_TOO_MANY] = { REPLY_TOO_MANY_BAD, "too many bad commands",
	    true },
	[DIALOG_TIMEOUT] = { REPLY_TIMEOUT, "timeout", false },
	[DIALOG_STOP] = { REPLY_STOPPING, "stopping", false },
	[DIALOG_GONE] = { REPLY_COUNT, "client gone", false },
};

enum dialog_result
session_trouble(void *ctx, enum dialog_trouble what,
    const struct dialog_verb *verb)
{
	const struct trouble_row *row = &troubles[what];
	struct session *s = ctx;

	(void)verb;
	if (row->reply != REPLY_COUNT)
		reply(&s->out, row->reply);
	if (row->why == NULL)
		return DIALOG_BAD;
	s->why = row->why;
	s->linger = row->linger;
	return DIALOG_CLOSE;
}

void
session_refuse_fate(struct session *s, const char *what, const char *to,
    const struct fate *fate)
{
	struct event e;

	reply_fate(&s->out, fate);
	event_open(&e, EV_REFUSED);
	event_str(&e, "client", s->client.address);
	event_str(&e, "what", what);
	event_str(&e, "from", s->tx.sender);
	event_str(&e, "to", to);
	event_str(&e, "reply", fate->status);
	event_send(&e);
}

void
session_refuse(struct session *s, const char *what, const char *to,
    enum reply which)
{
	struct fate fate;

	reply_to_fate(which, &fate);
	session_refuse_fate(s, what, to, &fate);
}

static void
tell_connect(const struct session *s)
{
	struct event e;

	event_open(&e, EV_CONNECT);
	event_str(&e, "client", s->client.address);
	event_num(&e, "port", s->client.port);
	event_str(&e, "listener", s->client.listener);
	event_send(&e);
}

static void
tell_disconnect(const struct session *s)
{
	struct event e;

	event_open(&e, EV_DISCONNECT);
	event_str(&e, "client", s->client.address);
	event_str(&e, "why", s->why);
	event_num(&e, "messages", s->messages);
	event_send(&e);
}

static void
init(struct session *s, int fd)
{
	int64_t timeout;

	timeout = (int64_t)settings_number(s->settings, P_SMTP_TIMEOUT) * 1000;
	s->dialog = (struct dialog){
		.verbs = smtp_verbs,
		.count = smtp_verb_count,
		.state = SESSION_FRESH,
		.line_max = LIMIT_COMMAND,
		.timeout = timeout,
		.bad_max = LIMIT_BAD_COMMANDS,
		.trouble = session_trouble,
		.ctx = s
	};
	ask_init(&s->ask);
	submit_init(&s->submit);
	s->extended = false;
	s->helo[0] = '\0';
	tx_init(&s->tx);
	s->messages = 0;
	s->why = "";
	s->linger = false;
	out_init(&s->out, fd, (int)timeout);
	line_init(&s->line, fd, &s->out);
}

/*
 * A connection that is closed with unread input is reset, and the reset may
 * overtake our last words: the client gets a moment to hear them.
 */
static void
linger(struct session *s, int fd)
{
	int64_t deadline = fd_now() + LINGER_MS;
	const char *data;
	size_t n, left = LINGER_BYTES;

	if (out_flush(&s->out) == -1 || !s->linger ||
	    shutdown(fd, SHUT_WR) == -1)
		return;
	while (line_peek(&s->line, &data, &n, deadline) == LINE_OK) {
		line_take(&s->line, n);
		if (n > left)
			return;
		left -= n;
	}
}

void
session_serve(struct session *s, int fd)
{
	init(s, fd);
	tell_connect(s);
	dialog_run(&s->dialog, &s->line);
	linger(s, fd);
	submit_drop(&s->submit);
	fd_close(&s->ask.sock);
	tx_reset(&s->tx);
	tell_disconnect(s);
}

void
session_live(const struct settings *settings, const struct door_client *client,
    int fd)
{
	struct session *s;

	/* Pages of its own, of which most are never touched. */
	s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON, -1, 0);
	if (s == MAP_FAILED)
		die_temp("session");
	s->settings = settings;
	smtp_client_init(&s->client, client, settings);
	session_serve(s, fd);
}
