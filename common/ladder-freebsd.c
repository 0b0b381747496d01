/*
 * FreeBSD: the ladder without capabilities.  Programs enter capability mode
 * and need no chroot, so nothing of root is kept.
 */
#include "ladder.h"

#include <sys/param.h>
#include <sys/procctl.h>
#include <unistd.h>

#include "die.h"

void
ladder_down(uid_t uid, gid_t gid)
{
	if (setgroups(1, &gid) == -1 || setresgid(gid, gid, gid) == -1 ||
	    setresuid(uid, uid, uid) == -1)
		die_temp("account");
}

void
ladder_reaper(void)
{
	if (procctl(P_PID, getpid(), PROC_REAP_ACQUIRE, NULL) == -1)
		die_temp("reaper");
}
