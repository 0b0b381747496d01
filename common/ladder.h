#ifndef LADDER_H
#define LADDER_H

#include <sys/types.h>

struct passwd;

/*
 * The way down from root, in a forked child before it executes a program.
 * Whatever fails ends the process (die_temp).
 */

/* ladder-SYSTEM.c: an account of malote with one group; of root's rights only
 * the one to change the root directory is left, where the jail needs it. */
void	ladder_down(uid_t, gid_t);
/* Orphans of our children become ours. */
void	ladder_reaper(void);

/* ladder.c: a system user with his groups, home and environment. */
void	ladder_user(const struct passwd *);
/* The descriptors 0..n-1 as given, and no others; fds is written to. */
void	ladder_descriptors(int *fds, int n);

#endif
