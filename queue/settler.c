/*
 * Carries out what settling.c decides: SYNC to settle, PLACE to the workers,
 * done marks.  A worker is believed about its own recipients only: which
 * device it names, and when it says PLACED, harms nobody else's mail.
 */
#include "settler.h"

#include <sys/queue.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "event.h"
#include "fate.h"
#include "fd.h"
#include "limits.h"
#include "loop.h"
#include "peer.h"
#include "settings.h"
#include "stop_point.h"
#include "wire_deliver.h"
#include "wire_settle.h"

#include "entry.h"
#include "life.h"
#include "queue.h"
#include "reach.h"
#include "worker_parts.h"

/* So many at a time are no crowd: each is done soonest by itself. */
enum { ALONE = 2 };

struct settler {
	struct queue	*q;
	struct reach	*reach;
	struct settling	*settling;
	struct timer	*turn;		/* idle: batches form by themselves */
	struct timer	*alarm;
	TAILQ_HEAD(, worker) telling;	/* who has something to place */
};

static void
want_run(struct settler *s)
{
	timer_set(s->turn, 0);
}

/* --- one delivery ----------------------------------------------------- */

/* The worker has nothing more to do with it. */
static void
leave_worker(struct flight *f)
{
	struct worker *w = f->worker;

	if (w == NULL)
		return;
	w->flights[f->token] = NULL;
	w->flying--;
	f->worker = NULL;
	if (w->flying == 0)
		queue_want_turn(w->all->q);
}

static void
flight_free(struct settler *s, struct flight *f)
{
	struct destination *d = f->dest;

	leave_worker(f);
	free(f);
	d->flying--;
	destination_touch(s->q->destinations, d);
	queue_want_turn(s->q);
}

static void
tell_place(const struct worker *w, const unsigned char *tokens, size_t n,
    uint32_t how)
{
	const struct deliver_place msg = { { tokens, n }, how };

	/* A broken connection is reported to on_worker_closed(). */
	if (w->peer != NULL)
		(void)peer_send(w->peer, &deliver_place, &msg, -1);
}

static void
tell_one(const struct flight *f, uint32_t how)
{
	const unsigned char token = (unsigned char)f->token;

	if (f->worker != NULL)
		tell_place(f->worker, &token, 1, how);
}

/* --- what settling decides -------------------------------------------- */

static struct flight *
flight_of(struct unsettled *u)
{
	return (struct flight *)(void *)u;
}

static void
begin_sync(void *ctx, uint64_t device)
{
	const struct settler *s = ctx;
	const struct settle_sync msg = { device };

	if (reach_peer(s->reach) != NULL)
		(void)peer_send(reach_peer(s->reach), &settle_sync, &msg, -1);
}

/* Several of one worker go in one packet, see tell_all(). */
static void
place(void *ctx, struct unsettled *u)
{
	struct settler *s = ctx;
	struct flight *f = flight_of(u);
	struct worker *w = f->worker;

	if (w->place_count == 0)
		TAILQ_INSERT_TAIL(&s->telling, w, telling);
	w->place[w->place_count++] = (unsigned char)f->token;
	f->told = true;
}

static void
tell_all(struct settler *s)
{
	struct worker *w;

	while ((w = TAILQ_FIRST(&s->telling)) != NULL) {
		TAILQ_REMOVE(&s->telling, w, telling);
		stop_point("place");
		tell_place(w, w->place, w->place_count, PLACE_LINK);
		stop_point("place-told");
		w->place_count = 0;
	}
}

static void
done(void *ctx, struct unsettled *u)
{
	struct settler *s = ctx;
	struct flight *f = flight_of(u);
	struct fate fate;
	struct outcome o = { &fate, f->dest->name, f->peer };

	fate_set(&fate, 250, "2.0.0", "delivered");
	life_done(s->q, f->rcpt, &o);
	flight_free(s, f);
}

