#ifndef START_LADDER_H
#define START_LADDER_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

/* start-SYSTEM.c: what every system does in its own way. */
enum { KEEP_NOTHING, KEEP_CHROOT, KEEP_BECOME };
void	ladder_down(uid_t, gid_t, int keep);
void	ladder_reaper(void);	/* orphans of programs become our children */
void	ladder_pipe(int fd);	/* makes a pipe large */
void	ladder_boot(char *, size_t);	/* an id of this boot */

/* start_backoff.c: ms to wait after a life of so many ms; *wait is what has
 * been earned so far, 0 at first. */
int64_t	backoff_next(int64_t *wait, int64_t lived);

#endif
