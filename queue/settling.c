/*
 * The batches of each device, as five lists that a delivery goes through.
 * What a sync makes safe or durable is what stood in the lists when it was
 * begun, so nothing that is reported meanwhile is ever counted to it.
 */
#include "settling.h"

#include <stdlib.h>

#include "die.h"

TAILQ_HEAD(unsettled_list, unsettled);

struct settling_device {
	uint64_t		 device;
	bool			 served;
	bool			 syncing;
	bool			 slow;		/* this sync is */
	bool			 full;		/* eased() is owed */
	int64_t			 began, took;	/* of the last sync */
	int64_t			 distrusted;	/* until then */
	int64_t			 placed_since;
	size_t			 count;
	struct unsettled_list	 lists[SETTLING_STEPS];
};

struct settling {
	const struct settling_type	*type;
	void				*ctx;
	size_t				 count;
	size_t				 devices;
	struct settling_device		 device[SETTLING_DEVICES];
};

struct settling *
settling_new(const struct settling_type *type, void *ctx)
{
	struct settling *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->type = type;
	s->ctx = ctx;
	return s;
}

/* --- devices ---------------------------------------------------------- */

static struct settling_device *
find(const struct settling *s, uint64_t device)
{
	size_t i;

	for (i = 0; i < s->devices; i++)
		if (s->device[i].device == device)
			return (struct settling_device *)(uintptr_t)
			    &s->device[i];
	return NULL;
}

void
settling_serves(struct settling *s, uint64_t device)
{
	struct settling_device *d = find(s, device);
	int i;

	if (d == NULL) {
		if (s->devices == SETTLING_DEVICES)
			return;
		d = &s->device[s->devices++];
		d->device = device;
		for (i = 0; i < SETTLING_STEPS; i++)
			TAILQ_INIT(&d->lists[i]);
	}
	d->served = true;
	d->began = INT64_MIN / 2;
	d->took = 0;
}

static bool
trusts(const struct settling_device *d, int64_t now)
{
	return d != NULL && d->served && !d->slow && now >= d->distrusted;
}

bool
settling_trusts(const struct settling *s, uint64_t device, int64_t now)
{
	return trusts(find(s, device), now);
}

bool
settling_is_full(const struct settling *s, uint64_t device, size_t max)
{
	struct settling_device *d = find(s, device);

	if (d == NULL || d->count < max)
		return false;
	d->full = true;
	return true;
}

size_t
settling_count(const struct settling *s)
{
	return s->count;
}

/* --- from list to list ------------------------------------------------ */

/*
 * What is safe and not yet placed does not count: that is for its worker to
 * change, which a user can stop for as long as he likes.
 */
static void
count(struct settling *s, struct unsettled *u, bool in)
{
	if (u->step == SETTLING_SAFE)
		return;
	u->device->count += in ? 1 : (size_t)-1;
	s->count += in ? 1 : (size_t)-1;
}

static void
take_out(struct settling *s, struct unsettled *u)
{
	TAILQ_REMOVE(&u->device->lists[u->step], u, next);
	count(s, u, false);
	u->step = SETTLING_OUT;
}

static void
put_in(struct settling *s, struct unsettled *u, enum settling_step step)
{
	u->step = step;
	count(s, u, true);
	TAILQ_INSERT_TAIL(&u->device->lists[step], u, next);
}

static void
move_all(struct settling_device *d, enum settling_step from,
    enum settling_step to)
{
	struct unsettled *u;

	TAILQ_FOREACH(u, &d->lists[from], next)
		u->step = to;
	TAILQ_CONCAT(&d->lists[to], &d->lists[from], next);
}

bool
settling_add(struct settling *s, struct unsettled *u, uint64_t device,
    int64_t now)
{
	struct settling_device *d = find(s, device);

	u->step = SETTLING_OUT;
	u->device = d;
	if (!trusts(d, now))
		return false;
	put_in(s, u, SETTLING_WRITTEN);
	return true;
}

void
settling_placed(struct settling *s, struct unsettled *u, int64_t now)
{
	struct settling_device *d = u->device;

	if (u->step != SETTLING_SAFE)
		die_bug("placed before it was safe");
	if (TAILQ_EMPTY(&d->lists[SETTLING_PLACED]))
		d->placed_since = now;
	take_out(s, u);
	put_in(s, u, SETTLING_PLACED);
}

void
settling_drop(struct settling *s, struct unsettled *u)
{
	if (u->step != SETTLING_OUT)
		take_out(s, u);
}

