#ifndef START_LADDER_H
#define START_LADDER_H

#include <sys/types.h>

/* start-SYSTEM.c: what every system does in its own way. */
enum { KEEP_NOTHING, KEEP_CHROOT, KEEP_BECOME };
void	ladder_down(uid_t, gid_t, int keep);
void	ladder_reaper(void);	/* orphans of programs become our children */

#endif
