/*
 * become: starts workers as system users.  It stays root with the right to
 * change accounts and nothing else.  It trusts queue and auth with the choice
 * of a user, but never becomes root, an account of malote or one below
 * uid-min; names are looked up in the forked child alone, and what is
 * executed stands in this file.
 *
 *	become LIBEXEC UID-MIN UID…	UIDs are malote's own
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dest.h"
#include "die.h"
#include "dispatcher.h"
#include "fd.h"
#include "house.h"
#include "limits.h"
#include "wire_start.h"

enum { FD_WORK = 3, WORKERS = 1000 };

struct become {
	const char	*libexec;
	char		**ours;		/* uids, NULL at the end */
	uid_t		 uid_min;
};

static const char *const workers[] = { "local", "maildrop" };

/* The name after "system:"; NULL when it is none. */
static const char *
user_of(const struct start_start *start)
{
	static const char kind[] = "system:";
	const char *name = start->destination + sizeof(kind) - 1;

	return strncmp(start->destination, kind, sizeof(kind) - 1) == 0 &&
	    *name != '\0' ? name : NULL;
}

static const char *
check(void *ctx, const struct start_start *start)
{
	size_t i;

	(void)ctx;
	if (user_of(start) == NULL)
		return "no system user";
	for (i = 0; i < countof(workers); i++)
		if (strcmp(start->program, workers[i]) == 0)
			return NULL;
	return "no such worker";
}

static bool
is_forbidden(const struct become *b, uid_t uid)
{
	const char *error;
	char **p;

	for (p = b->ours; *p != NULL; p++)
		if ((uid_t)strtonum(*p, 0, UINT32_MAX, &error) == uid)
			return true;
	return uid == 0 || uid == UID_NOBODY || uid < b->uid_min;
}

static void
environment(const struct passwd *pw)
{
	if (clearenv() != 0 || setenv("HOME", pw->pw_dir, 1) == -1 ||
	    setenv("USER", pw->pw_name, 1) == -1 ||
	    setenv("LOGNAME", pw->pw_name, 1) == -1 ||
	    setenv("SHELL", "/bin/sh", 1) == -1 ||
	    setenv("PATH", "/usr/bin:/bin", 1) == -1)
		die_temp("environment");
}

static void work(void *, const struct start_start *, int)
    __attribute__((noreturn));

/* In the forked child, still root: the only lookup of names. */
static void
work(void *ctx, const struct start_start *start, int sock)
{
	const struct become *b = ctx;
	const struct passwd *pw = getpwnam(user_of(start));
	char path[1024];

	if (pw == NULL || is_forbidden(b, pw->pw_uid) || pw->pw_gid == 0)
		_exit(EXIT_NOPERM);
	if (initgroups(pw->pw_name, pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1)
		_exit(EXIT_TEMP);
	/* A home that is missing may be mounted later. */
	if (chdir(pw->pw_dir) == -1 || dup2(sock, FD_WORK) == -1)
		_exit(EXIT_TEMP);
	closefrom(FD_WORK + 1);
	umask(077);
	environment(pw);
	(void)snprintf(path, sizeof(path), "%s/%s", b->libexec,
	    start->program);
	execl(path, start->program, "worker", start->mailbox, pw->pw_dir,
	    pw->pw_name, (char *)NULL);
	_exit(EXIT_TEMP);
}

/* There are none for become; that the edge closes is all it can hear. */
static void
no_settings(const struct dispatcher *d)
{
	(void)d;
	die(EXIT_TEMP, "become has no settings");
}

int
main(int argc, char *argv[])
{
	const int servers[] = {
		house_edge_fd(PROC_BECOME, EDGE_START_BECOME),
		house_edge_fd(PROC_BECOME, EDGE_ENTER_BECOME)
	};
	struct become become;
	const char *error;
	const struct dispatcher d = {
		.servers = servers,
		.server_count = countof(servers),
		.workers_max = WORKERS,
		.check = check,
		.child = work,
		.ctx = &become
	};

	die_name("become");
	if (argc < 4 || geteuid() != 0)
		die(EXIT_NOPERM, "become is started by malote");
	become.libexec = argv[1];
	become.uid_min = (uid_t)strtonum(argv[2], 1, INT32_MAX, &error);
	become.ours = argv + 3;
	if (error != NULL)
		die(EXIT_USAGE, "uid-min is %s", error);
	dispatcher_loop(&d, no_settings);
}
