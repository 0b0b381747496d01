#ifndef LOOP_H
#define LOOP_H

#include <stddef.h>
#include <stdint.h>

/*
 * The event loop of the long-lived programs: a thin face on libevent's core,
 * so that one file knows the library.  Failing to make anything here is
 * die_temp(): it happens at start, or in an out-of-memory process that malote
 * starts again.  Callbacks may free any watch or timer, their own too.
 */
struct event;
struct event_base;
struct loop;
struct timer;

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

/*
 * Where the library is to have its memory from, as of malloc(3) and its kin;
 * before anything else here, if at all.
 */
void		 loop_memory(void *(*alloc)(size_t),
		    void *(*again)(void *, size_t), void (*release)(void *));

struct loop	*loop_new(void);
/* Runs until loop_stop(); events are written before each wait. */
void		 loop_run(struct loop *);
void		 loop_stop(struct loop *);
/* For libraries that bring their own libevent face (libunbound). */
struct event_base *loop_base(struct loop *);

/* In the owner's memory, or of watch_new(); its content is loop.c's. */
struct watch {
	struct loop	*loop;
	struct event	*event;
	int		 fd;
	unsigned	 what;		/* it watches for */
	void		(*fn)(void *arg, unsigned what);
	void		*arg;
};

/* Watches a descriptor for LOOP_READ and/or LOOP_WRITE (0: nothing yet). */
void		 watch_start(struct watch *, struct loop *, int fd,
		    unsigned what, void (*)(void *arg, unsigned what),
		    void *arg);
void		 watch_end(struct watch *);
/* The same in memory that is allocated and freed. */
struct watch	*watch_new(struct loop *, int fd, unsigned what,
		    void (*)(void *arg, unsigned what), void *arg);
void		 watch_set(struct watch *, unsigned what);
void		 watch_free(struct watch *);	/* NULL is allowed */

/* One-shot timers; timer_set() starts again from now. */
struct timer	*timer_new(struct loop *, void (*)(void *arg), void *arg);
void		 timer_set(struct timer *, int64_t milliseconds);
void		 timer_stop(struct timer *);
void		 timer_free(struct timer *);	/* NULL is allowed */

/*
 * A timer of the lower priority: timer_set(t, 0) on it runs its callback when
 * no descriptor is ready any more, which is how a batch forms by itself.
 */
struct timer	*timer_new_idle(struct loop *, void (*)(void *arg), void *arg);

/* Calls on each arrival of the signal, in the loop. */
void		 loop_signal(struct loop *, int signo, void (*)(void *arg),
		    void *arg);

#endif
