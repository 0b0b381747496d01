/*
 * malote start: options become the five arguments of the master.  With -d
 * the caller gets its prompt back when everything is up, or the exit status
 * of what failed.
 */
#include "malote_start.h"

#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "die.h"
#include "house.h"

struct options {
	int		 detach;
	const char	*conf, *state, *libexec, *account, *notify;
};

const char *
malote_setting(const char *name, const char *fallback)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : fallback;
}

static void
usage(void)
{
	fputs("usage: malote start [-d] [-c file] [-s state] [-l libexec] "
	    "[-u account] [-n fd]\n", stderr);
	exit(EXIT_USAGE);
}

static void
read_options(struct options *o, int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "dc:s:l:u:n:")) != -1) {
		if (c == 'd')
			o->detach = 1;
		else if (c == 'c')
			o->conf = optarg;
		else if (c == 's')
			o->state = optarg;
		else if (c == 'l')
			o->libexec = optarg;
		else if (c == 'u')
			o->account = optarg;
		else if (c == 'n')
			o->notify = optarg;
		else
			usage();
	}
	if (optind != argc || (o->detach && *o->notify != '\0'))
		usage();
}

/* The parent waits until the master says that all is up, or is gone. */
static void
detach(struct options *o)
{
	static char number[16];
	int fds[2], status;
	pid_t pid;
	char c;

	if (pipe(fds) == -1 || (pid = fork()) == -1)
		die_temp("fork");
	if (pid == 0) {
		close(fds[0]);
		(void)setsid();
		(void)snprintf(number, sizeof(number), "%d", fds[1]);
		o->notify = number;
		return;
	}
	close(fds[1]);
	if (read(fds[0], &c, 1) == 1)
		exit(EXIT_DONE);
	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status))
		exit(WEXITSTATUS(status));
	exit(EXIT_TEMP);
}

void
malote_start(int argc, char *argv[])
{
	struct options o = {
		.conf = malote_setting("MALOTE_CONF", PATH_ETC "/malote.conf"),
		.state = malote_setting("MALOTE_STATE", PATH_STATE),
		.libexec = malote_setting("MALOTE_LIBEXEC", PATH_LIBEXEC),
		.account = house_procs[PROC_CONF].account,
		.notify = ""
	};
	char path[1024];

	read_options(&o, argc, argv);
	if (geteuid() != 0)
		die(EXIT_NOPERM, "start must be run by root: it gives each "
		    "program an account of its own");
	if (o.detach)
		detach(&o);
	(void)snprintf(path, sizeof(path), "%s/start", o.libexec);
	execl(path, "malote", o.conf, o.state, o.libexec, o.account, o.notify,
	    (char *)NULL);
	die_temp("%s", path);
}
