/*
 * From the acceptor's fork to the program's own dialogue.  The process is in
 * its jail before it reads what its client said, serves him only, and ends.
 * What the acceptor knows of others is not in its memory (apart.h).
 */
#include "acceptor_session.h"

#include <signal.h>
#include <unistd.h>

#include "fd.h"
#include "jail.h"

/*
 * Keeps 0, 1, 2, the record pipe and the client, and gives up the acceptor's
 * signals: after this nothing of the parent can be reached.
 */
static void
leave_acceptor(int client)
{
	sigset_t term;

	if (dup2(client, FD_SETTINGS) == -1)
		die_temp("session");
	closefrom(FD_FIRST);
	(void)signal(SIGCHLD, SIG_DFL);
	/* First SIGTERM gets its own handler, then signals may come. */
	stop_arm();
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_SETMASK, &term, NULL);
}

static void __attribute__((noreturn))
live(const struct session_start *s)
{
	leave_acceptor(s->fd);
	jail_enter_prepared(s->jail);
	s->role->serve(s->settings, &s->client, FD_SETTINGS);
	/* Nothing is left to be flushed or freed by the C library. */
	_exit(EXIT_DONE);
}

/*
 * Forks with all signals blocked: until the child has handlers of its own, a
 * SIGTERM meant for it would be told to our loop through the library's pipe.
 */
pid_t
acceptor_session(const struct session_start *s)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		live(s);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}
