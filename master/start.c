/*
 * The master, as `malote start` executes it: brings the house up, keeps it
 * up, takes it down.  It runs as root and so it does little: opens files and
 * sockets, forks, waits.  It must never read a message, a protocol line or
 * the configuration; conf does that and answers in frames, of which malote
 * looks only at its own.
 */
#include "start.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"

static volatile sig_atomic_t	asked_stop, asked_reload;

static void
on_signal(int signo)
{
	asked_stop |= signo == SIGTERM || signo == SIGINT;
	asked_reload |= signo == SIGHUP;
}

/* Signals arrive only while ppoll waits, so none is lost before it. */
static void
signals_arm(void)
{
	static const int ours[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < countof(ours); i++) {
		sigaddset(&set, ours[i]);
		signal(ours[i], on_signal);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

void
start_event(const struct house *h, const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	/* A full pipe loses it: nothing here ever waits for a record. */
	(void)dprintf(h->child[PROC_MALOTE].record[1], "%ld %s\n",
	    (long)getpid(), text);
}

void
start_fault(struct house *h, const char *what)
{
	fprintf(stderr, "malote: %s; nothing was started\n", what);
	child_stop_all(h);
	exit(EXIT_WRONG);
}

static void
serve(struct house *h, int i)
{
	if (i < PROC_COUNT) {
		if (h->poll[i].revents & POLLOUT)
			rows_tell(h, (enum proc)i);
		if (h->poll[i].revents & ~POLLOUT)
			rows_hear(h, (enum proc)i);
	} else if (i == POLL_JOB)
		job_hear(h);
	else if (i < POLL_CALLS)
		serve_accept(h, i);
	else
		serve_call(h, i);
}

/* Until something happens, a text is due, or a program to be started. */
static void
await(struct house *h)
{
	int64_t now = fd_now(), ms = 2000;
	struct timespec t;
	sigset_t none;
	int i;

	if (h->look > now && h->look - now < ms)
		ms = h->look - now;
	for (i = 0; i < PROC_COUNT; i++)
		if (h->child[i].due != 0 && h->child[i].due - now < ms)
			ms = h->child[i].due > now ? h->child[i].due - now : 0;
	t = (struct timespec){ ms / 1000, ms % 1000 * 1000000 };
	sigemptyset(&none);
	if (ppoll(h->poll, POLL_COUNT, &t, &none) <= 0)
		return;
	for (i = 0; i < POLL_COUNT; i++)
		if (h->poll[i].fd != -1 && h->poll[i].revents != 0)
			serve(h, i);
}

static void
turn(struct house *h)
{
	int64_t now;
	int p;

	await(h);
	child_reap(h);
	now = fd_now();
	for (p = 0; p < PROC_COUNT; p++)
		child_tick(h, (enum proc)p, now);
	if (h->job.pid != 0 && now >= h->job.deadline)
		(void)kill(h->job.pid, SIGKILL);
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
	turn(h);
	h->reload |= asked_reload != 0;
	asked_reload = 0;
	if (h->job.kind != JOB_NONE || h->round)
		return;
	if (h->reload) {
		h->reload = false;
		job_begin(h, JOB_SETTINGS);
	} else if (fd_now() >= h->look && !tables_look(h))
		h->look = fd_now() + 2000;
}

static void
finish_job(struct house *h)
{
	while (h->job.kind != JOB_NONE)
		turn(h);
	if (h->refused != NULL)
		start_fault(h, h->refused);
}

static void
run_programs(struct house *h)
{
	int p;

	h->round = true;
	for (p = PROC_BECOME; p < PROC_CONF; p++)
		child_start(h, (enum proc)p, false);
	while (h->round)
		turn(h);
	h->up = true;
}

/* For who started us: everything is up. */
static void
tell_ready(const char *notify)
{
	const char *error;
	int fd = (int)strtonum(notify, 3, INT32_MAX, &error);

	fprintf(stderr, "malote: ready\n");
	if (error == NULL) {
		(void)fd_write_all(fd, "\n", 1);
		close(fd);
	}
}

int
main(int argc, char *argv[])
{
	struct house *h = calloc(1, sizeof(*h));

	die_name("malote");
	if (h == NULL || argc != 7 || geteuid() != 0)
		die(EXIT_NOPERM, "this is run by malote start");
	h->etc = argv[1];
	h->leaf = argv[2];
	h->state = argv[3];
	h->libexec = argv[4];
	signals_arm();
	house_found(h, argv[5]);
	job_begin(h, JOB_SETTINGS);
	finish_job(h);
	house_build(h);
	while (tables_look(h))
		finish_job(h);
	run_programs(h);
	tell_ready(argv[6]);
	for (;;)
		keep(h);
}
