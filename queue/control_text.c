/* Messages and recipients in words. */
#include "control_text.h"

#include <stdio.h>
#include <string.h>

#include "date.h"
#include "fate.h"
#include "fd.h"
#include "limits.h"

#include "destination.h"
#include "entry.h"
#include "kept.h"
#include "queue.h"

enum { LINE_TEXT = 2048 };

static const char *const state_names[RCPT_STATES] = {
	[RCPT_SYNCING] = "recording",
	[RCPT_ASKING] = "asking",
	[RCPT_WAITING] = "waiting",
	[RCPT_TRYING] = "trying",
	[RCPT_DEFERRED] = "deferred",
	[RCPT_HELD] = "held",
	[RCPT_DONE] = "done",
	[RCPT_FAILED] = "failed",
	[RCPT_REPORTED] = "reported",
};

/* The state of a message: that of its first recipient that is not over. */
static const char *
entry_state(const struct entry *e)
{
	const struct rcpt *r;
	uint32_t i;

	if (e->open == 0)
		return "reporting";
	for (i = 0; i < e->count; i++) {
		r = entry_rcpt(e, i);
		if (r->state < RCPT_DONE)
			return state_names[r->state];
	}
	return "finished";
}

static void
age_text(char buf[DATE_SIZE], const struct entry *e)
{
	date_span(buf, (int64_t)queue_time() - (int64_t)e->arrival);
}

void
control_text_entry(const struct entry *e, void (*say)(void *, const char *),
    void *ctx)
{
	char age[DATE_SIZE], line[LINE_TEXT];

	age_text(age, e);
	(void)snprintf(line, sizeof(line), "%-16s %8s %10llu %6u/%-6u %-9s "
	    "<%s>", e->id, age, (unsigned long long)e->size, e->open,
	    e->count, entry_state(e), e->sender);
	say(ctx, line);
}

void
control_text_envelope(const struct entry *e,
    void (*say)(void *, const char *), void *ctx)
{
	char age[DATE_SIZE], date[DATE_SIZE], line[LINE_TEXT];

	age_text(age, e);
	date_iso(date, (int64_t)e->arrival * 1000000);
	(void)snprintf(line, sizeof(line), "id          %s", e->id);
	say(ctx, line);
	(void)snprintf(line, sizeof(line), "arrived     %s (%s ago)", date,
	    age);
	say(ctx, line);
	(void)snprintf(line, sizeof(line), "sender      <%s>", e->sender);
	say(ctx, line);
	(void)snprintf(line, sizeof(line), "size        %llu",
	    (unsigned long long)e->size);
	say(ctx, line);
	(void)snprintf(line, sizeof(line), "recipients  %u, %u open",
	    e->count, e->open);
	say(ctx, line);
}

/* What it waits for, if that can be said. */
static void
wait_text(char *buf, size_t size, const struct rcpt *r)
{
	const struct destination *d;
	char span[DATE_SIZE];
	int64_t left;

	*buf = '\0';
	if (r->state == RCPT_DEFERRED) {
		left = r->due.at - fd_now();
		date_span(span, left < 0 ? 0 : left / 1000);
		(void)snprintf(buf, size, ", next attempt in %s", span);
	} else if (r->state == RCPT_WAITING) {
		d = destination_of(r);
		(void)snprintf(buf, size, " for %s%s", d->name,
		    d->resting ? ", which rests after trouble" : "");
	}
}

void
control_text_rcpt(const struct rcpt *r, void (*say)(void *, const char *),
    void *ctx)
{
	char line[LINE_TEXT], wait[LIMIT_PATHNAME + 64];
	const char *origin = rcpt_text(r, TEXT_ORIGIN);
	struct fate fate;

	wait_text(wait, sizeof(wait), r);
	(void)snprintf(line, sizeof(line), "to <%s>%s%s%s: %s%s",
	    rcpt_address(r), *origin == '\0' ? "" : " (from ", origin,
	    *origin == '\0' ? "" : ")", state_names[r->state], wait);
	say(ctx, line);
	if (r->kept == NULL)
		return;
	kept_fate(r->kept, &fate);
	(void)snprintf(line, sizeof(line), "    last: %u %s %s%s%s%s",
	    fate.code, fate.status, fate.text,
	    *kept_peer(r->kept) == '\0' ? "" : " [", kept_peer(r->kept),
	    *kept_peer(r->kept) == '\0' ? "" : "]");
	say(ctx, line);
}
