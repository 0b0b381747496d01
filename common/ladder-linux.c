/*
 * Linux: the ladder with capabilities.  CAP_SYS_CHROOT alone survives the
 * change of uid and the exec, as an ambient capability; jail_enter() uses it
 * and drops it.  Raw system calls: libcap would be more code than this file.
 */
#include "ladder.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdint.h>
#include <unistd.h>

#include "die.h"

/* In the first word, as capset(2) takes them. */
#define KEPT	(UINT32_C(1) << CAP_SYS_CHROOT)

void
ladder_down(uid_t uid, gid_t gid)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
	    0 };
	struct __user_cap_data_struct data[2] = { { KEPT, KEPT, KEPT } };

	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == -1 ||
	    setgroups(1, &gid) == -1 || setresgid(gid, gid, gid) == -1 ||
	    setresuid(uid, uid, uid) == -1)
		die_temp("account");
	if (syscall(SYS_capset, &head, data) == -1 || prctl(PR_CAP_AMBIENT,
	    PR_CAP_AMBIENT_RAISE, CAP_SYS_CHROOT, 0, 0) == -1)
		die_temp("capabilities");
}

void
ladder_reaper(void)
{
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1)
		die_temp("subreaper");
}