/* --- the end of a sync ------------------------------------------------ */

static void
own_all(struct settling *s, struct settling_device *d,
    enum settling_step step)
{
	struct unsettled *u;

	while ((u = TAILQ_FIRST(&d->lists[step])) != NULL) {
		settling_drop(s, u);
		s->type->own(s->ctx, u);
	}
}

static void
end_all(struct settling *s, struct settling_device *d)
{
	struct unsettled *u;

	while ((u = TAILQ_FIRST(&d->lists[SETTLING_ENDING])) != NULL) {
		settling_drop(s, u);
		s->type->done(s->ctx, u);
	}
}

/* Nothing is known of anything since the last sync that went well. */
static void
fail_all(struct settling *s, struct settling_device *d)
{
	struct unsettled *u;
	bool placed;
	int step;

	d->syncing = d->slow = false;
	for (step = SETTLING_WRITTEN; step < SETTLING_STEPS; step++)
		while ((u = TAILQ_FIRST(&d->lists[step])) != NULL) {
			placed = u->step >= SETTLING_PLACED;
			settling_drop(s, u);
			s->type->again(s->ctx, u, placed);
		}
}

void
settling_synced(struct settling *s, uint64_t device, int error, int64_t now)
{
	struct settling_device *d = find(s, device);
	struct unsettled *u;

	if (d == NULL || !d->syncing)
		return;
	d->took = now - d->began;
	if (error != 0) {
		d->distrusted = now + SETTLING_DISTRUST;
		fail_all(s, d);
		return;
	}
	if (d->slow)
		d->distrusted = now + SETTLING_DISTRUST;
	d->syncing = d->slow = false;
	end_all(s, d);
	while ((u = TAILQ_FIRST(&d->lists[SETTLING_SAVING])) != NULL) {
		take_out(s, u);
		put_in(s, u, SETTLING_SAFE);
		s->type->place(s->ctx, u);
	}
}

void
settling_lost(struct settling *s)
{
	size_t i;

	for (i = 0; i < s->devices; i++) {
		s->device[i].served = false;
		fail_all(s, &s->device[i]);
	}
}

/* --- what is due ------------------------------------------------------ */

static bool
has(const struct settling_device *d, enum settling_step step)
{
	return !TAILQ_EMPTY(&d->lists[step]);
}

/*
 * When the next sync is due: soon for what is to be placed, but a device
 * rests between two at least as long as the last one took, so that others
 * (the logs!) have their turn; what is placed is seen, and can wait.
 */
static int64_t
due_at(const struct settling_device *d, bool hurry)
{
	int64_t rest = d->took * 2 > SETTLING_REST ? d->took * 2 :
	    SETTLING_REST;

	if (d->syncing)
		return d->slow ? INT64_MAX : d->began + SETTLING_SLOW;
	if (has(d, SETTLING_WRITTEN) || (hurry && has(d, SETTLING_PLACED)))
		return d->began + rest;
	return has(d, SETTLING_PLACED) ? d->placed_since + SETTLING_LAZY :
	    INT64_MAX;
}

static void
begin(struct settling *s, struct settling_device *d, int64_t now)
{
	move_all(d, SETTLING_WRITTEN, SETTLING_SAVING);
	move_all(d, SETTLING_PLACED, SETTLING_ENDING);
	d->syncing = true;
	d->began = now;
	s->type->sync(s->ctx, d->device);
}

/* It takes too long: those that are not placed yet need not wait for it. */
static void
give_up(struct settling *s, struct settling_device *d)
{
	d->slow = true;
	own_all(s, d, SETTLING_WRITTEN);
	own_all(s, d, SETTLING_SAVING);
}

static int64_t
run_device(struct settling *s, struct settling_device *d, bool hurry,
    int64_t now)
{
	int64_t at = due_at(d, hurry);

	if (at > now)
		return at;
	if (d->syncing)
		give_up(s, d);
	else
		begin(s, d, now);
	return due_at(d, hurry);
}

int64_t
settling_run(struct settling *s, size_t max, bool hurry, int64_t now)
{
	struct settling_device *d;
	int64_t at, first = INT64_MAX;
	bool eased = false;
	size_t i;

	for (i = 0; i < s->devices; i++) {
		d = &s->device[i];
		at = run_device(s, d, hurry, now);
		if (at < first)
			first = at;
		if (d->full && d->count < max) {
			d->full = false;
			eased = true;
		}
	}
	if (eased)
		s->type->eased(s->ctx);
	return first;
}
