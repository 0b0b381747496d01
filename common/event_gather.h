#ifndef EVENT_GATHER_H
#define EVENT_GATHER_H

/*
 * For the loop, which cannot include event.h (libevent has a struct event of
 * its own).  Of a program with a loop: from here on its lines are gathered and leave
 * several at a time, when event_flush() is called, when no more fit into one
 * write that the pipe takes whole, or at exit.  What is forked writes its
 * own lines at once, as before.
 */
void	event_gather(void);
void	event_flush(void);

#endif
