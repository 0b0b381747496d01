/*
 * The way in: auth says YES, gets one end of a fresh socket for the maildrop
 * it starts, and the other end is all a session ever has of it.
 */
#include "pop3_login.h"

#include <errno.h>
#include <string.h>

#include "fd.h"
#include "pop3_session.h"
#include "settings.h"
#include "acceptor.h"
#include "wire_login.h"
#include "wire_relay.h"

/* Receives one frame on an edge; 0, or -1 when there is none in time. */
static int
receive(struct pop3 *p, int sock, int64_t deadline)
{
	int fd;

	if (frame_recv(sock, &p->frame, &fd, deadline) != 1)
		return -1;
	fd_close(&fd);
	return 0;
}

/* The session's own frame serves both ways: there is one turn at a time. */
static int
tell(struct pop3 *p, const struct wire *wire, const void *msg, int fd,
    int64_t deadline)
{
	if (frame_put(&p->frame, wire, msg) == -1)
		return -1;
	return frame_send(p->login, &p->frame, fd, deadline);
}

/* Auth may keep us waiting for a wrong password as long as it is set to. */
static int64_t
login_deadline(const struct pop3 *p)
{
	return fd_now() + 1000 * (TIMEOUT_EDGE +
	    (int64_t)settings_number(p->settings, P_LOGIN_DELAY));
}

static int
send_password(struct pop3 *p, char *password)
{
	struct login_mechanism m = {
		.name = "PLAIN",
		.service = "pop3",
		.client = p->client->address,
		.tls = "",
		.binding = { NULL, 0 }
	};
	struct login_response r;
	unsigned char plain[2 * LIMIT_POP3_COMMAND + 4];
	size_t user = strlen(p->user), secret = strlen(password);
	int n;

	/* [RFC4616 2]; both came in one command line each. */
	plain[0] = '\0';
	memcpy(plain + 1, p->user, user + 1);
	memcpy(plain + user + 2, password, secret);
	r.data = (struct bytes){ plain, user + secret + 2 };
	explicit_bzero(password, secret);
	n = tell(p, &login_mechanism, &m, -1, login_deadline(p));
	if (n == 0)
		n = tell(p, &login_response, &r, -1, login_deadline(p));
	explicit_bzero(plain, sizeof(plain));
	explicit_bzero(p->frame.data, p->frame.len);
	return n;
}

/* What auth said: `good`, or one of its refusals. */
static enum pop3_login
answer(struct pop3 *p, const struct wire *good)
{
	struct login_yes yes;
	struct login_later later;
	struct login_no no;

	if (receive(p, p->login, login_deadline(p)) == -1)
		return POP3_BROKEN;
	if (frame_get(&p->frame, good, &yes) == 0)
		return POP3_IN;
	if (frame_get(&p->frame, &login_no, &no) == 0)
		return POP3_WRONG;
	if (frame_get(&p->frame, &login_later, &later) == -1)
		return POP3_BROKEN;
	p->fate = later.fate;
	return POP3_LATER;
}

static enum pop3_login
check(struct pop3 *p, char *password)
{
	if (p->login == -1)
		p->login = edge_connect("/login");
	if (p->login == -1 || send_password(p, password) == -1)
		return POP3_BROKEN;
	return answer(p, &login_yes);
}

static enum pop3_login
enter(struct pop3 *p)
{
	int pair[2], n;

	if (edge_pair(pair) == -1)
		return POP3_BROKEN;
	n = tell(p, &login_enter, NULL, pair[1], login_deadline(p));
	fd_close(&pair[1]);
	p->relay = pair[0];
	return n == -1 ? POP3_BROKEN : answer(p, &login_entered);
}

/* Counting a large maildrop may take its time. */
static enum pop3_login
open_maildrop(struct pop3 *p)
{
	struct relay_refused refused;
	struct relay_opened opened;

	if (receive(p, p->relay, pop3_deadline(p)) == -1)
		return POP3_BROKEN;
	if (frame_get(&p->frame, &relay_opened, &opened) == 0) {
		p->count = p->left = opened.count;
		p->octets = opened.octets;
		return POP3_IN;
	}
	if (frame_get(&p->frame, &relay_refused, &refused) == -1)
		return POP3_BROKEN;
	p->fate = refused.fate;
	return POP3_LATER;
}

enum pop3_login
pop3_login(struct pop3 *p, char *password)
{
	enum pop3_login result = check(p, password);

	if (result == POP3_IN)
		result = enter(p);
	if (result == POP3_IN)
		result = open_maildrop(p);
	explicit_bzero(password, strlen(password));
	if (result != POP3_IN)
		fd_close(&p->relay);
	/* An edge that broke is of no use; one that served is done with. */
	if (result == POP3_BROKEN || result == POP3_IN)
		fd_close(&p->login);
	return result;
}
