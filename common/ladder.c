/* What is the same on every system on the way down from root. */
#include "ladder.h"

#include <sys/stat.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "die.h"

void
ladder_user(const struct passwd *pw)
{
	if (initgroups(pw->pw_name, pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1)
		die_temp("account");
	/* A home may be missing or closed: the worker can say so, not we. */
	if (chdir(pw->pw_dir) == -1 && chdir("/") == -1)
		die_temp("home");
	(void)umask(077);
	if (clearenv() != 0 || setenv("HOME", pw->pw_dir, 1) == -1 ||
	    setenv("USER", pw->pw_name, 1) == -1 ||
	    setenv("LOGNAME", pw->pw_name, 1) == -1 ||
	    setenv("SHELL", "/bin/sh", 1) == -1 ||
	    setenv("PATH", "/usr/bin:/bin", 1) == -1)
		die_temp("environment");
}

void
ladder_descriptors(int *fds, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if ((fds[i] = fcntl(fds[i], F_DUPFD, n)) == -1)
			die_temp("descriptors");
	for (i = 0; i < n; i++)
		if (dup2(fds[i], i) == -1)
			die_temp("descriptors");
	closefrom(n);
}
