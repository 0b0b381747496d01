/*
 * keeper: decides what root does.  It has the settings handed round, starts
 * again what died, has tables compiled when their texts change, and answers
 * administrators.  It trusts conf with the settings and root with the facts;
 * it owns nothing and opens nothing.  When it ends, everything does.
 */
#include "keeper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "jail.h"
#include "keeper_boot.h"
#include "keeper_names.h"

static const struct card card = {
	.name	= "keeper",
	.root	= ".",
	.may	= MAY_ACCEPT | MAY_READ,	/* no folder: to stat texts */
	.memory	= 256u * 1024 * 1024,
	.files	= 64
};

void
keeper_fault(const char *what)
{
	fprintf(stderr, "malote: %s; nothing was started\n", what);
	exit(EXIT_WRONG);
}

/* Until something happens, a text is due, or a program to be started. */
static void
await(struct keeper *k)
{
	int64_t now = fd_now(), ms = 2000;
	int i;

	if (k->look > now && k->look - now < ms)
		ms = k->look - now;
	for (i = 0; i < PROC_COUNT; i++)
		if (k->program[i].due != 0 && k->program[i].due - now < ms)
			ms = k->program[i].due > now ?
			    k->program[i].due - now : 0;
	for (i = 0; i < POLL_COUNT; i++)
		k->poll[i].revents = 0;
	(void)poll(k->poll, POLL_COUNT, k->words > 0 ? 0 : (int)ms);
}

static void
serve(struct keeper *k, int i)
{
	if (i < PROC_COUNT) {
		if (k->poll[i].revents & POLLOUT)
			rows_tell(k, (enum proc)i);
		if (k->poll[i].revents & ~POLLOUT)
			rows_hear(k, (enum proc)i);
	} else if (i == POLL_ROOT)
		root_hear(k);
	else if (i == POLL_JOB)
		job_hear(k);
	else if (i == POLL_CONTROL)
		control_accept(k);
	else
		control_serve(k, i);
}

static void
obey(struct keeper *k, const struct word *word)
{
	if (word->what == WORD_ENDED && word->proc == PROC_CONF)
		job_ended(k, word->number);
	else if (word->what == WORD_ENDED)
		program_ended(k, (enum proc)word->proc, word->number);
	else if (word->number == SIGHUP)
		k->reload = true;
	else {
		program_stop_all(k);
		exit(EXIT_DONE);
	}
}

/* What root said, in the order it said it; more may come meanwhile. */
static void
obey_all(struct keeper *k)
{
	struct word word;

	while (k->words > 0) {
		word = k->word[0];
		memmove(k->word, k->word + 1, --k->words * sizeof(word));
		obey(k, &word);
	}
}

static void
turn(struct keeper *k)
{
	int64_t now;
	int i;

	await(k);
	for (i = 0; i < POLL_COUNT; i++)
		if (k->poll[i].fd != -1 && k->poll[i].revents != 0)
			serve(k, i);
	obey_all(k);
	now = fd_now();
	for (i = PROC_BECOME; i < PROC_CONF; i++)
		program_tick(k, (enum proc)i, now);
	if (k->job.runs && now >= k->job.deadline)
		(void)root_signal(k, PROC_CONF, SIGKILL);
	round_end(k);
}

/* The running house: reloads and tables, one run of conf at a time. */
static void
keep(struct keeper *k)
{
	turn(k);
	if (k->job.runs || k->round)
		return;
	if (k->reload && !program_is_starting(k)) {
		k->reload = false;
		job_begin(k, TEXT_CONF);
	} else if (fd_now() >= k->look && !tables_look(k))
		k->look = fd_now() + 2000;
}

static void
finish_job(struct keeper *k)
{
	while (k->job.runs)
		turn(k);
	if (k->refused != NULL)
		keeper_fault(k->refused);
}

static void
run_programs(struct keeper *k)
{
	int p;

	k->round = true;
	for (p = PROC_BECOME; p < PROC_CONF; p++)
		program_start(k, (enum proc)p, false);
	while (k->round)
		turn(k);
	k->up = true;
	k->poll[POLL_CONTROL].fd = house_edge_fd(PROC_KEEPER,
	    EDGE_CONTROL_MASTER);
}

/* For who started us; where nobody waits it is /dev/null. */
static void
tell_ready(void)
{
	fprintf(stderr, "malote: ready\n");
	(void)fd_write_all(FD_NOTIFY, "\n", 1);
	close(FD_NOTIFY);
}

static struct keeper *
keeper_new(void)
{
	struct keeper *k = calloc(1, sizeof(*k));
	int i;

	if (k == NULL)
		die_temp("keeper");
	for (i = 0; i < POLL_COUNT; i++)
		k->poll[i] = (struct pollfd){ -1, POLLIN, 0 };
	k->poll[POLL_ROOT].fd = FD_ORDERS;
	memset(k->stamps, 0xff, sizeof(k->stamps));
	k->program[PROC_MALOTE].pid = getppid();
	k->program[PROC_KEEPER].pid = getpid();
	for (i = PROC_MALOTE; i <= PROC_KEEPER; i++) {
		k->program[i].since = (uint64_t)time(NULL);
		k->program[i].starts = 1;
	}
	boot_id(k->boot, sizeof(k->boot));
	return k;
}

int
main(void)
{
	struct keeper *k;

	die_name("keeper");
	k = keeper_new();
	k->names = names_helper();
	jail_enter(&card);
	(void)signal(SIGCHLD, SIG_IGN);	/* the jail's probe still waited */
	job_begin(k, TEXT_CONF);
	finish_job(k);
	plan_build(k);
	while (tables_look(k))
		finish_job(k);
	run_programs(k);
	tell_ready();
	for (;;)
		keep(k);
}
