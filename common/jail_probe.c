/*
 * The self-test of a jail: a child goes through the same walls under the same
 * card and tries what the card forbids.  A refusal may be an error or death;
 * after a death a new child goes on with the next attempt.  What works ends
 * the program: a jail that does not hold is worse than none, because somebody
 * counts on it.
 */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <netinet/in.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "jail_parts.h"

/* How far the child came; in memory it shares with the parent. */
struct progress {
	volatile size_t	 begun;		/* attempts */
	const char	*volatile what;	/* the one begun last */
	volatile int	 caught;
};

enum { PROBE_HELD = 0, PROBE_BROKEN = 3 };

/* --- attempts that mean the same everywhere ------------------------------- */

static bool
opens(const struct rehearsal *r, int folder, const char *name, int flags)
{
	int fd = openat(folder, name, flags | O_CLOEXEC, 0600);

	return fd != -1 && !*r->caught;
}

static bool
reads_accounts(const struct rehearsal *r)
{
	return opens(r, AT_FDCWD, "/etc/passwd", O_RDONLY);
}

static bool
reads_outside(const struct rehearsal *r)
{
	return opens(r, r->outside, "etc/passwd", O_RDONLY);
}

static bool
writes_outside(const struct rehearsal *r)
{
	return opens(r, r->outside, "dev/null", O_WRONLY);
}

static bool
opens_inet(const struct rehearsal *r)
{
	return socket(AF_INET, SOCK_STREAM, 0) != -1 && !*r->caught;
}

static bool
opens_unix(const struct rehearsal *r)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) != -1 && !*r->caught;
}

static bool
executes(const struct rehearsal *r)
{
	char sh[] = "sh", c[] = "-c", end[] = "exit 3", *argv[] = { sh, c,
	    end, NULL }, *env[] = { NULL };

	/* Only returns when it was refused; `exit 3` is PROBE_BROKEN. */
	(void)r;
	(void)execve("/bin/sh", argv, env);
	return false;
}

static bool
forks(const struct rehearsal *r)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid != -1 && !*r->caught;
}

static bool
signals_parent(const struct rehearsal *r)
{
	return kill(getppid(), 0) == 0 && !*r->caught;
}

static const struct attempt everywhere[] = {
	{ "read /etc/passwd", MAY_LOOKUP, reads_accounts },
	{ "read files of the system", MAY_LOOKUP, reads_outside },
	{ "write to files of the system", 0, writes_outside },
	{ "open an internet socket", MAY_INET, opens_inet },
	{ "open a Unix socket", MAY_CONNECT | MAY_LOOKUP, opens_unix },
	{ "execute a shell", 0, executes },
	{ "fork", MAY_FORK, forks },
	{ "signal another process", MAY_FORK, signals_parent },
	{ NULL, 0, NULL }
};

/* --- the child ------------------------------------------------------------ */

/* The page the handler writes to; only ever set in a child of the probe. */
static volatile int	*caught;

static void
on_refusal(int signo)
{
	(void)signo;
	*caught = 1;
}

static void
try(const struct attempt *list, const struct rehearsal *r,
    struct progress *p, size_t skip, size_t *number)
{
	for (; list->what != NULL; list++) {
		if ((*number)++ < skip || (r->card->may & list->unless) != 0)
			continue;
		p->begun = *number;
		p->what = list->what;
		p->caught = 0;
		if (list->works(r))
			_exit(PROBE_BROKEN);
	}
}

static void
rehearse(const struct jail *jail, struct progress *p, size_t skip)
{
	struct rehearsal r = { .card = jail->card, .caught = &p->caught };
	size_t number = 0;

	r.outside = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r.listed = r.outside != -1;
	caught = &p->caught;
	signal(SIGSYS, on_refusal);
	jail_walls(jail);
	try(jail_attempts_walls, &r, p, skip, &number);
	if ((jail->card->may & MAY_EXEC) != 0)
		_exit(PROBE_HELD);
	jail_shut(jail, true);
	try(everywhere, &r, p, skip, &number);
	try(jail_attempts_locked, &r, p, skip, &number);
	_exit(PROBE_HELD);
}

/* --- the parent ----------------------------------------------------------- */

static void __attribute__((noreturn))
broken(const struct card *card, const char *what)
{
	die(EXIT_NOPERM, "jail: %s could %s; it does not run without its"
	    " jail", card->name, what);
}

static int
run_child(const struct jail *jail, struct progress *p, size_t skip)
{
	pid_t pid = fork();
	int status;

	if (pid == -1)
		die_temp("jail: %s: probe", jail->card->name);
	if (pid == 0)
		rehearse(jail, p, skip);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			die_temp("jail: %s: probe", jail->card->name);
	return status;
}

/* true while attempts are left. */
static bool
judge(const struct jail *jail, const struct progress *p, int status,
    size_t skip)
{
	/* Death is a refusal, if it came during an attempt. */
	if (WIFSIGNALED(status) && p->begun > skip)
		return true;
	if (WIFSIGNALED(status))
		die(EXIT_NOPERM, "jail: %s: the self-test died of signal %d",
		    jail->card->name, WTERMSIG(status));
	if (WEXITSTATUS(status) == PROBE_BROKEN)
		broken(jail->card, p->what);
	/* It has told why on stderr. */
	if (WEXITSTATUS(status) != PROBE_HELD)
		_exit(WEXITSTATUS(status));
	return false;
}

void
jail_probe(const struct jail *jail)
{
	struct progress *p;
	const char *what;
	size_t skip;

	p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANON, -1, 0);
	if (p == MAP_FAILED)
		die_temp("jail: %s: probe", jail->card->name);
	do {
		skip = p->begun;
	} while (judge(jail, p, run_child(jail, p, skip), skip));
	munmap(p, sizeof(*p));
	what = jail_probe_lock(jail);
	if (what != NULL)
		broken(jail->card, what);
}
