/*
 * Settings on their way: frames that conf made are kept as bytes and sent to
 * the programs as they are.  A round offers new settings to all programs and
 * ends when each has answered: GO to all, or STAY.
 */
#include "keeper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "fd.h"
#include "pass.h"

#define ROWS_MAX	(1024 * 1024)	/* bytes of settings of one program */

void
rows_clear(struct rows *r)
{
	free(r->data);
	*r = (struct rows){ NULL, 0 };
}

int
rows_add(struct rows *r, const struct frame *f)
{
	unsigned char *p = NULL;

	if (f->len <= ROWS_MAX - r->len)
		p = realloc(r->data, r->len + f->len);
	if (p == NULL)
		return -1;
	memcpy(p + r->len, f->data, f->len);
	r->data = p;
	r->len += f->len;
	return 0;
}

/* Bytes of the frame that begins there; frame_check() saw it before. */
static size_t
length(const struct rows *r, size_t at)
{
	const unsigned char *p = r->data + at;

	return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 |
	    p[3];
}

bool
rows_next(const struct rows *r, size_t *at, struct frame *f,
    struct settings_setting *row)
{
	size_t n;

	if (*at >= r->len)
		return false;
	n = length(r, *at);
	memcpy(f->data, r->data + *at, n);
	*at += n;
	return frame_check(f, n) == 0 &&
	    frame_get(f, &settings_setting, row) == 0;
}

void
round_fail(struct keeper *k, enum proc p, const char *what)
{
	(void)snprintf(k->why, sizeof(k->why), "%s %s", house_procs[p].name,
	    what);
	k->refused = k->why;
}

/* A program that breaks its settings edge is started anew. */
static void
broken(struct keeper *k, enum proc p)
{
	fd_close(&k->poll[p].fd);
	(void)root_signal(k, p, SIGKILL);
}

/* As much as the socket takes; the poll table knows of the rest. */
void
rows_tell(struct keeper *k, enum proc p)
{
	struct program *g = &k->program[p];
	size_t n;

	k->poll[p].events = POLLIN;
	while (g->telling != NULL && g->told < g->telling->len) {
		n = length(g->telling, g->told);
		if (pass_send(k->poll[p].fd, g->telling->data + g->told,
		    n, -1) == -1) {
			if (errno == EAGAIN)
				k->poll[p].events |= POLLOUT;
			else
				broken(k, p);
			return;
		}
		g->told += n;
	}
}

/* The last word, GO or STAY. */
static void
release(struct keeper *k, enum proc p, const struct wire *word)
{
	k->program[p].stage = STAGE_RUNNING;
	if (frame_put(&k->frame, word, NULL) == -1 ||
	    pass_send(k->poll[p].fd, k->frame.data, k->frame.len,
	    -1) == -1)
		broken(k, p);
	if (word == &settings_go)
		event_one(EV_READY, "proc", house_procs[p].name);
}

static void
event_refused(enum proc p, const char *why)
{
	struct event e;

	event_open(&e, EV_REFUSED_SETTINGS);
	event_str(&e, "proc", house_procs[p].name);
	event_str(&e, "why", why);
	event_send(&e);
}

void
rows_hear(struct keeper *k, enum proc p)
{
	struct program *g = &k->program[p];
	struct settings_refused no;
	int fd, n;

	n = frame_recv_now(k->poll[p].fd, &k->frame, &fd);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n != 1 || fd != -1 || g->stage != STAGE_TOLD) {
		fd_close(&fd);
		broken(k, p);
	} else if (k->frame.verb == SETTINGS_READY && g->alone)
		release(k, p, &settings_go);
	else if (k->frame.verb == SETTINGS_READY)
		g->stage = STAGE_READY;
	else if (frame_get(&k->frame, &settings_refused, &no) == 0) {
		fprintf(stderr, "malote: %s refuses its settings: %s\n",
		    house_procs[p].name, no.why);
		event_refused(p, no.why);
		g->stage = g->alone ? STAGE_TOLD : STAGE_READY;
		round_fail(k, p, "refuses its settings");
	} else
		broken(k, p);
}

void
round_begin(struct keeper *k)
{
	struct program *g;
	int p;

	k->round = true;
	for (p = PROC_BECOME; p < PROC_CONF; p++) {
		g = &k->program[p];
		if (g->stage != STAGE_RUNNING)
			continue;
		g->telling = &g->next;
		g->told = 0;
		g->alone = false;
		g->stage = STAGE_TOLD;
		g->deadline = fd_now() + 10 * 1000;
		rows_tell(k, (enum proc)p);
	}
}

/* The settings on offer are in force from now on. */
static void
commit(struct keeper *k)
{
	struct program *g;
	int p;

	for (p = 0; p < PROC_COUNT; p++) {
		g = &k->program[p];
		rows_clear(&g->rows);
		g->rows = g->next;
		g->next = (struct rows){ NULL, 0 };
		g->telling = NULL;
	}
}

void
round_end(struct keeper *k)
{
	int p;

	for (p = 0; p < PROC_COUNT; p++)
		if (k->program[p].stage == STAGE_TOLD && !k->program[p].alone &&
		    (k->up || k->refused == NULL))
			return;
	if (!k->round)
		return;
	k->round = false;
	if (k->refused == NULL)
		commit(k);
	else if (!k->up)
		keeper_fault(k->refused);
	for (p = 0; p < PROC_COUNT; p++)
		if (k->program[p].stage == STAGE_READY)
			release(k, (enum proc)p, k->refused == NULL ?
			    &settings_go : &settings_stay);
	if (k->up)
		control_reloaded(k, k->refused);
}
