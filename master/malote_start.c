/*
 * malote start: options become the arguments of the master.  With -d
 * the caller gets its prompt back when everything is up, or the exit status
 * of what failed.
 */
#include "malote_start.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "house.h"

struct options {
	int		 detach;
	const char	*conf, *etc, *leaf, *state, *libexec, *accounts;
	const char	*notify;
};

/* An account as the master takes it: two numbers. */
struct ids {
	char		 uid[16], gid[16];
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
	    "[-u keeper,conf] [-n fd]\n", stderr);
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
			o->accounts = optarg;
		else if (c == 'n')
			o->notify = optarg;
		else
			usage();
	}
	if (optind != argc || (o->detach && strcmp(o->notify, "0") != 0))
		usage();
}

static const char *
whole_path(const char *path)
{
	const char *whole = realpath(path, NULL);

	if (whole == NULL)
		die_temp("%s", path);
	return whole;
}

/* The master leaves its working directory, so no path is a relative one. */
static void
absolute(struct options *o)
{
	char *conf = strdup(o->conf), *copy = strdup(o->conf);

	if (conf == NULL || copy == NULL)
		die_temp("start");
	if (mkdir(o->state, 0755) == -1 && errno != EEXIST)
		die_temp("%s", o->state);
	o->leaf = basename(conf);
	o->etc = whole_path(dirname(copy));
	o->state = whole_path(o->state);
	o->libexec = whole_path(o->libexec);
}

/*
 * From now on stderr is STATE/stderr; what the master says there before it
 * fails is shown to the caller, too.
 */
static int
errors_open(const struct options *o)
{
	char path[1024];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/stderr", o->state);
	fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	if (fd == -1)
		die_temp("%s", path);
	return fd;
}

static void
errors_show(int fd, off_t from)
{
	char text[1024];
	ssize_t n;

	while ((n = pread(fd, text, sizeof(text), from)) > 0) {
		(void)fd_write_all(STDERR_FILENO, text, (size_t)n);
		from += n;
	}
}

/* The parent waits until the master says that all is up, or is gone. */
static void
detach(struct options *o)
{
	static char number[16];
	int errors = errors_open(o), fds[2], status;
	off_t from = lseek(errors, 0, SEEK_END);
	pid_t pid;
	char c;

	if (pipe(fds) == -1 || (pid = fork()) == -1)
		die_temp("fork");
	if (pid == 0) {
		close(fds[0]);
		(void)setsid();
		(void)dup2(errors, STDOUT_FILENO);
		(void)dup2(errors, STDERR_FILENO);
		(void)snprintf(number, sizeof(number), "%d", fds[1]);
		o->notify = number;
		return;
	}
	close(fds[1]);
	if (read(fds[0], &c, 1) == 1)
		exit(EXIT_DONE);
	errors_show(errors, from);
	(void)kill(pid, SIGTERM);	/* a keeper killed would begin anew */
	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status))
		exit(WEXITSTATUS(status));
	exit(EXIT_TEMP);
}

/* NAME, UID or UID:GID, which the master would have to look up. */
static void
account(struct ids *ids, const char *text)
{
	char copy[64], *gid = copy, *uid;
	const struct passwd *pw;
	const char *error, *wrong = NULL;
	long long u, g;

	(void)strlcpy(copy, text, sizeof(copy));
	uid = strsep(&gid, ":");
	u = g = strtonum(uid, 1, INT32_MAX, &error);
	if (error == NULL && gid != NULL)
		g = strtonum(gid, 1, INT32_MAX, &wrong);
	else if (error != NULL && (pw = getpwnam(text)) != NULL) {
		u = pw->pw_uid;
		g = pw->pw_gid;
	}
	if (u == 0 || g == 0 || wrong != NULL)
		die(EXIT_WRONG, "account %s: no such account, or root", text);
	(void)snprintf(ids->uid, sizeof(ids->uid), "%lld", u);
	(void)snprintf(ids->gid, sizeof(ids->gid), "%lld", g);
}

/* Those of keeper and conf, which run before the configuration is known. */
static void
accounts(const char *text, struct ids *keeper, struct ids *conf)
{
	char copy[128], *rest = copy;

	if (text == NULL) {
		account(keeper, house_procs[PROC_KEEPER].account);
		account(conf, house_procs[PROC_CONF].account);
		return;
	}
	(void)strlcpy(copy, text, sizeof(copy));
	account(keeper, strsep(&rest, ","));
	if (rest == NULL)
		usage();
	account(conf, rest);
}

void
malote_start(int argc, char *argv[])
{
	struct options o = {
		.conf = malote_setting("MALOTE_CONF", PATH_ETC "/malote.conf"),
		.state = malote_setting("MALOTE_STATE", PATH_STATE),
		.libexec = malote_setting("MALOTE_LIBEXEC", PATH_LIBEXEC),
		.notify = "0"
	};
	struct ids keeper, conf;
	char path[1024];

	read_options(&o, argc, argv);
	if (geteuid() != 0)
		die(EXIT_NOPERM, "start must be run by root: it gives each "
		    "program an account of its own");
	accounts(o.accounts, &keeper, &conf);
	absolute(&o);
	if (o.detach)
		detach(&o);
	(void)snprintf(path, sizeof(path), "%s/start", o.libexec);
	execl(path, path, o.etc, o.leaf, o.state, o.libexec, o.notify,
	    keeper.uid, keeper.gid, conf.uid, conf.gid, (char *)NULL);
	die_temp("%s", path);
}
