#ifndef INMATE_H
#define INMATE_H

#include "jail.h"

/* An account of no one, and what inmates end with when all went well. */
#define INMATE_UID	64900

/*
 * A process as malote starts it, and as jail_enter() finds it: in the room (a
 * directory, its working directory), under an account of its own, with
 * CAP_SYS_CHROOT alone.  Call in a forked child, as root.
 */
void	inmate_become(const char *room);

/*
 * Forks an inmate that enters the jail and then runs act(); waits for it.
 * The status of waitpid(2); an exit status is act()'s return value.
 */
int	inmate_run(const char *room, const struct card *, int (*act)(void));

#endif
