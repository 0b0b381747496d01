/*
 * The edge control: verbs of one letter, from root and the control group.
 * Nothing here waits for anybody.
 */
#include "keeper.h"

#include <sys/socket.h>
#include <errno.h>
#include <string.h>

#include "event.h"
#include "fate.h"
#include "fd.h"
#include "pass.h"
#include "wire_control.h"

/* A caller too many takes the place of the first one. */
void
control_accept(struct keeper *k)
{
	int i = POLL_CALLS, fd;

	fd = accept4(k->poll[POLL_CONTROL].fd, NULL, NULL, SOCK_CLOEXEC);
	while (i < POLL_COUNT && k->poll[i].fd != -1)
		i++;
	if (i == POLL_COUNT)
		fd_close(&k->poll[i = POLL_CALLS].fd);
	k->asked[i - POLL_CALLS] = false;
	k->poll[i].fd = fd;
	k->poll[i].revents = 0;
}

/* Whoever cannot take an answer at once is left. */
static void
answer(struct keeper *k, int i, const struct wire *wire, const void *msg)
{
	if (k->poll[i].fd != -1 && (frame_put(&k->frame, wire, msg) == -1 ||
	    pass_send(k->poll[i].fd, k->frame.data, k->frame.len, -1) == -1))
		fd_close(&k->poll[i].fd);
}

static void
end(struct keeper *k, int i, const char *why)
{
	struct control_end last;

	if (why == NULL)
		fate_set(&last.fate, 250, "2.0.0", "done");
	else
		fate_set(&last.fate, 451, "4.3.0", "%s", why);
	answer(k, i, &control_end, &last);
}

static void
status(struct keeper *k, int i)
{
	const struct program *g;
	struct control_row row;

	for (g = k->program; g < k->program + PROC_CONF; g++) {
		row = (struct control_row){ (uint32_t)(g - k->program),
		    (uint32_t)g->pid, g->starts, g->since };
		answer(k, i, &control_row, &row);
	}
	end(k, i, NULL);
}

static void
obey(struct keeper *k, int i, uint32_t letter)
{
	if (letter == 's')
		status(k, i);
	else if (letter == 'r')
		k->reload = k->asked[i - POLL_CALLS] = true;
	else if (letter == 't') {
		memset(k->stamps, 0xff, sizeof(k->stamps));
		k->look = 0;
		end(k, i, NULL);
	} else
		end(k, i, "no such letter");
}

void
control_serve(struct keeper *k, int i)
{
	struct control_master ask;
	int fd, n = frame_recv_now(k->poll[i].fd, &k->frame, &fd);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n == 1 && fd == -1 &&
	    frame_get(&k->frame, &control_master, &ask) == 0)
		obey(k, i, ask.letter);
	else {
		fd_close(&fd);
		fd_close(&k->poll[i].fd);
	}
}

void
control_reloaded(struct keeper *k, const char *why)
{
	struct event e;
	int i;

	if (why == NULL) {
		event_open(&e, EV_RELOADED);
		event_send(&e);
	}
	for (i = 0; i < CALLS_MAX; i++) {
		if (k->asked[i])
			end(k, POLL_CALLS + i, why);
		k->asked[i] = false;
	}
}
