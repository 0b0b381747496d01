/*
 * The master, as `malote start` executes it: holds what only root can hold,
 * does what keeper orders and tells keeper what it sees.  It decides nothing
 * but the end.  It must never read a message, a protocol line, a name or the
 * configuration: what comes to it are numbers, and it compares them.
 *
 *	PATH ETC LEAF STATE LIBEXEC NOTIFY UID GID UID GID
 *
 * with the accounts of keeper and of conf.
 */
#include "start.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "ladder.h"
#include "signals.h"

enum { STOP_SECONDS = 30, END_SECONDS = 10 };
enum { ETC = 1, LEAF, STATE, LIBEXEC, NOTIFY, KEEPER, CONF = KEEPER + 2,
    ARGS = CONF + 2 };

static volatile sig_atomic_t	asked[NSIG];

static const int	ours[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
static const int	patience = SIGALRM;	/* cuts waitpid(2) short, too */

static void
on_signal(int signo)
{
	asked[signo == SIGINT ? SIGTERM : signo] = 1;
}

static void
signal_all(const struct house *h, int signo)
{
	const struct child *c;

	for (c = h->child; c < h->child + PROC_COUNT; c++)
		if (c->group != 0)
			(void)kill(-c->group, signo);
}

/*
 * Without keeper nothing goes on.  What it left running ends; then malote
 * ends as keeper did, or begins anew when keeper was killed.
 */
static void
leave(const struct house *h, int status, char *argv[])
{
	static char none[] = "0";

	signal_all(h, SIGTERM);
	(void)alarm(END_SECONDS);
	while (waitpid(-1, NULL, 0) > 0)
		;
	signal_all(h, SIGKILL);
	house_leave(h);
	if (!WIFSIGNALED(status) || asked[SIGTERM])
		exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_DONE);
	argv[NOTIFY] = none;
	(void)alarm(0);
	(void)sleep(1);
	execv(argv[0], argv);
	die_temp("%s", argv[0]);
}

/* A keeper that is not understood, or does not listen, is killed. */
static void
tell(const struct house *h, enum word_what what, int proc, int number)
{
	const struct word word = { what, (uint32_t)proc, 0, number };

	if (send(h->keeper, &word, sizeof(word), MSG_NOSIGNAL |
	    MSG_DONTWAIT) == -1)
		(void)kill(h->child[PROC_KEEPER].pid, SIGKILL);
}

static void
reap(struct house *h, char *argv[])
{
	struct child *c;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (c = h->child; c < h->child + PROC_COUNT; c++) {
			/* Nobody left: the number may soon be another's. */
			if (c->group != 0 && kill(-c->group, 0) == -1)
				c->group = 0;
			if (c->pid != pid)
				continue;
			c->pid = 0;
			if (c == &h->child[PROC_KEEPER])
				leave(h, status, argv);
			tell(h, WORD_ENDED, (int)(c - h->child), status);
		}
}

/* A stop is told once; one that takes too long is cut short. */
static void
signals_serve(const struct house *h)
{
	if (asked[SIGHUP])
		tell(h, WORD_SIGNAL, 0, SIGHUP);
	if (asked[SIGTERM] == 1) {
		tell(h, WORD_SIGNAL, 0, SIGTERM);
		(void)alarm(STOP_SECONDS);
		asked[SIGTERM] = 2;
	}
	if (asked[SIGALRM])
		(void)kill(h->child[PROC_KEEPER].pid, SIGKILL);
	asked[SIGHUP] = 0;
}

static void
turn(struct house *h)
{
	static void (*const serve[])(struct house *) = {
		serve_order, serve_file, serve_welcome, user_call
	};
	struct pollfd p[countof(serve)] = {
		{ h->keeper, POLLIN, 0 },
		{ h->auth, POLLIN, 0 },
		{ h->built ? h->sockets[EDGE_FILES_AUTH] : -1, POLLIN, 0 },
		{ h->built ? h->sockets[EDGE_USER] : -1, POLLIN, 0 }
	};
	sigset_t none;
	size_t i;

	sigemptyset(&none);
	if (ppoll(p, countof(p), NULL, &none) > 0)
		for (i = 0; i < countof(p); i++)
			if (p[i].revents != 0)
				serve[i](h);
}

/* The account of a program that runs before there is a plan. */
static void
account(struct child *c, char *const ids[2])
{
	c->uid = (uid_t)strtonum(ids[0], 1, INT32_MAX, NULL);
	c->gid = (gid_t)strtonum(ids[1], 1, INT32_MAX, NULL);
	if (c->uid == 0 || c->gid == 0)
		die(EXIT_USAGE, "%s:%s is no account", ids[0], ids[1]);
}

static void
keeper_start(struct house *h, const char *notify)
{
	const char *const argv[] = { "keeper", NULL };
	int fd = (int)strtonum(notify, 3, INT32_MAX, NULL);

	if (spawn(h, PROC_KEEPER, fd == 0 ? h->null : fd, argv,
	    &h->keeper) == -1)
		die_temp("keeper");
	if (fd != 0)
		close(fd);
}

int
main(int argc, char *argv[])
{
	struct house *h = calloc(1, sizeof(*h));

	die_name("malote");
	if (h == NULL || argc != ARGS || geteuid() != 0)
		die(EXIT_NOPERM, "this is run by malote start");
	h->leaf = argv[LEAF];
	h->libexec = argv[LIBEXEC];
	account(&h->child[PROC_KEEPER], argv + KEEPER);
	account(&h->child[PROC_CONF], argv + CONF);
	signals_set(ours, countof(ours), on_signal, SIG_BLOCK);
	signals_set(&patience, 1, on_signal, SIG_UNBLOCK);
	(void)signal(SIGPIPE, SIG_DFL);
	ladder_reaper();
	house_found(h, argv[ETC], argv[STATE]);
	keeper_start(h, argv[NOTIFY]);
	for (;;) {
		turn(h);
		reap(h, argv);
		signals_serve(h);
	}
}
