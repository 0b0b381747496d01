/*
 * The door.  What a client can do here is to wait, and for no longer than
 * the others' patience lasts.
 */
#include "door.h"

#include "fd.h"
#include "loop.h"

/* The timer stands at the oldest's deadline, or earlier. */
static void
wind(struct door *d)
{
	const struct visitor *oldest = door_oldest(d);

	if (oldest != NULL)
		timer_set(d->timer, oldest->since + d->patience - fd_now());
}

static void
on_late(void *arg)
{
	struct door *d = arg;
	struct visitor *v;
	int64_t now = fd_now();

	while ((v = door_oldest(d)) != NULL && v->since + d->patience <= now)
		d->silent(d->ctx, v);
	wind(d);
}

void
door_init(struct door *d, struct loop *loop, size_t max)
{
	apart_pool_init(&d->pool, sizeof(struct visitor), max);
	TAILQ_INIT(&d->visitors);
	d->count = 0;
	d->loop = loop;
	d->timer = timer_new(loop, on_late, d);
}

struct visitor *
door_vacant(struct door *d)
{
	return apart_get(&d->pool);
}

static void
on_speaks(void *arg, unsigned what)
{
	struct visitor *v = arg;

	(void)what;
	v->door->spoke(v->door->ctx, v);
}

void
door_enter(struct door *d, struct visitor *v)
{
	v->door = d;
	v->since = fd_now();
	watch_start(&v->watch, d->loop, v->fd, LOOP_READ, on_speaks, v);
	TAILQ_INSERT_TAIL(&d->visitors, v, next);
	if (d->count++ == 0)
		wind(d);
}

void
door_leave(struct visitor *v)
{
	struct door *d = v->door;

	watch_end(&v->watch);
	TAILQ_REMOVE(&d->visitors, v, next);
	d->count--;
	apart_put(&d->pool, v);
}

struct visitor *
door_oldest(const struct door *d)
{
	return TAILQ_FIRST(&d->visitors);
}
