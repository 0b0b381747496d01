#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "events.h"

/*
 * Events: one line each, `NAME key=value…`, written whole to the record pipe
 * (descriptor FD_RECORD, non-blocking).  Values are escaped here and nowhere
 * else.  Mail never waits for an event: when the pipe is full the event is
 * counted, and `lost n` is written when it drains.
 *
 *	struct event e;
 *	event_open(&e, EV_REFUSED);
 *	event_str(&e, "client", address);
 *	event_send(&e);
 */
struct event {
	enum event_name	name;
	bool		gathered;
	size_t		len;
	char		line[4096];	/* PIPE_BUF */
};

/* Programs without a record pipe (run by a user) say so once: no writes. */
void	event_mute(void);

void	event_open(struct event *, enum event_name);
/* Cuts a value so that the line stays whole; NULL is written as "". */
void	event_str(struct event *, const char *key, const char *value);
void	event_num(struct event *, const char *key, uint64_t value);
void	event_send(struct event *);

/* An event with one string. */
void	event_one(enum event_name, const char *key, const char *value);

#endif
