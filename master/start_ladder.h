#ifndef START_LADDER_H
#define START_LADDER_H

#include <sys/types.h>

/* start-SYSTEM.c: what every system does in its own way. */
void	ladder_down(uid_t, gid_t);
void	ladder_reaper(void);	/* orphans of programs become our children */

#endif
