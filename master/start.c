/*
 * malote start: brings the house up, keeps it up, takes it down.  It runs as
 * root and so it does little: opens files and sockets, forks, waits.  It must
 * never read a message, a protocol line or the configuration; conf does that
 * and answers in frames, of which malote looks only at its own.
 */
#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"

/* Where each descriptor stands in the poll table; -1 there waits for none. */
enum {
	POLL_JOB = PROC_COUNT,
	POLL_DOORS,
	POLL_CALLS = POLL_DOORS + 2,
	POLL_COUNT = POLL_CALLS + 2 * CALLS_MAX
};

static const enum edge	doors[2] = { EDGE_FILES_AUTH, EDGE_CONTROL_MASTER };

/* What the signals asked for. */
static volatile sig_atomic_t	asked_stop, asked_reload;

static void
on_signal(int signo)
{
	if (signo == SIGTERM || signo == SIGINT)
		asked_stop = 1;
	if (signo == SIGHUP)
		asked_reload = 1;
}

/* Signals arrive only while ppoll waits, so none is lost before it. */
static void
signals_arm(void)
{
	static const int ours[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
	struct sigaction act = { .sa_handler = on_signal };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < countof(ours); i++) {
		sigaddset(&set, ours[i]);
		sigaction(ours[i], &act, NULL);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

void
start_event(const struct house *h, const char *format, ...)
{
	char text[256], line[300];
	va_list ap;
	int n;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	n = snprintf(line, sizeof(line), "%ld %s\n", (long)getpid(), text);
	/* A full pipe loses it: nothing here ever waits for a record. */
	if (write(h->child[PROC_MALOTE].record[1], line, (size_t)n) == -1)
		return;
}

void
start_fault(struct house *h, const char *what)
{
	fprintf(stderr, "malote: %s; nothing was started\n", what);
	child_stop_all(h);
	exit(EXIT_WRONG);
}

static int
poll_timeout(const struct house *h, int64_t now)
{
	int64_t ms = 2000;
	int p;

	for (p = 0; p < PROC_COUNT; p++)
		if (h->child[p].due != 0 && h->child[p].due - now < ms)
			ms = h->child[p].due - now;
	return ms < 0 ? 0 : (int)ms;
}

static void
poll_fill(const struct house *h, struct pollfd *p)
{
	const struct child *c;
	int i;

	for (i = 0; i < POLL_COUNT; i++)
		p[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	for (i = 0; i < PROC_COUNT; i++) {
		c = &h->child[i];
		p[i].fd = c->settings;
		if (c->telling != NULL && c->told < c->telling->len)
			p[i].events |= POLLOUT;
	}
	p[POLL_JOB].fd = h->job.sock;
	for (i = 0; i < 2; i++)
		p[POLL_DOORS + i].fd = h->sockets[doors[i]];
	for (i = 0; i < 2 * CALLS_MAX; i++)
		p[POLL_CALLS + i].fd = h->calls[i / CALLS_MAX][i % CALLS_MAX];
}

static void
poll_serve(struct house *h, const struct pollfd *p)
{
	int i;

	for (i = 0; i < PROC_COUNT; i++) {
		if (p[i].revents & ~POLLOUT)
			rows_hear(h, (enum proc)i);
		if (p[i].revents & POLLOUT)
			rows_tell(h, (enum proc)i);
	}
	if (p[POLL_JOB].revents)
		job_hear(h);
	for (i = 0; i < 2 * CALLS_MAX; i++)
		if (p[POLL_CALLS + i].revents)
			serve_call(h, i / CALLS_MAX, i % CALLS_MAX);
	for (i = 0; i < 2; i++)
		if (p[POLL_DOORS + i].revents)
			serve_accept(h, i, p[POLL_DOORS + i].fd);
}

void
start_turn(struct house *h)
{
	struct pollfd p[POLL_COUNT];
	struct timespec t;
	sigset_t none;
	int64_t now;
	int i, ms;

	sigemptyset(&none);
	poll_fill(h, p);
	ms = poll_timeout(h, fd_now());
	t = (struct timespec){ ms / 1000, ms % 1000 * 1000000L };
	if (ppoll(p, POLL_COUNT, &t, &none) > 0)
		poll_serve(h, p);
	child_reap(h);
	now = fd_now();
	for (i = 0; i < PROC_COUNT; i++)
		child_tick(h, (enum proc)i, now);
	if (h->job.kind != JOB_NONE && now >= h->job.deadline)
		kill(h->job.pid, SIGKILL);
	round_end(h);
	if (asked_stop) {
		child_stop_all(h);
		exit(EXIT_DONE);
	}
}

/* The running house: reloads and tables, one run of conf at a time. */
static void
keep(struct house *h)
{
	start_turn(h);
	if (asked_reload) {
		asked_reload = 0;
		h->reload = true;
	}
	if (h->job.kind != JOB_NONE || h->round)
		return;
	if (h->reload) {
		h->reload = false;
		job_begin(h, JOB_SETTINGS);
	} else if (fd_now() >= h->look && !tables_look(h))
		h->look = fd_now() + 2000;
}

static void
run_conf(struct house *h)
{
	job_begin(h, JOB_SETTINGS);
	while (h->job.kind != JOB_NONE)
		start_turn(h);
	if (h->refused != NULL)
		start_fault(h, h->refused);
}

static void
run_tables(struct house *h)
{
	while (tables_look(h))
		while (h->job.kind != JOB_NONE)
			start_turn(h);
}

static void
run_programs(struct house *h)
{
	int p;

	h->round = true;
	for (p = PROC_BECOME; p < PROC_CONF; p++)
		child_start(h, (enum proc)p, false);
	while (h->round)
		start_turn(h);
	h->up = true;
}

/* The parent stays until the child says that all is up. */
static int
detach(struct house *h)
{
	int fds[2];
	char c;

	if (pipe2(fds, O_CLOEXEC) == -1)
		die_temp("pipe");
	switch (fork()) {
	case -1:
		die_temp("fork");
	case 0:
		close(fds[0]);
		setsid();
		return fds[1];
	}
	close(fds[1]);
	h->detach = false;
	_exit(read(fds[0], &c, 1) == 1 ? EXIT_DONE : EXIT_WRONG);
}

static const char *
setting(const char *name, const char *fallback)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : fallback;
}

static void
options(struct house *h, int argc, char **argv)
{
	int c;

	h->conf = setting("MALOTE_CONF", PATH_ETC "/malote.conf");
	h->state = setting("MALOTE_STATE", PATH_STATE);
	h->libexec = setting("MALOTE_LIBEXEC", PATH_LIBEXEC);
	h->conf_account = house_procs[PROC_CONF].account;
	while ((c = getopt(argc, argv, "dc:s:l:u:")) != -1)
		switch (c) {
		case 'd':
			h->detach = true;
			break;
		case 'c':
			h->conf = optarg;
			break;
		case 's':
			h->state = optarg;
			break;
		case 'l':
			h->libexec = optarg;
			break;
		case 'u':
			h->conf_account = optarg;
			break;
		default:
			die(EXIT_USAGE, "usage: malote start [-d] "
			    "[-c file] [-s state] [-l libexec] [-u account]");
		}
	if (optind != argc)
		die(EXIT_USAGE, "start takes options only");
}

int
main(int argc, char **argv)
{
	struct house *h = calloc(1, sizeof(*h));
	int tell = -1;

	die_name("malote");
	if (h == NULL)
		die_temp("start");
	options(h, argc, argv);
	if (geteuid() != 0)
		die(EXIT_NOPERM, "start must be run by root: it gives each "
		    "program an account of its own");
	if (h->detach)
		tell = detach(h);
	signals_arm();
	house_found(h);
	run_conf(h);
	house_build(h);
	run_tables(h);
	run_programs(h);
	fprintf(stderr, "malote: ready\n");
	if (tell != -1) {
		(void)dup2(h->errors, STDERR_FILENO);
		(void)fd_write_all(tell, "", 1);
		close(tell);
	}
	for (;;)
		keep(h);
}
