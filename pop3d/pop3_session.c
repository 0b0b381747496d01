/*
 * A session: one process, one client, then nothing.  It reads what a stranger
 * sends and never sees a file: passwords are checked by auth, messages come
 * from a maildrop that knows them by number.  Whatever ends it but QUIT
 * removes nothing.
 */
#include "pop3_session.h"

#include <sys/mman.h>
#include <string.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "pop3_reply.h"
#include "settings.h"
#include "acceptor.h"

/* What becomes of a line that reached no handler, or of the session. */
struct trouble_row {
	enum pop3_reply	 reply;		/* POP3_REPLIES: none */
	const char	*why;		/* it is over; NULL: it goes on */
};

/* Who is silent too long is told nothing [RFC1939 3]. */
static const struct trouble_row troubles[] = {
	[DIALOG_UNKNOWN] = { POP3_UNKNOWN, NULL },
	[DIALOG_ORDER] = { POP3_ORDER, NULL },
	[DIALOG_SYNTAX] = { POP3_SYNTAX, NULL },
	[DIALOG_LONG] = { POP3_LONG, NULL },
	[DIALOG_BARE] = { POP3_BARE, NULL },
	[DIALOG_TOO_MANY] = { POP3_TOO_MANY_BAD, "too many bad commands" },
	[DIALOG_TIMEOUT] = { POP3_REPLIES, "timeout" },
	[DIALOG_STOP] = { POP3_STOPPING, "stopping" },
	[DIALOG_GONE] = { POP3_REPLIES, "client gone" },
};

static enum dialog_result
trouble(void *ctx, enum dialog_trouble what, const struct dialog_verb *verb)
{
	const struct trouble_row *row = &troubles[what];
	struct pop3 *p = ctx;

	(void)verb;
	if (row->reply != POP3_REPLIES)
		pop3_reply(&p->out, row->reply);
	if (row->why == NULL)
		return DIALOG_BAD;
	p->why = row->why;
	return DIALOG_CLOSE;
}

static void
tell_connect(const struct pop3 *p)
{
	struct event e;

	event_open(&e, EV_CONNECT);
	event_str(&e, "client", p->client->address);
	event_num(&e, "port", p->client->port);
	event_str(&e, "listener", p->client->listener);
	event_send(&e);
}

static void
tell_end(const struct pop3 *p)
{
	struct event e;

	if (p->relay != -1) {
		event_open(&e, EV_POP3_DONE);
		event_str(&e, "login", p->user);
		event_str(&e, "client", p->client->address);
		event_num(&e, "retrieved", p->retrieved);
		event_num(&e, "deleted", p->removed);
		event_num(&e, "octets", p->sent);
		event_send(&e);
	}
	event_open(&e, EV_DISCONNECT);
	event_str(&e, "client", p->client->address);
	event_str(&e, "why", p->why);
	event_send(&e);
}

int64_t
pop3_deadline(const struct pop3 *p)
{
	return fd_now() + p->dialog.timeout;
}

void
pop3_init(struct pop3 *p, const struct settings *settings,
    const struct door_client *client, int fd, int timeout_ms)
{
	memset(p, 0, offsetof(struct pop3, line));
	p->settings = settings;
	p->client = client;
	p->dialog = (struct dialog){
		.verbs = pop3_verbs,
		.count = pop3_verb_count,
		.state = POP3_AUTHORIZATION,
		.line_max = LIMIT_POP3_COMMAND - 2,
		.timeout = timeout_ms,
		.bad_max = LIMIT_BAD_COMMANDS,
		.trouble = trouble,
		.ctx = p
	};
	p->login = p->relay = -1;
	p->why = "";
	out_init(&p->out, fd, timeout_ms);
	line_init(&p->line, fd, &p->out);
}

void
pop3_serve(const struct settings *settings, const struct door_client *client,
    int fd)
{
	struct pop3 *p;

	/* In pages of its own: of its large parts only what is used counts,
	 * and nothing of the acceptor's is written to and so copied. */
	p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON, -1, 0);
	if (p == MAP_FAILED)
		die_temp("session");
	pop3_init(p, settings, client, fd,
	    (int)settings_number(settings, P_POP3_TIMEOUT) * 1000);
	tell_connect(p);
	dialog_run(&p->dialog, &p->line);
	(void)out_flush(&p->out);
	tell_end(p);
	fd_close(&p->login);
	fd_close(&p->relay);
	(void)munmap(p, sizeof(*p));
}
