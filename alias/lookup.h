#ifndef LOOKUP_H
#define LOOKUP_H

/* Has the C library load the modules nsswitch.conf(5) names, which it cannot
 * in the jail. */
void	lookup_warm_up(void);

/*
 * A child of who, forked before it is needed: reads WHO frames from sock and
 * answers each with YES, NO or LATER, one at a time, until sock is closed.
 */
void	lookup_serve(int sock) __attribute__((noreturn));

#endif