static void
own(void *ctx, struct unsettled *u)
{
	struct flight *f = flight_of(u);

	(void)ctx;
	tell_one(f, PLACE_OWN);
	f->told = true;
}

static void
again(void *ctx, struct unsettled *u, bool placed)
{
	struct settler *s = ctx;
	struct flight *f = flight_of(u);
	struct fate fate;
	struct outcome o = { &fate, f->dest->name, "" };

	fate_set(&fate, 451, "4.3.0", "syncing the file system failed");
	f->rcpt->flags |= RCPT_AGAIN;
	/* Only of what was placed for certain: see DELIVER_ANEW. */
	if (placed)
		f->rcpt->flags |= RCPT_ANEW;
	life_defer(s->q, f->rcpt, &o, SOON_WORKER);
	f->rcpt = NULL;
	if (f->told && f->worker != NULL)
		return;		/* its worker's answer ends it */
	tell_one(f, PLACE_DROP);
	flight_free(s, f);
}

static void
eased(void *ctx)
{
	struct settler *s = ctx;

	destinations_eased(s->q->destinations);
}

static const struct settling_type type = {
	begin_sync, place, done, own, again, eased
};

/* --- settle ----------------------------------------------------------- */

static int
got_serves(void *ctx, const void *msg, int fd)
{
	const struct settle_serves *m = msg;
	struct settler *s = reach_ctx(ctx);

	(void)fd;
	settling_serves(s->settling, m->device);
	return 0;
}

static void
synced(struct settler *s, uint64_t device, int error)
{
	settling_synced(s->settling, device, error, fd_now());
	tell_all(s);
	want_run(s);
}

static int
got_synced(void *ctx, const void *msg, int fd)
{
	const struct settle_synced *m = msg;

	(void)fd;
	synced(reach_ctx(ctx), m->device, 0);
	return 0;
}

static int
got_failed(void *ctx, const void *msg, int fd)
{
	const struct settle_failed *m = msg;
	struct event e;

	(void)fd;
	event_open(&e, EV_TROUBLE);
	event_str(&e, "what", "syncing a file system");
	event_str(&e, "why", strerror((int)m->error));
	event_send(&e);
	synced(reach_ctx(ctx), m->device, m->error == 0 ? EIO :
	    (int)m->error);
	return 0;
}

static const struct verb verbs[] = {
	{ &settle_serves, VERB_ANY, VERB_SAME, got_serves },
	{ &settle_synced, VERB_ANY, VERB_SAME, got_synced },
	{ &settle_failed, VERB_ANY, VERB_SAME, got_failed },
};

static void
on_up(void *ctx)
{
	(void)ctx;
}

static void
on_down(void *ctx)
{
	struct settler *s = ctx;

	settling_lost(s->settling);
	want_run(s);
}

static const struct reach_type reach_type = {
	"/settle", verbs, countof(verbs), 1, on_up, on_down
};

static size_t
most(const struct settler *s)
{
	return (size_t)settings_number(s->q->settings, P_UNSETTLED_MAX);
}

static void
on_turn(void *arg)
{
	struct settler *s = arg;
	int64_t at, now = fd_now();

	timer_stop(s->turn);
	at = settling_run(s->settling, most(s), s->q->stopping, now);
	if (at < INT64_MAX)
		timer_set(s->alarm, at - now);
}

struct settler *
settler_new(struct queue *q)
{
	struct settler *s = calloc(1, sizeof(*s));

	if (s == NULL)
		die_temp("settler");
	s->q = q;
	TAILQ_INIT(&s->telling);
	s->settling = settling_new(&type, s);
	if (s->settling == NULL)
		die_temp("settler");
	s->turn = timer_new_idle(q->loop, on_turn, s);
	s->alarm = timer_new(q->loop, on_turn, s);
	s->reach = reach_new(q->loop, &reach_type, s);
	return s;
}

/* --- the workers ------------------------------------------------------ */

