/*
 * Accounts and groups by name.  The helper is keeper's child and has its
 * account, but it may read the account files and nothing else; the names it
 * is asked for are words of malote.conf.  A lookup may hang in whatever
 * nsswitch.conf names: keeper waits then, as nothing can start without it.
 */
#include "keeper_names.h"

#include <sys/socket.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "house.h"
#include "jail.h"

static const struct card card = {
	.name	= "keeper",
	.may	= MAY_LOOKUP,
	.memory	= 512u * 1024 * 1024,
	.files	= 32
};

struct question {
	int		 group;		/* a group, not an account */
	char		 name[64];
};

struct numbers {
	int		 found;
	uint32_t	 uid, gid;
};

static struct numbers
look(struct question *q)
{
	struct numbers n = { 0, 0, 0 };
	const struct passwd *pw;
	const struct group *gr;

	q->name[sizeof(q->name) - 1] = '\0';
	if (q->group) {
		gr = getgrnam(q->name);
		if (gr != NULL)
			n = (struct numbers){ 1, 0, gr->gr_gid };
	} else {
		pw = getpwnam(q->name);
		if (pw != NULL)
			n = (struct numbers){ 1, pw->pw_uid, pw->pw_gid };
	}
	return n;
}

static void help(int) __attribute__((noreturn));

static void
help(int sock)
{
	struct question q;
	struct numbers n;

	if (dup2(sock, FD_SETTINGS) == -1)
		die_temp("names");
	closefrom(FD_SETTINGS + 1);
	jail_enter(&card);
	while (recv(FD_SETTINGS, &q, sizeof(q), 0) == sizeof(q)) {
		n = look(&q);
		if (send(FD_SETTINGS, &n, sizeof(n), MSG_NOSIGNAL) == -1)
			break;
	}
	_exit(EXIT_DONE);
}

int
names_helper(void)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		die_temp("names");
	pid = fork();
	if (pid == -1)
		die_temp("names");
	if (pid == 0) {
		close(pair[0]);
		help(pair[1]);
	}
	close(pair[1]);
	return pair[0];
}

static int
ask(int helper, int group, const char *name, struct numbers *n)
{
	struct question q = { .group = group };

	return strlcpy(q.name, name, sizeof(q.name)) < sizeof(q.name) &&
	    send(helper, &q, sizeof(q), MSG_NOSIGNAL) == sizeof(q) &&
	    recv(helper, n, sizeof(*n), 0) == sizeof(*n) && n->found;
}

int
names_account(int helper, const char *text, uid_t *uid, gid_t *gid)
{
	struct numbers n;
	const char *error;

	*uid = *gid = (uid_t)strtonum(text, 1, INT32_MAX, &error);
	if (error == NULL)
		return 1;
	if (!ask(helper, 0, text, &n))
		return 0;
	*uid = n.uid;
	*gid = n.gid;
	return 1;
}

int
names_group(int helper, const char *text, gid_t *gid)
{
	struct numbers n;
	const char *error;

	*gid = (gid_t)strtonum(text, 0, INT32_MAX, &error);
	if (error == NULL)
		return 1;
	if (!ask(helper, 1, text, &n))
		return 0;
	*gid = n.gid;
	return 1;
}
