/*
 * Who waits for what, and whose turn it is.  Destinations that could start
 * something stand in a ring and take turns; all others cost nothing.
 */
#include "destination.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "dest.h"
#include "die.h"
#include "event.h"
#include "fate.h"
#include "fd.h"
#include "settings.h"

#include "entry.h"
#include "kept.h"
#include "life.h"
#include "queue.h"
#include "settler.h"
#include "worker.h"

enum {
	START_WINDOW = 5,	/* workers of a next hop never met before */
	MAILBOX_WINDOW = 2	/* … and of a mailbox, always */
};

static const void *
name_of(const struct hash_link *l)
{
	return ((const struct destination *)(const void *)l)->name;
}

static uint64_t
name_sum(uint64_t seed, const void *name)
{
	return hash_bytes(seed, name, strlen(name));
}

static int
name_same(const void *a, const void *b)
{
	return strcmp(a, b) == 0;
}

static const struct hash_type names = { name_of, name_sum, name_same };

struct destinations *
destinations_new(struct queue *q)
{
	struct destinations *ds = calloc(1, sizeof(*ds));
	size_t i;

	if (ds == NULL || hash_init(&ds->by_name, &names) == -1)
		die_temp("destinations");
	ds->q = q;
	TAILQ_INIT(&ds->ready.all);
	for (i = 0; i < START_KINDS; i++)
		TAILQ_INIT(&ds->rings[i].all);
	TAILQ_INIT(&ds->stalled.all);
	ds->workers = workers_new(ds);
	return ds;
}

/* --- one destination -------------------------------------------------- */

static int
kind_of(const char *name, enum start_kind *kind)
{
	struct dest d;

	if (dest_parse(&d, name) == -1 || d.kind == DEST_HOLD)
		return -1;
	*kind = d.kind == DEST_SYSTEM ? START_BY_BECOME :
	    d.kind == DEST_VIRTUAL ? START_BY_LOCAL : START_BY_REMOTE;
	return 0;
}

static struct destination *
destination_new(struct destinations *ds, const char *name,
    enum start_kind kind)
{
	size_t n = strlen(name) + 1;
	struct destination *d = calloc(1, sizeof(*d) + n);

	if (d == NULL || due_promise(&ds->q->dues, 1) == -1) {
		free(d);
		return NULL;
	}
	memcpy(d->name, name, n);
	d->kind = kind;
	d->due.kind = DUE_DESTINATION;
	place_init(&d->place);
	place_init_gathering(&d->coming);
	TAILQ_INIT(&d->idle);
	if (kind == START_BY_REMOTE)
		window_init(&d->window, START_WINDOW, (uint32_t)
		    settings_number(ds->q->settings, P_DESTINATION_WORKERS));
	else
		window_init(&d->window, MAILBOX_WINDOW, MAILBOX_WINDOW);
	hash_add(&ds->by_name, &d->link);
	return d;
}

static void
enter_ring(struct destination *d, struct ring *ring)
{
	if (d->ring != NULL) {
		TAILQ_REMOVE(&d->ring->all, d, turn);
		d->ring->count--;
	}
	d->ring = ring;
	if (ring != NULL) {
		TAILQ_INSERT_TAIL(&ring->all, d, turn);
		ring->count++;
	}
}

static void
destination_free(struct destinations *ds, struct destination *d)
{
	enter_ring(d, NULL);
	hash_remove(&ds->by_name, &d->link);
	due_release(&ds->q->dues, 1);
	free(d->trouble);
	free(d);
}

/* Where it belongs: has it work, and could it use a worker, old or new? */
static struct ring *
ring_for(struct destinations *ds, const struct destination *d)
{
	if (d->place.count == 0 || d->resting || (d->probing && d->busy > 0))
		return NULL;
	if (d->ring == &ds->stalled)
		return d->ring;
	if (!TAILQ_EMPTY(&d->idle))
		return &ds->ready;
	return d->workers < window_workers(&d->window) ?
	    &ds->rings[d->kind] : NULL;
}

