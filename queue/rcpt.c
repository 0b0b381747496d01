/*
 * Recipients: their states, which the counts of their message follow, and
 * their texts.
 */
#include "rcpt.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "entry.h"
#include "message.h"

static bool
is_open(unsigned state)
{
	return state < RCPT_DONE;
}

static bool
is_moving(unsigned state)
{
	return state <= RCPT_TRYING;
}

void
rcpt_set_state(struct rcpt *r, enum rcpt_state state)
{
	struct entry *e = r->entry;

	e->open -= is_open(r->state);
	e->moving -= is_moving(r->state);
	e->asking -= r->state == RCPT_ASKING;
	e->failed -= r->state == RCPT_FAILED;
	r->state = (uint8_t)state;
	e->open += is_open(r->state);
	e->moving += is_moving(r->state);
	e->asking += r->state == RCPT_ASKING;
	e->failed += r->state == RCPT_FAILED;
}

void
rcpt_keep(struct entries *es, struct rcpt *r, struct kept *k, uint64_t last)
{
	k = kept_share(&es->kepts, k);
	kept_release(&es->kepts, r->kept);
	r->kept = k;
	r->last = (uint32_t)last;
}

bool
rcpt_is_original(const struct rcpt *r)
{
	return r->parent == r->index;
}

const char *
rcpt_text(const struct rcpt *r, enum rcpt_text which)
{
	return packed_text(r->packed, which);
}

const char *
rcpt_address(const struct rcpt *r)
{
	return r->packed;
}

const char *
rcpt_reverse(const struct rcpt *r)
{
	for (;; r = entry_rcpt(r->entry, r->parent)) {
		if (r->flags & RCPT_REVERSE)
			return rcpt_text(r, TEXT_REVERSE);
		if (rcpt_is_original(r))
			return r->entry->sender;
	}
}

const char *
rcpt_params(const struct rcpt *r)
{
	for (;; r = entry_rcpt(r->entry, r->parent)) {
		if (*rcpt_text(r, TEXT_PARAMS) != '\0' ||
		    (r->flags & RCPT_REVERSE) || rcpt_is_original(r))
			return rcpt_text(r, TEXT_PARAMS);
	}
}

const char *
rcpt_extension(const struct rcpt *r)
{
	return r->extension != NULL ? r->extension :
	    rcpt_text(r, TEXT_EXTENSION);
}

bool
rcpt_notify_wants(const struct rcpt *r, const char *what)
{
	char value[64], *word, *rest = value;

	if (!message_param(rcpt_params(r), "NOTIFY", value, sizeof(value)))
		return true;
	while ((word = strsep(&rest, ",")) != NULL)
		if (strcasecmp(word, what) == 0)
			return true;
	return false;
}
