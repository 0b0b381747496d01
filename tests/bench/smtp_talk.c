/*
 * One message after another over SMTP: a table of states, driven by epoll.
 * A connection that finds nobody, is told 421 or hears no greeting for a
 * second is made again, as a mail server would, and its time counts from the
 * first attempt: with a full listen queue a connection can stay half open
 * for ever (the SYN cookie came back, its ACK was dropped).
 */
#include "smtp_talk.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"

#define SILENCE		1.0	/* seconds without a greeting */
#define AGAIN_REFUSED	0.005	/* pauses before another attempt */
#define AGAIN_FULL	0.05

enum state {
	IDLE, WAITING, CONNECTING, GREETING, HELLO, MAIL, RCPT, DATA, BODY,
	DOT, QUIT
};

struct talk {
	int		 fd;
	enum state	 state;
	int		 left;		/* messages still to send here */
	int		 message;	/* the one under way */
	double		 begin, opened, wake;
	char		 head[512];
	size_t		 head_len;
	size_t		 off;		/* of head and body, sent */
	char		 in[2048];
	size_t		 in_len;
};

static void	talk_open(struct load *, struct talk *);

static void
want(struct load *l, struct talk *t, int op, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = t };

	if (epoll_ctl(l->epoll, op, t->fd, &e) == -1)
		measure_fail("epoll_ctl: %s", strerror(errno));
}

static void
hang_up(struct load *l, struct talk *t)
{
	(void)close(t->fd);
	t->fd = -1;
	t->state = IDLE;
	l->open--;
}

/* The connection did not come about: its messages go by another one. */
static void
redo(struct load *l, struct talk *t, double pause)
{
	hang_up(l, t);
	l->redone++;
	t->state = WAITING;
	t->wake = measure_now() + pause;
}

/* A reply that was not the wished one, or the end of the connection. */
static void
fail(struct load *l, struct talk *t)
{
	if (t->message >= 0 && t->left > 0 && t->state == DOT)
		l->messages[t->message].fate =
		    t->in_len > 0 ? FATE_REFUSED : FATE_UNSURE;
	if (l->failed < 5 && t->left > 0)
		(void)fprintf(stderr, "bench_smtp: failed in state %d: %.*s\n",
		    t->state, (int)strcspn(t->in, "\r\n"), t->in);
	l->failed += t->left;
	hang_up(l, t);
}

static void
say(struct load *l, struct talk *t, const char *text)
{
	size_t n = strlen(text);

	if (write(t->fd, text, n) != (ssize_t)n)
		fail(l, t);
}

static void
say_hello(struct load *l, struct talk *t)
{
	say(l, t, "EHLO client.example\r\n");
}

/* A new message: its number, its header, MAIL. */
static void
say_mail(struct load *l, struct talk *t)
{
	int n;

	t->message = l->sent++;
	t->off = 0;
	n = snprintf(t->head, sizeof(t->head),
	    "From: bench <bench@client.example>\r\n"
	    "To: rcpt@test.example\r\n"
	    "Subject: load test message\r\n"
	    "Date: Thu, 01 Jan 2026 00:00:00 +0000\r\n"
	    "Message-ID: <%d.%s@client.example>\r\n\r\n", t->message, l->mark);
	t->head_len = (size_t)n;
	l->messages[t->message].begin = t->begin;
	say(l, t, "MAIL FROM:<bench@client.example>\r\n");
}

static void
say_rcpt(struct load *l, struct talk *t)
{
	char line[1024], number[16];
	const char *p;
	size_t n;

	(void)snprintf(number, sizeof(number), "%d", t->message % l->users);
	n = strlcpy(line, "RCPT TO:<", sizeof(line));
	for (p = l->to; *p != '\0' && n < sizeof(line) - 32; p++) {
		if (p[0] == '%' && p[1] == 'd') {
			n += strlcpy(line + n, number, sizeof(line) - n);
			p++;
		} else {
			line[n++] = *p;
		}
	}
	(void)strlcpy(line + n, ">\r\n", sizeof(line) - n);
	say(l, t, line);
}

static void
say_data(struct load *l, struct talk *t)
{
	say(l, t, "DATA\r\n");
}