void
destination_touch(struct destinations *ds, struct destination *d)
{
	struct ring *ring = ring_for(ds, d);

	if (ring != d->ring) {
		enter_ring(d, ring);
		queue_want_turn(ds->q);
	}
	if (d->place.count == 0 && d->coming.count == 0 && d->workers == 0 &&
	    d->flying == 0 && !d->resting && d->users == 0)
		destination_free(ds, d);
}

struct destination *
destination_of_due(struct due *due)
{
	return (struct destination *)(void *)((char *)due -
	    offsetof(struct destination, due));
}

struct destination *
destination_of(const struct rcpt *r)
{
	char *place = r->job == NULL ? NULL : (char *)r->job->key.place;

	if (place != NULL && r->job->key.place->gathers)
		place -= offsetof(struct destination, coming);
	else if (place != NULL && r->state == RCPT_WAITING)
		place -= offsetof(struct destination, place);
	else
		return NULL;
	return (struct destination *)(void *)place;
}

/* --- waiting ---------------------------------------------------------- */

struct destination *
destinations_get(struct destinations *ds, const char *name)
{
	struct destination *d;
	enum start_kind kind;

	d = (struct destination *)(void *)hash_find(&ds->by_name, name);
	if (d == NULL) {
		errno = EINVAL;
		if (kind_of(name, &kind) == -1)
			return NULL;
		errno = ENOMEM;
		d = destination_new(ds, name, kind);
	}
	if (d != NULL)
		d->users++;
	return d;
}

void
destination_put(struct destinations *ds, struct destination *d)
{
	d->users--;
	destination_touch(ds, d);
}

static void
wait_for_worker(struct destinations *ds, struct destination *d,
    struct rcpt *r)
{
	if (place_add(&ds->q->jobs, &d->place, r) == -1)
		life_pause(ds->q, r);
	else
		rcpt_set_state(r, RCPT_WAITING);
}

/* A job of recipients that were gathered becomes one that waits. */
static void
release(struct destinations *ds, struct job *j)
{
	struct destination *d = destination_of(j->last);
	struct rcpt *r = job_dissolve(&ds->q->jobs, j), *next;

	for (; r != NULL; r = next) {
		next = r->next;
		wait_for_worker(ds, d, r);
	}
	destination_touch(ds, d);
}

static bool
is_unrecorded(const struct entry *e)
{
	return (e->flags & ENTRY_SYNC) != 0;
}

void
destination_add(struct destinations *ds, struct destination *d,
    struct rcpt *r)
{
	struct entry *e = r->entry;

	rcpt_set_state(r, RCPT_SYNCING);
	if (e->asking == 0 && !is_unrecorded(e) && entry_coming(e) == NULL) {
		wait_for_worker(ds, d, r);
		destination_touch(ds, d);
	} else if (place_add(&ds->q->jobs, &d->coming, r) == -1)
		life_pause(ds->q, r);
	else if (r->job->count >= BATCH_MAX && !is_unrecorded(e))
		release(ds, r->job);
}

void
destinations_gathered(struct destinations *ds, struct entry *e)
{
	struct job *j;

	if (e->asking != 0 || is_unrecorded(e))
		return;
	while ((j = entry_coming(e)) != NULL)
		release(ds, j);
}

void
destinations_expired(struct destinations *ds, struct entry *e)
{
	struct rcpt *r;
	uint32_t i;

	for (i = 0; i < e->count; i++) {
		r = entry_rcpt(e, i);
		if (r->state != RCPT_WAITING)
			continue;
		job_first(r->job);
		destination_touch(ds, destination_of(r));
	}
}

/* --- handing out ------------------------------------------------------ */

/* Its device has enough to settle: it stands aside until that is over. */
static bool
stalls(struct destinations *ds, struct destination *d)
{
	if (!settler_is_full(ds->q->settler, d))
		return false;
	enter_ring(d, &ds->stalled);
	return true;
}

