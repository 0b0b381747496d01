/*
 * The dialogue with a next hop.  Everything it says is hostile until read by
 * replies.c.  What must never happen: a message that was refused taken for
 * accepted, a recipient decided twice, or a reply taken for another command's.
 */
#include "next_hop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "body.h"
#include "dial.h"
#include "fd.h"
#include "replies.h"

/* Commands written before their replies are read: fewer than fill a window. */
enum { GROUP = 100 };

static void
hang_up(struct next_hop *h)
{
	fd_close(&h->fd);
}

/*
 * A reply.  What came while the command it would answer is still unsent is no
 * reply to it: a peer that says too much could accept what it never saw.
 */
static int
hear_each(struct next_hop *h, struct reply *r, void (*each)(void *,
    const char *), int64_t timeout, struct fate *why)
{
	if (h->out.len != 0 && line_pending(&h->in))
		fate_set(why, 451, "4.5.0", "a reply came before its command");
	else if (replies_read(&h->in, r, each, h, fd_now() + timeout, why)
	    == 0)
		return 0;
	hang_up(h);
	return -1;
}

static int
hear(struct next_hop *h, struct reply *r, int64_t timeout, struct fate *why)
{
	return hear_each(h, r, NULL, timeout, why);
}

/* A reply that is no answer to give a recipient: 4xx keeps its text. */
static int
unwelcome(struct next_hop *h, const struct reply *r, const char *to,
    struct fate *why)
{
	fate_set(why, 451, "4.4.0", "%s: %u %s", to, r->code, r->text);
	hang_up(h);
	return -1;
}

/* --- hello ------------------------------------------------------------ */

static void
on_size(struct next_hop *h, const char *argument)
{
	const char *error;
	long long n = strtonum(argument, 1, INT64_MAX, &error);

	h->size = true;
	h->size_max = error == NULL ? (uint64_t)n : 0;
}

static void
on_pipelining(struct next_hop *h, const char *argument)
{
	(void)argument;
	h->pipelining = true;
}

static void
on_8bitmime(struct next_hop *h, const char *argument)
{
	(void)argument;
	h->eightbit = true;
}

static const struct {
	const char	*name;
	void		(*offered)(struct next_hop *, const char *argument);
} keywords[] = {
	{ "SIZE",	on_size },
	{ "PIPELINING",	on_pipelining },
	{ "8BITMIME",	on_8bitmime },
};

static void
on_keyword(void *ctx, const char *text)
{
	size_t i, n;

	for (i = 0; i < countof(keywords); i++) {
		n = strlen(keywords[i].name);
		if (strncasecmp(text, keywords[i].name, n) == 0 &&
		    (text[n] == '\0' || text[n] == ' '))
			keywords[i].offered(ctx,
			    text[n] == ' ' ? text + n + 1 : "");
	}
}

static int
hello(struct next_hop *h, const char *own, struct fate *why)
{
	struct reply r;

	out_printf(&h->out, "%s %s\r\n", h->lmtp ? "LHLO" : "EHLO", own);
	if (hear_each(h, &r, on_keyword, h->times.reply, why) == -1)
		return -1;
	if (r.code / 100 == 2)
		return 0;
	if (h->lmtp || r.code == 421)
		return unwelcome(h, &r, "EHLO", why);
	h->pipelining = h->eightbit = h->size = false;
	out_printf(&h->out, "HELO %s\r\n", own);
	if (hear(h, &r, h->times.reply, why) == -1)
		return -1;
	return r.code / 100 == 2 ? 0 : unwelcome(h, &r, "HELO", why);
}

/* Whether the greeting gives our own name: mail would go in a circle. */
static bool
is_ourselves(const char *greeting, const char *own)
{
	size_t n = strcspn(greeting, " ");

	return strlen(own) == n && strncasecmp(greeting, own, n) == 0;
}

static int
greeting(struct next_hop *h, const char *own, struct fate *why)
{
	struct reply r;

	if (hear(h, &r, h->times.reply, why) == -1)
		return -1;
	if (r.code != 220)
		return unwelcome(h, &r, "greeting", why);
	if (!h->lmtp && is_ourselves(r.text, own)) {
		fate_set(why, 554, "5.4.6", "%s is this host itself: "
		    "mail would go in a circle", h->name);
		hang_up(h);
		return -1;
	}
	return hello(h, own, why);
}

