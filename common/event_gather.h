#ifndef EVENT_GATHER_H
#define EVENT_GATHER_H

/*
 * For the loop, which cannot include event.h: libevent has a struct event of
 * its own.  From here on the lines of this process are gathered and leave
 * several at a time: when event_flush() is called, when no more fit into one
 * write that the pipe takes whole, and at exit.  What it forks writes each
 * line at once.
 */
void	event_gather(void);
void	event_flush(void);

#endif