bool
settler_may_wait(const struct settler *s, const struct destination *d,
    size_t others)
{
	if (others + settling_count(s->settling) < ALONE)
		return false;
	return d->device == 0 ? reach_peer(s->reach) != NULL :
	    settling_trusts(s->settling, d->device, fd_now());
}

bool
settler_is_full(const struct settler *s, const struct destination *d)
{
	return d->device != 0 &&
	    settling_is_full(s->settling, d->device, most(s));
}

size_t
settler_count(const struct settler *s)
{
	return settling_count(s->settling);
}

static struct flight *
flight_new(struct worker *w, struct rcpt *r, const struct deliver_safe *m)
{
	size_t n = strlen(m->peer) + 1;
	struct flight *f = calloc(1, sizeof(*f) + n);

	if (f == NULL)
		return NULL;
	memcpy(f->peer, m->peer, n);
	f->worker = w;
	f->dest = w->dest;
	f->rcpt = r;
	f->token = m->token;
	w->flights[f->token] = f;
	w->flying++;
	w->dest->flying++;
	w->dest->device = m->device;
	return f;
}

int
settler_safe(struct settler *s, struct worker *w, struct rcpt *r,
    const struct deliver_safe *m)
{
	unsigned char token = (unsigned char)m->token;
	struct flight *f;

	stop_point("safe-heard");
	if (m->token >= DELIVER_WINDOW || w->flights[m->token] != NULL ||
	    strlen(m->peer) > LIMIT_PATHNAME)
		return -1;
	f = flight_new(w, r, m);
	if (f == NULL) {
		tell_place(w, &token, 1, PLACE_DROP);
		r->flags |= RCPT_AGAIN;
		life_pause(s->q, r);
	} else if (!settling_add(s->settling, &f->unsettled, m->device,
	    fd_now()))
		own(s, &f->unsettled);
	want_run(s);
	return 0;
}

/* What the worker was told to place; NULL: nonsense. */
static struct flight *
told(const struct worker *w, uint32_t token)
{
	struct flight *f = token < DELIVER_WINDOW ? w->flights[token] : NULL;

	return f == NULL || !f->told ? NULL : f;
}

int
settler_got_placed(void *ctx, const void *msg, int fd)
{
	const struct deliver_placed *m = msg;
	struct worker *w = ctx;
	struct settler *s = w->all->q->settler;
	struct flight *f;
	size_t i;

	(void)fd;
	stop_point("placed-heard");
	for (i = 0; i < m->tokens.len; i++) {
		f = told(w, m->tokens.data[i]);
		if (f == NULL || (f->rcpt != NULL &&
		    f->unsettled.step != SETTLING_SAFE))
			return -1;
		leave_worker(f);
		if (f->rcpt == NULL)
			flight_free(s, f);
		else
			settling_placed(s->settling, &f->unsettled, fd_now());
	}
	want_run(s);
	return 0;
}

int
settler_got_settled(void *ctx, const void *msg, int fd)
{
	const struct deliver_settled *m = msg;
	struct worker *w = ctx;
	struct settler *s = w->all->q->settler;
	struct flight *f = told(w, m->token);

	(void)fd;
	if (f == NULL)
		return -1;
	settling_drop(s->settling, &f->unsettled);
	if (f->rcpt != NULL)
		life_apply(s->q, f->rcpt, &(struct outcome){
		    &m->fate, f->dest->name,
		    m->fate.kind == FATE_DONE ? f->peer : "" });
	flight_free(s, f);
	return 0;
}

void
settler_forget(struct settler *s, struct worker *w)
{
	struct flight *f;
	unsigned i;

	for (i = 0; i < DELIVER_WINDOW && w->flying > 0; i++) {
		f = w->flights[i];
		if (f == NULL)
			continue;
		settling_drop(s->settling, &f->unsettled);
		if (f->rcpt != NULL)
			worker_interrupted(s->q, f->dest, f->rcpt);
		flight_free(s, f);
		want_run(s);
	}
}