void
destinations_eased(struct destinations *ds)
{
	struct destination *d;

	while ((d = TAILQ_FIRST(&ds->stalled.all)) != NULL) {
		enter_ring(d, NULL);
		destination_touch(ds, d);
	}
	queue_want_turn(ds->q);
}

/* One turn of a ring: false when nothing more can be handed out now. */
static bool
serve(struct destinations *ds, struct ring *ring)
{
	struct destination *d = TAILQ_FIRST(&ring->all);
	bool served;

	if (d == NULL || (ring != &ds->ready &&
	    !workers_ready(ds->workers, d->kind)))
		return false;
	if (stalls(ds, d))
		return true;
	/* A start that fails may leave nothing for it to wait for. */
	d->users++;
	served = ring_for(ds, d) != ring || worker_serve(ds->workers, d);
	d->users--;
	if (!served)
		return false;		/* no slot: it keeps its turn */
	enter_ring(d, NULL);
	destination_touch(ds, d);
	return true;
}

void
destinations_pump(struct destinations *ds)
{
	uint32_t i, idle = 0;

	/* Idle workers cost nothing: they come before new ones. */
	while (queue_may_start(ds->q) && serve(ds, &ds->ready))
		;
	/* The rings take turns, and within a ring its destinations. */
	for (i = ds->turn; idle < START_KINDS && queue_may_start(ds->q); i++)
		idle = serve(ds, &ds->rings[i % START_KINDS]) ? 0 : idle + 1;
	ds->turn = i % START_KINDS;
}

uint32_t
destinations_starting(const struct destinations *ds)
{
	uint32_t i, n = 0;

	for (i = 0; i < START_KINDS; i++)
		n += ds->rings[i].count;
	return n;
}

/* --- trouble ---------------------------------------------------------- */

static void
tell_resting(const struct destination *d, const struct fate *fate,
    uint64_t seconds)
{
	struct event e;

	event_open(&e, EV_RESTING);
	event_str(&e, "dest", d->name);
	event_num(&e, "seconds", seconds);
	event_str(&e, "why", fate->text);
	event_send(&e);
}

/* This attempt counts for all whose lifetime was over before it. */
static void
expire_waiting(struct destinations *ds, struct destination *d,
    const struct outcome *o)
{
	struct rcpt *r, *next;
	struct job *j;

	while ((j = TAILQ_FIRST(&d->place.jobs)) != NULL &&
	    (j->key.entry->flags & ENTRY_EXPIRED) != 0) {
		r = job_dissolve(&ds->q->jobs, j);
		for (; r != NULL; r = next) {
			next = r->next;
			life_expire(ds->q, r, o);
		}
	}
}

void
destination_trouble(struct destinations *ds, struct destination *d,
    const struct fate *fate, const char *peer)
{
	struct outcome o = { fate, d->name, peer };
	uint64_t seconds = settings_number(ds->q->settings, P_REST);

	free(d->trouble);
	d->trouble = kept_new(fate, peer);
	if (!d->resting) {
		window_shrink(&d->window);
		d->resting = true;
		due_set(&ds->q->dues, &d->due,
		    fd_now() + (int64_t)seconds * 1000);
		tell_resting(d, fate, seconds);
	}
	expire_waiting(ds, d, &o);
	queue_want_turn(ds->q);
}

void
destination_reached(struct destination *d)
{
	d->probing = false;
	window_grow(&d->window);
}

void
destination_due(struct destinations *ds, struct destination *d)
{
	d->resting = false;
	d->probing = true;
	destination_touch(ds, d);
}

static void
wake(struct destinations *ds, struct destination *d)
{
	if (!d->resting)
		return;
	due_clear(&ds->q->dues, &d->due);
	destination_due(ds, d);
}

void
destinations_wake(struct destinations *ds, struct destination *only)
{
	struct hash_link *l, *next;
	size_t i;

	if (only != NULL) {
		wake(ds, only);
		return;
	}
	for (i = 0; i < ds->by_name.size; i++)
		for (l = ds->by_name.slots[i]; l != NULL; l = next) {
			next = l->next;
			wake(ds, (struct destination *)(void *)l);
		}
}
