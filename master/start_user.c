/*
 * Becoming a system user, in a forked child that becomes nothing else: never
 * root, an account of malote or one below uid-min.  become is trusted with
 * the choice of a user, as queue and auth behind it are; what is executed
 * stands here.
 */
#include "start.h"

#include <sys/socket.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "ladder.h"
#include "limits.h"
#include "pass.h"
#include "user.h"

enum { WAIT = 5000 };

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

/* Becomes the user and executes the worker; the call closes with it. */
static void
work(const struct house *h, struct user *user, int sock, int call)
{
	int fds[] = { h->null, h->null, STDERR_FILENO, sock, call };
	const struct passwd *pw;
	char path[1024];
	sigset_t none;

	user->name[USER_NAME - 1] = user->mailbox[USER_MAILBOX - 1] =
	    user->seconds[USER_SECONDS - 1] = '\0';
	pw = getpwnam(user->name);
	if (pw == NULL || is_forbidden(h, pw))
		_exit(EXIT_NOPERM);
	ladder_descriptors(fds, countof(fds));
	ladder_user(pw);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)snprintf(path, sizeof(path), "%s/%s", h->libexec,
	    workers[user->worker]);
	(void)execl(path, workers[user->worker], "worker", user->mailbox,
	    pw->pw_dir, pw->pw_name, user->worker == USER_LOCAL ?
	    user->seconds : (char *)NULL, (char *)NULL);
}

/* A call of become: the child that answers it reads it. */
void
user_call(struct house *h)
{
	int call = accept4(h->sockets[EDGE_USER], NULL, NULL, SOCK_CLOEXEC);
	struct pollfd p = { call, POLLIN, 0 };
	struct user user;
	int sock;

	if (call != -1 && fork() == 0) {
		(void)setpgid(0, h->child[PROC_BECOME].group);
		if (poll(&p, 1, WAIT) == 1 && pass_recv(call, &user,
		    sizeof(user), &sock) == sizeof(user) && sock != -1 &&
		    user.worker < USER_WORKERS)
			work(h, &user, sock, call);
		_exit(EXIT_TEMP);
	}
	fd_close(&call);
}
