/*
 * Becoming a system user, in a forked child that becomes nothing else: never
 * root, an account of malote or one below uid-min.  become is trusted with
 * the choice of a user, as queue and auth behind it are; what is executed
 * stands here.
 */
#include "start.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "limits.h"
#include "pass.h"
#include "user.h"

enum { FD_WORK = 3, FD_CALL, WAIT = 5000 };

static const char *const	workers[USER_WORKERS] = { "local", "maildrop" };

static bool
is_forbidden(const struct house *h, const struct passwd *pw)
{
	int p;

	for (p = 0; p < PROC_COUNT; p++)
		if (h->child[p].uid == pw->pw_uid)
			return true;
	return pw->pw_uid < h->uid_min || pw->pw_uid == UID_NOBODY ||
	    pw->pw_gid == 0;
}

static void
environment(const struct passwd *pw)
{
	if (clearenv() != 0 || setenv("HOME", pw->pw_dir, 1) == -1 ||
	    setenv("USER", pw->pw_name, 1) == -1 ||
	    setenv("LOGNAME", pw->pw_name, 1) == -1 ||
	    setenv("SHELL", "/bin/sh", 1) == -1 ||
	    setenv("PATH", "/usr/bin:/bin", 1) == -1)
		_exit(EXIT_TEMP);
}

/* Becomes the user and executes the worker; the descriptors stay. */
static void
work(const struct house *h, const struct user *user, const int fds[2])
{
	const struct passwd *pw = getpwnam(user->name);
	char path[1024];
	sigset_t none;
	int high[2];

	if (pw == NULL || is_forbidden(h, pw))
		_exit(EXIT_NOPERM);
	if (initgroups(pw->pw_name, pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1)
		_exit(EXIT_TEMP);
	/* A home that is missing may be mounted later. */
	if (chdir(pw->pw_dir) == -1 ||
	    (high[0] = fcntl(fds[0], F_DUPFD, FD_CALL + 1)) == -1 ||
	    (high[1] = fcntl(fds[1], F_DUPFD, FD_CALL + 1)) == -1 ||
	    dup2(high[0], FD_WORK) == -1 || dup2(high[1], FD_CALL) == -1)
		_exit(EXIT_TEMP);
	closefrom(FD_CALL + 1);
	(void)umask(077);
	environment(pw);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)snprintf(path, sizeof(path), "%s/%s", h->libexec,
	    workers[user->worker]);
	(void)execl(path, workers[user->worker], "worker", user->mailbox,
	    pw->pw_dir, pw->pw_name, (char *)NULL);
	_exit(EXIT_TEMP);
}

/* A call of become: the child that answers it reads it. */
void
user_call(const struct house *h)
{
	int call = accept4(h->sockets[EDGE_USER], NULL, NULL, SOCK_CLOEXEC);
	struct pollfd p = { call, POLLIN, 0 };
	struct user user;
	int sock;

	if (call != -1 && fork() == 0) {
		(void)setpgid(0, h->child[PROC_BECOME].group);
		if (poll(&p, 1, WAIT) == 1 && pass_recv(call, &user,
		    sizeof(user), &sock) == sizeof(user) && sock != -1 &&
		    user.worker < USER_WORKERS &&
		    memchr(user.name, '\0', USER_NAME) != NULL &&
		    memchr(user.mailbox, '\0', USER_MAILBOX) != NULL)
			work(h, &user, (int[]){ sock, call });
		_exit(EXIT_TEMP);
	}
	fd_close(&call);
}