int
next_hop_open(struct next_hop *h, const struct host *host, bool lmtp,
    const char *own, const struct times *times, struct fate *why)
{
	memset(h, 0, offsetof(struct next_hop, in));
	h->lmtp = lmtp;
	h->times = *times;
	dial_name(host, h->name, sizeof(h->name));
	h->fd = dial(host, fd_now() + times->connect, why);
	if (h->fd == -1)
		return -1;
	out_init(&h->out, h->fd, (int)times->reply);
	line_init(&h->in, h->fd, &h->out);
	return greeting(h, own, why);
}

void
next_hop_close(struct next_hop *h)
{
	struct reply r;
	struct fate ignored;

	if (h->fd == -1)
		return;
	out_puts(&h->out, "QUIT\r\n");
	if (out_flush(&h->out) == 0)
		(void)replies_read(&h->in, &r, NULL, NULL, fd_now() + 2000,
		    &ignored);
	hang_up(h);
}

/* --- one message ------------------------------------------------------ */

static void
say_mail(struct next_hop *h, const struct transaction *tx)
{
	out_printf(&h->out, "MAIL FROM:<%s>", tx->reverse);
	if (h->size)
		out_printf(&h->out, " SIZE=%llu",
		    (unsigned long long)tx->size);
	if (h->eightbit && tx->eightbit)
		out_puts(&h->out, " BODY=8BITMIME");
	out_puts(&h->out, "\r\n");
}

static void
say_rcpts(struct next_hop *h, const struct transaction *tx, size_t from,
    size_t to)
{
	for (; from < to; from++)
		if (tx->rcpts[from].fate == NULL)
			out_printf(&h->out, "RCPT TO:<%s>\r\n",
			    tx->rcpts[from].address);
}

/* RSET, where needed, and MAIL; both may begin a group [RFC2920 3.1]. */
static void
say_begin(struct next_hop *h, const struct transaction *tx)
{
	if (h->dirty)
		out_puts(&h->out, "RSET\r\n");
	say_mail(h, tx);
}

static int
hear_begin(struct next_hop *h, struct reply *mail, struct fate *why)
{
	if (h->dirty) {
		if (hear(h, mail, h->times.reply, why) == -1)
			return -1;
		if (mail->code / 100 != 2)
			return unwelcome(h, mail, "RSET", why);
	}
	h->dirty = true;
	return hear(h, mail, h->times.reply, why);
}

static int
hear_rcpts(struct next_hop *h, struct transaction *tx, size_t from, size_t to,
    struct fate *why)
{
	struct reply r;

	for (; from < to; from++) {
		if (tx->rcpts[from].fate != NULL)
			continue;
		if (hear(h, &r, h->times.reply, why) == -1)
			return -1;
		if (r.code / 100 == 2)
			tx->rcpts[from].accepted = true;
		else
			recipient_decide(&tx->rcpts[from], &r);
	}
	return 0;
}

/* One command after the other, each with its reply.  As group_all(). */
static int
one_by_one(struct next_hop *h, struct transaction *tx, struct reply *mail,
    struct fate *why)
{
	size_t i;

	if (h->dirty) {
		out_puts(&h->out, "RSET\r\n");
		if (hear(h, mail, h->times.reply, why) == -1)
			return -1;
		if (mail->code / 100 != 2)
			return unwelcome(h, mail, "RSET", why);
		h->dirty = false;
	}
	say_begin(h, tx);
	if (hear_begin(h, mail, why) == -1)
		return -1;
	for (i = 0; i < tx->count && mail->code / 100 == 2; i++) {
		say_rcpts(h, tx, i, i + 1);
		if (hear_rcpts(h, tx, i, i + 1, why) == -1)
			return -1;
	}
	if (mail->code / 100 == 2 && transaction_accepted(tx))
		out_puts(&h->out, "DATA\r\n");
	return 0;
}

/*
 * MAIL, RCPT and DATA, as many at a time as the peer's window surely takes
 * [RFC2920].  0, with the reply to MAIL, or -1: lost.
 */
static int
group_all(struct next_hop *h, struct transaction *tx, struct reply *mail,
    struct fate *why)
{
	size_t from, to;

