#ifndef RUNNER_H
#define RUNNER_H

struct fate;
struct letter;
struct letter_rcpt;

/*
 * The runner: a process that was forked off before the worker entered its
 * jail and only starts programs, as the user, without a shell.
 */

/*
 * What the runner has to know: the account's home and name, and the seconds
 * after which a program is killed.
 */
struct runner {
	const char	*home, *user;
	int		 timeout;
	int		 sock;		/* its own; set by runner_start() */
};

#define RUNNER_TIMEOUT		300
#define RUNNER_TIMEOUT_MAX	86400

/* Forks it.  The socket it listens to (it ends when that is closed), or -1
 * with errno. */
int	runner_start(struct runner);

/*
 * Has it run a program: words[0] to NULL, with the file `message` as its
 * standard input.  The fate comes from the exit status, see sysexits(3).
 */
void	runner_run(int runner, char *const words[], int message,
	    const struct letter *, const struct letter_rcpt *, struct fate *);

#endif
