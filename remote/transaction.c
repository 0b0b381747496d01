/*
 * What a next hop said of each recipient.  Most of them share one reply, so
 * one fate is kept for all; a text of a stranger is made harmless by fate.c.
 */
#include "transaction.h"

#include <stdlib.h>

#include "die.h"

static void
set_fate(struct fate *f, const struct reply *reply)
{
	if (fate_from_reply(f, reply->code, reply->text) == -1)
		fate_set(f, 451, "4.5.0", "unexpected reply: %u %s",
		    reply->code, reply->text);
}

static struct fate *
own_fate(struct recipient *r)
{
	r->fate = malloc(sizeof(*r->fate));
	if (r->fate == NULL)
		die_temp("recipients");
	return r->fate;
}

void
recipient_refuse(struct recipient *r, unsigned code, const char *status,
    const char *text)
{
	fate_set(own_fate(r), code, status, "%s", text);
}

void
recipient_decide(struct recipient *r, const struct reply *reply)
{
	set_fate(own_fate(r), reply);
}

void
transaction_decide(struct transaction *tx, const struct reply *reply)
{
	size_t i;

	set_fate(&tx->end, reply);
	for (i = 0; i < tx->count; i++)
		if (tx->rcpts[i].fate == NULL)
			tx->rcpts[i].fate = &tx->end;
}

static void
undecide(struct transaction *tx, struct recipient *r)
{
	if (r->fate != &tx->end)
		free(r->fate);
	r->fate = NULL;
}

void
transaction_undo(struct transaction *tx, const struct reply *mail)
{
	size_t i;

	for (i = 0; i < tx->count; i++)
		undecide(tx, &tx->rcpts[i]);
	transaction_decide(tx, mail);
}

bool
transaction_accepted(const struct transaction *tx)
{
	size_t i;

	for (i = 0; i < tx->count; i++)
		if (tx->rcpts[i].accepted)
			return true;
	return false;
}

size_t
transaction_undecided(const struct transaction *tx)
{
	size_t i, n = 0;

	for (i = 0; i < tx->count; i++)
		n += tx->rcpts[i].fate == NULL;
	return n;
}

void
transaction_free(struct transaction *tx)
{
	size_t i;

	for (i = 0; i < tx->count; i++) {
		undecide(tx, &tx->rcpts[i]);
		free(tx->rcpts[i].address);
	}
	free(tx->rcpts);
	tx->rcpts = NULL;
	tx->count = 0;
}