	say_begin(h, tx);
	for (from = 0; from < tx->count; from = to) {
		to = tx->count - from < GROUP ? tx->count : from + GROUP;
		say_rcpts(h, tx, from, to);
		if (to == tx->count)
			out_puts(&h->out, "DATA\r\n");
		if (from == 0 && hear_begin(h, mail, why) == -1)
			return -1;
		if (hear_rcpts(h, tx, from, to, why) == -1)
			return -1;
	}
	return 0;
}

/*
 * A peer that says 354 although it refused the sender or everybody: the data
 * end at once.  Whatever it says then, nobody was sent anything; where even
 * the number of replies is not sure the connection ends.
 */
static void
take_back(struct next_hop *h, bool sender)
{
	struct reply r;
	struct fate ignored;

	if (sender || h->lmtp) {
		hang_up(h);
		return;
	}
	out_puts(&h->out, ".\r\n");
	(void)hear(h, &r, h->times.data, &ignored);
}

/*
 * The envelope and, where it was sent with it, the reply to DATA.  1: the
 * message may follow, 0: everything is decided, -1: lost.
 */
static int
envelope(struct next_hop *h, struct transaction *tx, struct fate *why)
{
	struct reply mail, r = { 0 };
	bool sender;
	int n;

	n = h->pipelining ? group_all(h, tx, &mail, why) :
	    one_by_one(h, tx, &mail, why);
	if (n == -1)
		return -1;
	sender = mail.code / 100 != 2;
	if (!h->pipelining && (sender || !transaction_accepted(tx))) {
		if (sender)
			transaction_undo(tx, &mail);
		return 0;
	}
	if (hear(h, &r, h->times.reply, why) == -1)
		return -1;
	if (sender)
		transaction_undo(tx, &mail);
	if (sender || !transaction_accepted(tx)) {
		if (r.code == 354)
			take_back(h, sender);
		return 0;
	}
	/* Nobody can accept a message before it was sent. */
	if (r.code != 354 && r.code < 400)
		return unwelcome(h, &r, "DATA", why);
	if (r.code != 354)
		transaction_decide(tx, &r);
	return r.code == 354;
}

/* The replies after the final dot: one, or for LMTP one per recipient. */
static int
hear_end(struct next_hop *h, struct transaction *tx, struct fate *why)
{
	struct reply r;
	size_t i;

	if (!h->lmtp) {
		if (hear(h, &r, h->times.data, why) == -1)
			return -1;
		transaction_decide(tx, &r);
		return 0;
	}
	for (i = 0; i < tx->count; i++) {
		if (!tx->rcpts[i].accepted)
			continue;
		if (hear(h, &r, h->times.data, why) == -1)
			return -1;
		recipient_decide(&tx->rcpts[i], &r);
	}
	return 0;
}

static int
data(struct next_hop *h, struct transaction *tx, bool *committed,
    struct fate *why)
{
	if (body_send(&h->out, tx->fd, tx->offset, tx->size) == -1) {
		fate_set(why, 451, "4.3.0", "the queue file cannot be read");
		hang_up(h);
		return -1;
	}
	/* From the last flush on the peer may have the message. */
	*committed = true;
	if (hear_end(h, tx, why) == -1)
		return -1;
	h->dirty = false;
	return 0;
}

/* A message the peer has told it will not take is not sent at all. */
static bool
too_large(const struct next_hop *h, struct transaction *tx)
{
	struct reply r = { .code = 552 };

	if (h->size_max == 0 || tx->size <= h->size_max)
		return false;
	(void)snprintf(r.text, sizeof(r.text), "5.3.4 message of %llu bytes is "
	    "larger than %llu, which %s takes", (unsigned long long)tx->size,
	    (unsigned long long)h->size_max, h->name);
	transaction_decide(tx, &r);
	return true;
}

int
next_hop_send(struct next_hop *h, struct transaction *tx, bool *retry,
    struct fate *why)
{
	bool first = !h->used, committed = false;
	int n;

	*retry = false;
	if (too_large(h, tx))
		return 0;
	h->used = true;
	n = envelope(h, tx, why);
	if (n == 1)
		n = data(h, tx, &committed, why);
	/* An idle connection may have been closed meanwhile: not its fault. */
	*retry = n == -1 && !first && !committed;
	return n == -1 ? -1 : 0;
}
