/*
 * libevent's core behind a face of our own.  Two priorities: descriptors,
 * signals and timers first, idle timers when nothing else is ready.
 */
#include "loop.h"

#include <stdbool.h>
#include <stdlib.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "die.h"
#include "event_gather.h"

enum { PRIORITY_NORMAL, PRIORITY_IDLE, PRIORITIES };

struct loop {
	struct event_base	*base;
	bool			 stopped;
};

struct timer {
	struct event	*event;
	void		(*fn)(void *arg);
	void		*arg;
};

static void *
need(void *p)
{
	if (p == NULL)
		die_temp("event loop");
	return p;
}

void
loop_memory(void *(*alloc)(size_t), void *(*again)(void *, size_t),
    void (*release)(void *))
{
	event_set_mem_functions(alloc, again, release);
}

struct loop *
loop_new(void)
{
	struct loop *l = need(calloc(1, sizeof(*l)));

	l->base = need(event_base_new());
	event_base_priority_init(l->base, PRIORITIES);
	return l;
}

void
loop_run(struct loop *l)
{
	int n = 0;

	l->stopped = false;
	event_gather();
	while (!l->stopped && n == 0) {
		/* Until nothing is left to be done but to wait. */
		n = event_base_loop(l->base, EVLOOP_ONCE);
		event_flush();
	}
	if (n == -1)
		die_temp("event loop");
}

void
loop_stop(struct loop *l)
{
	l->stopped = true;
	event_base_loopbreak(l->base);
}

struct event_base *
loop_base(struct loop *l)
{
	return l->base;
}

static void
on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct watch *w = arg;

	(void)fd;
	w->fn(w->arg, ((what & EV_READ) ? LOOP_READ : 0u) |
	    ((what & EV_WRITE) ? LOOP_WRITE : 0u));
}

void
watch_start(struct watch *w, struct loop *l, int fd, unsigned what,
    void (*fn)(void *, unsigned), void *arg)
{
	w->loop = l;
	w->fd = fd;
	w->what = 0;
	w->fn = fn;
	w->arg = arg;
	w->event = need(event_new(l->base, fd, EV_READ | EV_PERSIST,
	    on_ready, w));
	event_priority_set(w->event, PRIORITY_NORMAL);
	watch_set(w, what);
}

void
watch_end(struct watch *w)
{
	event_free(w->event);
}

struct watch *
watch_new(struct loop *l, int fd, unsigned what,
    void (*fn)(void *, unsigned), void *arg)
{
	struct watch *w = need(calloc(1, sizeof(*w)));

	watch_start(w, l, fd, what, fn, arg);
	return w;
}

void
watch_set(struct watch *w, unsigned what)
{
	short events = EV_PERSIST;

	if (what == w->what)
		return;
	w->what = what;
	event_del(w->event);
	if (what == 0)
		return;
	if (what & LOOP_READ)
		events |= EV_READ;
	if (what & LOOP_WRITE)
		events |= EV_WRITE;
	event_assign(w->event, w->loop->base, w->fd, events, on_ready, w);
	event_priority_set(w->event, PRIORITY_NORMAL);
	if (event_add(w->event, NULL) == -1)
		die_temp("event loop");
}

void
watch_free(struct watch *w)
{
	if (w == NULL)
		return;
	watch_end(w);
	free(w);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct timer *t = arg;

	(void)fd;
	(void)what;
	t->fn(t->arg);
}

static struct timer *
make_timer(struct loop *l, int priority, void (*fn)(void *), void *arg)
{
	struct timer *t = need(calloc(1, sizeof(*t)));

	t->fn = fn;
	t->arg = arg;
	t->event = need(event_new(l->base, -1, 0, on_timer, t));
	event_priority_set(t->event, priority);
	return t;
}

struct timer *
timer_new(struct loop *l, void (*fn)(void *), void *arg)
{
	return make_timer(l, PRIORITY_NORMAL, fn, arg);
}

struct timer *
timer_new_idle(struct loop *l, void (*fn)(void *), void *arg)
{
	return make_timer(l, PRIORITY_IDLE, fn, arg);
}

void
timer_set(struct timer *t, int64_t ms)
{
	struct timeval tv;

	if (ms < 0)
		ms = 0;
	tv.tv_sec = ms / 1000;
	tv.tv_usec = ms % 1000 * 1000;
	if (event_add(t->event, &tv) == -1)
		die_temp("event loop");
}

void
timer_stop(struct timer *t)
{
	event_del(t->event);
}

void
timer_free(struct timer *t)
{
	if (t == NULL)
		return;
	event_free(t->event);
	free(t);
}

static void
on_signal(evutil_socket_t signo, short what, void *arg)
{
	struct timer *t = arg;

	(void)signo;
	(void)what;
	t->fn(t->arg);
}

void
loop_signal(struct loop *l, int signo, void (*fn)(void *), void *arg)
{
	struct timer *t = need(calloc(1, sizeof(*t)));

	t->fn = fn;
	t->arg = arg;
	t->event = need(evsignal_new(l->base, signo, on_signal, t));
	if (event_add(t->event, NULL) == -1)
		die_temp("event loop");
}
