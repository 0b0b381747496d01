/*
 * A worker's conversation with the queue.  Each recipient is dealt with as it
 * is named and answered at once, so nothing is kept but the one message in
 * hand, and the names of those that wait in tmp to be placed.  An end of the
 * conversation before READY means that the queue will ask again, and the
 * mailbox recognises the repeat.
 */
#include "delivery.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "die.h"
#include "fd.h"
#include "stop_point.h"
#include "verbs.h"
#include "wire_deliver.h"

#include "deposit.h"
#include "letter.h"
#include "unplaced.h"

enum { IDLE = 1, RECIPIENTS = 2 };

struct delivery {
	int		 sock;
	unsigned	 state;
	struct deposit	*deposit;
	struct letter	 letter;	/* fd is -1 while IDLE */
	uint32_t	 left;		/* recipients still to come */
	bool		 settle;	/* what the queue allowed for it */
	struct unplaced	 unplaced;
	struct outcome	 outcome;
};

static int
tell(struct delivery *d, const struct wire *wire, const void *msg)
{
	return frame_tell(d->sock, wire, msg, -1, FD_FOREVER);
}

/* Without READY the queue hands over no more, and we end. */
static int
end_message(struct delivery *d, bool told)
{
	fd_close(&d->letter.fd);
	d->state = IDLE;
	return told || d->deposit->stale ? 0 : tell(d, &deliver_ready, NULL);
}

static bool
take_string(char *to, size_t size, const char *from)
{
	return strlcpy(to, from, size) < size;
}

static int
on_deliver(void *ctx, const void *msg, int fd)
{
	const struct deliver_deliver *m = msg;
	struct delivery *d = ctx;
	struct letter *l = &d->letter;

	l->fd = fd;
	if (m->offset > INT64_MAX / 2 || m->size > INT64_MAX / 2 ||
	    !take_string(l->id, sizeof(l->id), m->id) ||
	    !take_string(l->reverse, sizeof(l->reverse), m->reverse) ||
	    !take_string(l->hostname, sizeof(l->hostname), m->hostname))
		return -1;
	l->offset = (off_t)m->offset;
	l->size = m->size;
	l->again = (m->flags & DELIVER_AGAIN) != 0;
	l->anew = (m->flags & DELIVER_ANEW) != 0;
	d->settle = (m->flags & DELIVER_SETTLE) != 0;
	l->arrival = m->arrival;
	d->left = m->count;
	return d->left == 0 ? end_message(d, false) : 0;
}

static int
tell_outcome(struct delivery *d, uint32_t index)
{
	const struct outcome *o = &d->outcome;
	struct deliver_forward forward = { .index = index };
	struct deliver_fate fate = {
		.index = index, .fate = o->fate, .peer = o->peer
	};
	size_t i;

	for (i = 0; i < o->forward_count; i++) {
		forward.address = o->forwards[i];
		if (tell(d, &deliver_forward, &forward) == -1)
			return -1;
	}
	stop_point("fate");
	if (tell(d, &deliver_fate, &fate) == -1)
		return -1;
	stop_point("fate-told");
	return 0;
}

/* It stands in tmp until the queue says PLACE. */
static int
tell_safe(struct delivery *d, uint32_t index, bool ready)
{
	const struct deliver_safe msg = {
		.index = index,
		.token = unplaced_add(&d->unplaced, d->outcome.name),
		.device = d->outcome.device,
		.peer = d->outcome.peer,
		.ready = ready
	};

	stop_point("safe");
	if (tell(d, &deliver_safe, &msg) == -1)
		return -1;
	stop_point("safe-told");
	return 0;
}

static int
on_rcpt(void *ctx, const void *msg, int fd)
{
	const struct deliver_rcpt *m = msg;
	struct delivery *d = ctx;
	const struct letter_rcpt rcpt = { m->address, m->extension };

	bool ready;
	int error;

	(void)fd;
	if (strlen(m->address) >= LETTER_ADDRESS)
		return -1;
	d->letter.settle = d->settle && d->unplaced.count < DELIVER_WINDOW;
	deposit(d->deposit, &d->letter, &rcpt, &d->outcome);
	ready = --d->left == 0 && d->outcome.waits && !d->deposit->stale;
	if (d->outcome.waits)
		error = tell_safe(d, m->index, ready);
	else
		error = tell_outcome(d, m->index);
	if (error == -1)
		return -1;
	return d->left == 0 ? end_message(d, ready) : 0;
}

/* --- what waited ------------------------------------------------------ */

static int
tell_settled(struct delivery *d, uint32_t token, const struct fate *fate)
{
	const struct deliver_settled msg = { token, *fate };

	return tell(d, &deliver_settled, &msg);
}

/*
 * The tokens of those that were placed, and whose next sync is the queue's,
 * go back in one packet; with syncs of its own there is a fate for each.
 */
static int
place_all(struct delivery *d, const struct bytes *tokens, bool own)
{
	unsigned char placed[DELIVER_WINDOW];
	struct deliver_placed msg = { { placed, 0 } };
	char name[MAILDIR_NAME];
	struct fate fate;
	bool good;
	size_t i;

	for (i = 0; i < tokens->len; i++) {
		if (!unplaced_take(&d->unplaced, tokens->data[i], name))
			return -1;
		good = deposit_place(d->deposit, name, own, &fate);
		if (good && !own)
			placed[msg.tokens.len++] = tokens->data[i];
		else if (tell_settled(d, tokens->data[i], &fate) == -1)
			return -1;
	}
	stop_point("placed");
	if (msg.tokens.len > 0 && tell(d, &deliver_placed, &msg) == -1)
		return -1;
	stop_point("placed-told");
	return 0;
}

static int
drop_all(struct delivery *d, const struct bytes *tokens)
{
	char name[MAILDIR_NAME];
	size_t i;

	for (i = 0; i < tokens->len; i++) {
		if (!unplaced_take(&d->unplaced, tokens->data[i], name))
			return -1;
		deposit_drop(d->deposit, name);
	}
	return 0;
}

static int
on_place(void *ctx, const void *msg, int fd)
{
	const struct deliver_place *m = msg;
	struct delivery *d = ctx;

	(void)fd;
	if (m->tokens.len > DELIVER_WINDOW || m->how > PLACE_DROP)
		return -1;
	return m->how == PLACE_DROP ? drop_all(d, &m->tokens) :
	    place_all(d, &m->tokens, m->how == PLACE_OWN);
}

static const struct verb	deliver_verbs[] = {
	{ &deliver_deliver,	IDLE,		RECIPIENTS,	on_deliver },
	{ &deliver_rcpt,	RECIPIENTS,	VERB_SAME,	on_rcpt },
	{ &deliver_place,	VERB_ANY,	VERB_SAME,	on_place },
};

static bool
has_more(const struct delivery *d)
{
	return d->state != IDLE || !d->deposit->stale ||
	    d->unplaced.count > 0;
}

int
delivery_serve(int sock, struct deposit *deposit)
{
	struct delivery d = {
		.sock = sock,
		.state = IDLE,
		.deposit = deposit,
		.letter.fd = -1
	};
	struct frame frame;
	int fd, n = 1;

	while (n == 1 && !stop_asked() && has_more(&d)) {
		n = frame_recv(sock, &frame, &fd, FD_FOREVER);
		if (n == 1 && verbs_run(deliver_verbs, countof(deliver_verbs),
		    &d.state, &d, &frame, fd) == -1)
			return EXIT_TEMP;
	}
	return n == -1 && errno != EINTR ? EXIT_TEMP : EXIT_DONE;
}
