/*
 * FreeBSD: the ladder without capabilities.  Programs enter capability mode
 * and need no chroot, so nothing of root is kept; become stays root.
 */
#include "start_ladder.h"

#include <sys/param.h>
#include <sys/procctl.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <stdio.h>
#include <unistd.h>

#include "die.h"

void
ladder_down(uid_t uid, gid_t gid, int keep)
{
	if (setgroups(1, &gid) == -1 || setresgid(gid, gid, gid) == -1)
		die_temp("account");
	if (keep != KEEP_BECOME && setresuid(uid, uid, uid) == -1)
		die_temp("account");
}

void
ladder_reaper(void)
{
	if (procctl(P_PID, getpid(), PROC_REAP_ACQUIRE, NULL) == -1)
		die_temp("reaper");
}

void
ladder_pipe(int fd)
{
	(void)fd;	/* the kernel sizes pipes by itself */
}

void
ladder_boot(char *text, size_t size)
{
	int name[] = { CTL_KERN, KERN_BOOTTIME };
	struct timeval tv;
	size_t len = sizeof(tv);

	if (sysctl(name, 2, &tv, &len, NULL, 0) == -1)
		die_temp("boot time");
	(void)snprintf(text, size, "%lld.%06ld", (long long)tv.tv_sec,
	    (long)tv.tv_usec);
}
