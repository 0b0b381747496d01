/*
 * A worker's conversation with the queue.  Each recipient is dealt with as it
 * is named and answered at once, so nothing is kept but the one message in
 * hand.  An end of the conversation before READY means that the queue will
 * ask again, and the mailbox recognises the repeat.
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

enum { IDLE = 1, RECIPIENTS = 2 };

struct delivery {
	int		 sock;
	unsigned	 state;
	struct deposit	*deposit;
	struct letter	 letter;	/* fd is -1 while IDLE */
	uint32_t	 left;		/* recipients still to come */
	struct outcome	 outcome;
};

static int
tell(struct delivery *d, const struct wire *wire, const void *msg)
{
	return frame_tell(d->sock, wire, msg, -1, FD_FOREVER);
}

static int
end_message(struct delivery *d)
{
	fd_close(&d->letter.fd);
	d->state = IDLE;
	/* Without READY the queue hands over no more: we end. */
	return d->deposit->stale ? 0 : tell(d, &deliver_ready, NULL);
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
	l->arrival = m->arrival;
	d->left = m->count;
	return d->left == 0 ? end_message(d) : 0;
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

static int
on_rcpt(void *ctx, const void *msg, int fd)
{
	const struct deliver_rcpt *m = msg;
	struct delivery *d = ctx;
	const struct letter_rcpt rcpt = { m->address, m->extension };

	(void)fd;
	if (strlen(m->address) >= LETTER_ADDRESS)
		return -1;
	deposit(d->deposit, &d->letter, &rcpt, &d->outcome);
	if (tell_outcome(d, m->index) == -1)
		return -1;
	return --d->left == 0 ? end_message(d) : 0;
}

static const struct verb	deliver_verbs[] = {
	{ &deliver_deliver,	IDLE,		RECIPIENTS,	on_deliver },
	{ &deliver_rcpt,	RECIPIENTS,	VERB_SAME,	on_rcpt },
};

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

	while (n == 1 && !stop_asked() &&
	    (d.state != IDLE || !deposit->stale)) {
		n = frame_recv(sock, &frame, &fd, FD_FOREVER);
		if (n == 1 && verbs_run(deliver_verbs, countof(deliver_verbs),
		    &d.state, &d, &frame, fd) == -1)
			return EXIT_TEMP;
	}
	return n == -1 && errno != EINTR ? EXIT_TEMP : EXIT_DONE;
}
