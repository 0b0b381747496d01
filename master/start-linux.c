/*
 * Linux: the ladder with capabilities.  CAP_SYS_CHROOT alone survives the
 * change of uid and the exec, as an ambient capability; jail_enter() uses it
 * and drops it.  Raw system calls: libcap would be more code than this file.
 */
#include "start_ladder.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <grp.h>
#include <linux/capability.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"

#define BIT(cap)	(UINT64_C(1) << (cap))

static const uint64_t kept[] = {
	[KEEP_NOTHING] = 0,
	[KEEP_CHROOT] = BIT(CAP_SYS_CHROOT),
	[KEEP_BECOME] = BIT(CAP_SETUID) | BIT(CAP_SETGID) | BIT(CAP_KILL)
};

/* Nothing but these is ever had again, whatever is executed. */
static void
bound(uint64_t keep)
{
	unsigned long cap;

	for (cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if ((keep & BIT(cap)) == 0 &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == -1)
			die_temp("capabilities");
}

static void
set(uint64_t keep, uint64_t inherit)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
	    0 };
	struct __user_cap_data_struct data[2];
	int i;

	for (i = 0; i < 2; i++) {
		data[i].effective = (uint32_t)(keep >> 32 * i);
		data[i].permitted = (uint32_t)(keep >> 32 * i);
		data[i].inheritable = (uint32_t)(inherit >> 32 * i);
	}
	if (syscall(SYS_capset, &head, data) == -1)
		die_temp("capabilities");
}

void
ladder_down(uid_t uid, gid_t gid, int keep)
{
	bound(kept[keep]);
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == -1 ||
	    setgroups(1, &gid) == -1 || setresgid(gid, gid, gid) == -1 ||
	    setresuid(uid, uid, uid) == -1)
		die_temp("account");
	if (uid == 0) {
		set(kept[keep], 0);
		return;
	}
	set(kept[keep], kept[keep]);
	if (keep == KEEP_CHROOT && prctl(PR_CAP_AMBIENT,
	    PR_CAP_AMBIENT_RAISE, CAP_SYS_CHROOT, 0, 0) == -1)
		die_temp("capabilities");
}

void
ladder_reaper(void)
{
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1)
		die_temp("subreaper");
}