/* Sends what the socket takes of head and body, then waits for the reply. */
static void
send_body(struct load *l, struct talk *t)
{
	size_t all = t->head_len + l->body_len;

	while (t->off < all) {
		size_t h = t->off < t->head_len ? t->off : t->head_len;
		size_t b = t->off - h;
		struct iovec v[2] = {
			{ t->head + h, t->head_len - h },
			{ l->body + b, l->body_len - b }
		};
		ssize_t n = writev(t->fd, v, 2);

		if (n == -1 && errno == EAGAIN) {
			want(l, t, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
			return;
		}
		if (n == -1) {
			fail(l, t);
			return;
		}
		t->off += (size_t)n;
	}
	want(l, t, EPOLL_CTL_MOD, EPOLLIN);
	t->state = DOT;
	l->messages[t->message].dot = measure_now();
}

/*
 * 250 to the end of data.  After QUIT our side is closed at once: Exim waits
 * up to 200 ms for that.
 */
static void
keep(struct load *l, struct talk *t)
{
	struct message *m = &l->messages[t->message];

	m->kept = l->last_kept = t->begin = measure_now();
	m->fate = FATE_KEPT;
	l->kept++;
	t->left--;
	if (t->left > 0) {
		t->state = MAIL;
		say_mail(l, t);
		return;
	}
	say(l, t, "QUIT\r\n");
	if (t->fd != -1)
		(void)shutdown(t->fd, SHUT_WR);
}

/* In this state this reply leads to that state and to these words. */
static const struct step {
	int		 code;
	enum state	 next;
	void		(*enter)(struct load *, struct talk *);
} steps[] = {
	[GREETING] =	{ 220, HELLO,	say_hello },
	[HELLO] =	{ 250, MAIL,	say_mail },
	[MAIL] =	{ 250, RCPT,	say_rcpt },
	[RCPT] =	{ 250, DATA,	say_data },
	[DATA] =	{ 354, BODY,	send_body },
	[DOT] =		{ 250, QUIT,	keep },
	[QUIT] =	{ 221, QUIT,	hang_up }
};

static void
take_reply(struct load *l, struct talk *t, int code)
{
	const struct step *s = &steps[t->state];

	if (t->state == GREETING && code == 421) {
		redo(l, t, AGAIN_FULL);
		return;
	}
	if (s->enter == NULL || code != s->code) {
		fail(l, t);
		return;
	}
	t->state = s->next;
	s->enter(l, t);
}

static void
take_input(struct load *l, struct talk *t)
{
	ssize_t n = read(t->fd, t->in + t->in_len,
	    sizeof(t->in) - t->in_len - 1);
	char *end;

	if (n == -1 && errno == EAGAIN)
		return;
	if (n <= 0) {
		if (t->state == QUIT)
			hang_up(l, t);
		else
			fail(l, t);
		return;
	}
	t->in_len += (size_t)n;
	t->in[t->in_len] = '\0';
	while (t->fd != -1 && (end = strchr(t->in, '\n')) != NULL) {
		bool last = end - t->in >= 4 && t->in[3] != '-';
		int code = (int)strtol(t->in, NULL, 10);
		size_t line = (size_t)(end - t->in) + 1;

		if (last)
			take_reply(l, t, code);
		t->in_len -= line;
		memmove(t->in, t->in + line, t->in_len + 1);
	}
}

static void
take_connection(struct load *l, struct talk *t)
{
	int error = 0;
	socklen_t len = sizeof(error);

	(void)getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error != 0) {
		redo(l, t, AGAIN_REFUSED);
		return;
	}
	t->state = GREETING;
	want(l, t, EPOLL_CTL_MOD, EPOLLIN);
}

void
talk_event(struct load *l, struct talk *t, unsigned events)
{
	if (t->fd == -1)
		return;
	if (t->state == CONNECTING)
		take_connection(l, t);
	else if (t->state == BODY && events & EPOLLOUT)
		send_body(l, t);
	if (t->fd != -1 && t->state != CONNECTING &&
	    events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		take_input(l, t);
	talk_go_on(l);
}

static void
talk_open(struct load *l, struct talk *t)
{
	t->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (t->fd == -1)
		measure_fail("socket: %s", strerror(errno));
	measure_nodelay(t->fd);
	t->message = -1;
	t->in_len = 0;
	t->opened = measure_now();
	t->state = CONNECTING;
	l->open++;
	l->connections++;
	want(l, t, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
	if (connect(t->fd, (struct sockaddr *)&l->server,
	    sizeof(l->server)) == -1 && errno != EINPROGRESS)
		redo(l, t, AGAIN_REFUSED);
}

void
talk_go_on(struct load *l)
{
	struct talk *t;

	for (t = l->talks; t < l->talks + l->clients; t++) {
		if (l->planned == l->count ||
		    (l->serial && l->arrived < l->kept))
			return;
		if (t->state != IDLE)
			continue;
		t->left = l->count - l->planned < l->per ?
		    l->count - l->planned : l->per;
		l->planned += t->left;
		t->begin = measure_now();
		talk_open(l, t);
	}
}

void
talk_sweep(struct load *l, double now)
{
	struct talk *t;

	for (t = l->talks; t < l->talks + l->clients; t++) {
		if (t->state == GREETING && t->in_len == 0 &&
		    now - t->opened > SILENCE)
			redo(l, t, 0);
		if (t->state == WAITING && now >= t->wake)
			talk_open(l, t);
	}
}

void
talk_start(struct load *l)
{
	int i;

	l->talks = measure_memory((size_t)l->clients, sizeof(*l->talks));
	for (i = 0; i < l->clients; i++)
		l->talks[i].fd = -1;
	talk_go_on(l);
}
