/*
 * Starting, restarting and stopping programs.  One that dies is started again
 * at once, and later and later when it dies soon.
 */
#include "keeper.h"

#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "event.h"
#include "fd.h"
#include "keeper_backoff.h"

enum { READY_TIMEOUT = 30 * 1000, STOP_TIMEOUT = 10 * 1000 };

static void
tell_started(enum proc p, const struct program *g)
{
	struct event e;

	event_open(&e, EV_STARTED);
	event_str(&e, "proc", house_procs[p].name);
	event_num(&e, "pid", (uint64_t)g->pid);
	event_num(&e, "starts", g->starts);
	event_send(&e);
}

static void
tell(struct keeper *k, enum proc p, bool alone)
{
	struct program *g = &k->program[p];

	g->stage = STAGE_TOLD;
	g->alone = alone;
	g->telling = alone ? &g->rows : &g->next;
	g->told = 0;
	g->deadline = g->born + READY_TIMEOUT;
	rows_tell(k, p);
}

void
program_start(struct keeper *k, enum proc p, bool alone)
{
	const struct order order = { .what = ORDER_START, .proc = p };
	struct program *g = &k->program[p];
	struct word answer;
	int sock;

	g->born = fd_now();
	if (root_order(k, &order, &answer, &sock) == -1) {
		fprintf(stderr, "malote: %s: cannot be started: %s\n",
		    house_procs[p].name, strerror(errno));
		fd_close(&sock);
		g->due = g->born + 1 + backoff_next(&g->wait, 0);
		return;
	}
	k->poll[p].fd = sock;
	g->pid = answer.number;
	g->due = 0;
	g->starts++;
	g->since = (uint64_t)time(NULL);
	tell_started(p, g);
	tell(k, p, alone);
}

bool
program_is_starting(const struct keeper *k)
{
	int p;

	for (p = 0; p < PROC_COUNT; p++)
		if (k->program[p].stage == STAGE_TOLD)
			return true;
	return false;
}

void
program_tick(struct keeper *k, enum proc p, int64_t now)
{
	struct program *g = &k->program[p];

	if (g->due != 0 && g->due <= now)
		program_start(k, p, true);
	else if (g->stage == STAGE_TOLD && g->deadline <= now) {
		fprintf(stderr, "malote: %s does not get ready\n",
		    house_procs[p].name);
		(void)root_signal(k, p, SIGKILL);
		g->deadline = now + READY_TIMEOUT;
	}
}

void
program_ended(struct keeper *k, enum proc p, int status)
{
	struct program *g = &k->program[p];
	int64_t now = fd_now();
	struct event e;

	g->due = now + 1 + backoff_next(&g->wait, now - g->born);
	event_open(&e, EV_ENDED);
	event_str(&e, "proc", house_procs[p].name);
	event_num(&e, "pid", (uint64_t)g->pid);
	event_num(&e, "status", (uint64_t)(WIFSIGNALED(status) ?
	    128 + WTERMSIG(status) : WEXITSTATUS(status)));
	event_num(&e, "next", (uint64_t)(g->due - now));
	event_send(&e);
	fd_close(&k->poll[p].fd);
	g->pid = 0;
	g->telling = NULL;
	g->stage = STAGE_DOWN;
	if (k->round)
		round_fail(k, p, "ended before it was ready");
}

/*
 * In the reverse order of starting, each with its sessions before the next,
 * so that a session ends while those it speaks to still run.  The last word
 * of who takes too long is a signal.
 */
void
program_stop_all(struct keeper *k)
{
	int64_t last = fd_now() + STOP_TIMEOUT, until;
	int p;

	event_one(EV_STOPPED, "why", "asked");
	for (p = PROC_CONF; p > PROC_KEEPER; p--) {
		(void)root_signal(k, (enum proc)p, SIGTERM);
		until = fd_now() + 500 > last ? fd_now() + 500 : last;
		while (root_signal(k, (enum proc)p, 0) && fd_now() < until)
			(void)poll(NULL, 0, 10);
		(void)root_signal(k, (enum proc)p, SIGKILL);
		k->words = 0;
	}
}
