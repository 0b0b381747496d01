/*
 * Settings on their way: frames that conf made are kept as bytes and sent to
 * the programs as they are.  A round offers new settings to all programs and
 * ends when each has answered: GO to all, or STAY.
 */
#include "start.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fd.h"

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
round_fail(struct house *h, enum proc p, const char *what)
{
	(void)snprintf(h->why, sizeof(h->why), "%s %s", house_procs[p].name,
	    what);
	h->refused = h->why;
}

/* A program that breaks its settings edge is started anew. */
static void
broken(struct house *h, enum proc p)
{
	fd_close(&h->poll[p].fd);
	(void)kill(h->child[p].pid, SIGKILL);
}

/* As much as the socket takes; the poll table knows of the rest. */
void
rows_tell(struct house *h, enum proc p)
{
	struct child *c = &h->child[p];
	size_t n;

	h->poll[p].events = POLLIN;
	while (c->telling != NULL && c->told < c->telling->len) {
		n = length(c->telling, c->told);
		if (frame_send_now(h->poll[p].fd, c->telling->data + c->told,
		    n, -1) == -1) {
			if (errno == EAGAIN)
				h->poll[p].events |= POLLOUT;
			else
				broken(h, p);
			return;
		}
		c->told += n;
	}
}

/* The last word, GO or STAY. */
static void
release(struct house *h, enum proc p, const struct wire *word)
{
	h->child[p].stage = STAGE_RUNNING;
	if (frame_put(&h->frame, word, NULL) == -1 ||
	    frame_send_now(h->poll[p].fd, h->frame.data, h->frame.len,
	    -1) == -1)
		broken(h, p);
	if (word == &settings_go)
		start_event(h, "ready proc=%s", house_procs[p].name);
}

void
rows_hear(struct house *h, enum proc p)
{
	struct child *c = &h->child[p];
	struct settings_refused no;
	int fd, n;

	n = frame_recv_now(h->poll[p].fd, &h->frame, &fd);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n != 1 || fd != -1 || c->stage != STAGE_TOLD) {
		fd_close(&fd);
		broken(h, p);
	} else if (h->frame.verb == SETTINGS_READY && c->alone)
		release(h, p, &settings_go);
	else if (h->frame.verb == SETTINGS_READY)
		c->stage = STAGE_READY;
	else if (frame_get(&h->frame, &settings_refused, &no) == 0) {
		fprintf(stderr, "malote: %s refuses its settings: %s\n",
		    house_procs[p].name, no.why);
		start_event(h, "refused-settings proc=%s",
		    house_procs[p].name);
		c->stage = c->alone ? STAGE_TOLD : STAGE_READY;
		round_fail(h, p, "refuses its settings");
	} else
		broken(h, p);
}

void
round_begin(struct house *h)
{
	struct child *c;
	int p;

	h->round = true;
	for (p = PROC_BECOME; p < PROC_CONF; p++) {
		c = &h->child[p];
		if (c->stage != STAGE_RUNNING)
			continue;
		c->telling = &c->next;
		c->told = 0;
		c->alone = false;
		c->stage = STAGE_TOLD;
		c->deadline = fd_now() + 10 * 1000;
		rows_tell(h, (enum proc)p);
	}
}

/* The settings on offer are in force from now on. */
static void
commit(struct house *h)
{
	struct child *c;
	int p;

	for (p = 0; p < PROC_COUNT; p++) {
		c = &h->child[p];
		rows_clear(&c->rows);
		c->rows = c->next;
		c->next = (struct rows){ NULL, 0 };
		c->telling = NULL;
	}
}

void
round_end(struct house *h)
{
	int p;

	for (p = 0; p < PROC_COUNT; p++)
		if (h->child[p].stage == STAGE_TOLD && !h->child[p].alone &&
		    (h->up || h->refused == NULL))
			return;
	if (!h->round)
		return;
	h->round = false;
	if (h->refused == NULL)
		commit(h);
	else if (!h->up)
		start_fault(h, h->refused);
	for (p = 0; p < PROC_COUNT; p++)
		if (h->child[p].stage == STAGE_READY)
			release(h, (enum proc)p, h->refused == NULL ?
			    &settings_go : &settings_stay);
	if (h->up)
		serve_reloaded(h, h->refused);
}
