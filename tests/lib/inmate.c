/*
 * Processes that tests put in jails.
 */
#include "inmate.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <linux/capability.h>

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
need(int result, const char *what)
{
	if (result == -1) {
		perror(what);
		_exit(99);
	}
}

void
inmate_become(const char *room)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct caps[2] = {
		{ .effective = 1u << CAP_SYS_CHROOT,
		    .permitted = 1u << CAP_SYS_CHROOT }
	};

	need(chdir(room), "chdir");
	need(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "keepcaps");
	need(setgroups(0, NULL), "setgroups");
	need(setresgid(INMATE_UID, INMATE_UID, INMATE_UID), "setresgid");
	need(setresuid(INMATE_UID, INMATE_UID, INMATE_UID), "setresuid");
	need((int)syscall(SYS_capset, &head, caps), "capset");
}

int
inmate_run(const char *room, const struct card *card, int (*act)(void))
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	need(pid, "fork");
	if (pid == 0) {
		inmate_become(room);
		jail_enter(card);
		_exit(act());
	}
	need(waitpid(pid, &status, 0), "waitpid");
	return status;
}
