/*
 * become: starts workers as system users.  It stays root with the right to
 * change accounts and nothing else.  It trusts queue and auth with the choice
 * of a user, but never becomes root, an account of malote or one below
 * uid-min; names are looked up in the forked child alone, and what is
 * executed stands in this file.
 *
 *	become LIBEXEC UID…	as malote starts it; UIDs are malote's own
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
#include "limits.h"
#include "house.h"
#include "limits.h"
#include "params.h"
#include "wire_settings.h"
#include "wire_start.h"

enum { FD_WORK = 3, WORKERS = 1000 };

struct become {
	const char	*libexec;
	char		**ours;		/* uids, NULL at the end */
	uid_t		 uid_min;
	unsigned	 seconds;	/* a program of a user may take */
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
	const bool delivers = strcmp(start->program, "local") == 0;
	char path[1024], seconds[16];

	if (pw == NULL || is_forbidden(b, pw->pw_uid) || pw->pw_gid == 0)
		_exit(EXIT_NOPERM);
	if (initgroups(pw->pw_name, pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1)
		_exit(EXIT_TEMP);
	/* A home may be missing or closed: the worker can say so. */
	if ((chdir(pw->pw_dir) == -1 && chdir("/") == -1) ||
	    dup2(sock, FD_WORK) == -1)
		_exit(EXIT_TEMP);
	closefrom(FD_WORK + 1);
	umask(077);
	environment(pw);
	(void)snprintf(path, sizeof(path), "%s/%s", b->libexec,
	    start->program);
	(void)snprintf(seconds, sizeof(seconds), "%u", b->seconds);
	execl(path, start->program, "worker", start->mailbox, pw->pw_dir,
	    pw->pw_name, delivers ? seconds : (char *)NULL, (char *)NULL);
	_exit(EXIT_TEMP);
}

static void
note(const struct settings_setting *row, enum param param, unsigned *number)
{
	const char *error;

	if (row->param == param)
		*number = (unsigned)strtonum(row->words, 1, INT32_MAX, &error);
}

/* Settings, of which two numbers matter here; READY, then the last word. */
static void
take_settings(const struct dispatcher *d)
{
	struct become *b = d->ctx;
	struct settings_setting row;
	struct frame frame;
	unsigned uid_min = b->uid_min, seconds = b->seconds;
	int fd;

	while (frame_recv(FD_SETTINGS, &frame, &fd, FD_FOREVER) == 1) {
		if (frame_get(&frame, &settings_setting, &row) == 0) {
			note(&row, P_UID_MIN, &uid_min);
			note(&row, P_PROGRAM_TIMEOUT, &seconds);
		}
		if (frame.verb == SETTINGS_SETTINGS && frame_tell(FD_SETTINGS,
		    &settings_ready, NULL, -1, FD_FOREVER) == -1)
			break;
		if (frame.verb == SETTINGS_GO) {
			b->uid_min = uid_min;
			b->seconds = seconds;
		}
		if (frame.verb == SETTINGS_GO || frame.verb == SETTINGS_STAY)
			return;
	}
	exit(EXIT_DONE);
}

int
main(int argc, char *argv[])
{
	const int servers[] = {
		house_edge_fd(PROC_BECOME, EDGE_START_BECOME),
		house_edge_fd(PROC_BECOME, EDGE_ENTER_BECOME)
	};
	struct become become = { .uid_min = UINT32_MAX };
	const struct dispatcher d = {
		.servers = servers,
		.server_count = countof(servers),
		.workers_max = WORKERS,
		.check = check,
		.child = work,
		.ctx = &become
	};

	die_name("become");
	if (argc < 3 || geteuid() != 0)
		die(EXIT_NOPERM, "become is started by malote");
	become.libexec = argv[1];
	become.ours = argv + 2;
	take_settings(&d);
	dispatcher_loop(&d, take_settings);
}
