/*
 * The loop of the programs that start workers.  An asker's frames are looked
 * at here and nowhere else before the fork; an asker that breaks the edge is
 * left, its workers see the end of their own sockets.
 */
#include "dispatcher.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "house.h"
#include "signals.h"
#include "wire_start.h"

enum {
	ASKERS = 16,		/* connections at a time */
	SERVERS = 4,
	DESTINATION = 80,
	POLL_SETTINGS = ASKERS,
	POLL_SERVERS,
	POLL_LINES = POLL_SERVERS + SERVERS	/* of workers handed over */
};

struct worker {
	pid_t		pid;		/* 0: not ours, or a free row */
	int		line;		/* its end is the worker's; or -1 */
	int		asker;		/* -1: gone */
	uint32_t	tag;
	size_t		 server;	/* it was asked for by */
	char		 destination[DESTINATION];	/* cut, if it must */
};

struct state {
	const struct dispatcher	*d;
	void		(*settings)(const struct dispatcher *);
	int		 askers[ASKERS];
	size_t		 came_by[ASKERS];	/* which server */
	struct worker	*workers;
	struct pollfd	*polls;
	struct frame	 frame;
};

static volatile sig_atomic_t	stop;

static void
on_signal(int signo)
{
	if (signo == SIGTERM)
		stop = 1;
}

static const int	ours[] = { SIGTERM, SIGCHLD };

static void end(const struct state *) __attribute__((noreturn));

static void
end(const struct state *s)
{
	size_t i;

	for (i = 0; i < s->d->workers_max; i++)
		if (s->workers[i].pid != 0)
			(void)kill(s->workers[i].pid, SIGTERM);
	exit(EXIT_DONE);
}

static void
leave(struct state *s, int asker)
{
	size_t i;

	fd_close(&s->askers[asker]);
	for (i = 0; i < s->d->workers_max; i++)
		if (s->workers[i].asker == asker)
			s->workers[i].asker = -1;
}

static void
tell(struct state *s, int asker, const struct wire *wire, const void *msg)
{
	if (asker != -1 && (frame_put(&s->frame, wire, msg) == -1 ||
	    frame_send_now(s->askers[asker], s->frame.data, s->frame.len,
	    -1) == -1))
		leave(s, asker);
}

static bool
is_free(const struct worker *w)
{
	return w->pid == 0 && w->line == -1;
}

static void
work(struct state *s, const struct start_start *start, int sock)
{
	size_t i;

	signals_set(ours, countof(ours), SIG_DFL, SIG_UNBLOCK);
	for (i = 0; i < s->d->server_count; i++)
		close(s->d->servers[i]);
	for (i = 0; i < ASKERS; i++)
		fd_close(&s->askers[i]);
	close(FD_SETTINGS);
	s->d->child(s->d->ctx, start, sock);
}

/* Forks a worker or has it started: NULL, or why there is none. */
static const char *
engage(struct state *s, struct worker *w, const struct start_start *start,
    int sock)
{
	if (s->d->hand != NULL) {
		w->line = s->d->hand(s->d->ctx, start, sock);
		return w->line == -1 ? "nobody to start it" : NULL;
	}
	w->pid = fork();
	if (w->pid == 0)
		work(s, start, sock);
	if (w->pid != -1)
		return NULL;
	w->pid = 0;
	return "cannot fork";
}

/* How many there are already for the destination of this one. */
static size_t
count_same(const struct state *s, const struct worker *as)
{
	const struct worker *w;
	size_t n = 0;

	for (w = s->workers; w < s->workers + s->d->workers_max; w++)
		n += w != as && !is_free(w) && w->server == as->server &&
		    strcmp(w->destination, as->destination) == 0;
	return n;
}

/* Starts a worker; NULL, or why there is none. */
static const char *
begin(struct state *s, int asker, const struct start_start *start, int sock)
{
	const struct dispatcher *d = s->d;
	const char *why = d->check == NULL ? NULL :
	    d->check(d->ctx, start, s->came_by[asker]);
	struct worker *w = s->workers;

	if (why != NULL)
		return why;
	while (w < s->workers + d->workers_max && !is_free(w))
		w++;
	if (w == s->workers + d->workers_max)
		return "too many workers";
	w->asker = asker;
	w->tag = start->tag;
	w->server = s->came_by[asker];
	(void)strlcpy(w->destination, start->destination, DESTINATION);
	if (d->same_max != 0 && count_same(s, w) >= d->same_max)
		return "too many workers for one";
	return engage(s, w, start, sock);
}

static void
hear(struct state *s, int asker)
{
	struct start_started yes;
	struct start_failed no;
	struct start_start start;
	const char *why;
	int n, sock;

	n = frame_recv_now(s->askers[asker], &s->frame, &sock);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n != 1 || sock == -1 ||
	    frame_get(&s->frame, &start_start, &start) == -1) {
		fd_close(&sock);
		leave(s, asker);
		return;
	}
	yes.tag = no.tag = start.tag;
	why = begin(s, asker, &start, sock);
	close(sock);
	if (why == NULL) {
		tell(s, asker, &start_started, &yes);
		return;
	}
	fate_set(&no.fate, 451, "4.3.0", "%s", why);
	tell(s, asker, &start_failed, &no);
}

static void
tell_exited(struct state *s, const struct worker *w, int status)
{
	struct start_exited gone = { w->tag, (uint32_t)status };

	tell(s, w->asker, &start_exited, &gone);
}

static void
reap(struct state *s)
{
	struct worker *w;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		w = s->workers;
		while (w < s->workers + s->d->workers_max && w->pid != pid)
			w++;
		if (w == s->workers + s->d->workers_max)
			continue;
		w->pid = 0;
		tell_exited(s, w, status);
	}
}

/* Workers that somebody else started: nothing is known but that they ended. */
static void
reap_lines(struct state *s, const struct pollfd *p, size_t n)
{
	struct worker *w = s->workers;

	for (; n > 0; n--, p++, w++)
		if (p->revents != 0 && w->line != -1) {
			fd_close(&w->line);
			tell_exited(s, w, 0);
		}
}

/* Each server has its share of the places: its askers keep nobody else out. */
static void
welcome(struct state *s, size_t server)
{
	size_t share = ASKERS / s->d->server_count;
	size_t i = server * share, end = i + share;
	int fd;

	fd = accept4(s->d->servers[server], NULL, NULL, SOCK_CLOEXEC);
	while (i < end && s->askers[i] != -1)
		i++;
	if (fd != -1 && i == end)
		close(fd);
	else if (fd != -1) {
		s->askers[i] = fd;
		s->came_by[i] = server;
	}
}

static void
serve(struct state *s, const struct pollfd *p, size_t lines)
{
	char byte;
	size_t i;
	int k;

	reap_lines(s, p + POLL_LINES, lines);
	if (p[POLL_SETTINGS].revents != 0) {
		if (recv(FD_SETTINGS, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
			end(s);
		s->settings(s->d);
	}
	for (k = 0; k < ASKERS; k++)
		if (p[k].revents != 0)
			hear(s, k);
	for (i = 0; i < s->d->server_count; i++)
		if (p[POLL_SERVERS + i].revents != 0)
			welcome(s, i);
}

/* Fills s->polls; how many of them are lines. */
static size_t
prepare(struct state *s)
{
	struct pollfd *p = s->polls;
	size_t i, lines = 0;

	for (i = 0; i < POLL_LINES; i++)
		p[i] = (struct pollfd){ -1, POLLIN, 0 };
	for (i = 0; i < ASKERS; i++)
		p[i].fd = s->askers[i];
	p[POLL_SETTINGS].fd = FD_SETTINGS;
	for (i = 0; i < s->d->server_count; i++)
		p[POLL_SERVERS + i].fd = s->d->servers[i];
	for (i = 0; s->d->hand != NULL && i < s->d->workers_max; i++) {
		p[POLL_LINES + i] = (struct pollfd){ s->workers[i].line,
		    POLLIN, 0 };
		if (s->workers[i].line != -1)
			lines = i + 1;
	}
	return lines;
}

static struct state *
new_state(const struct dispatcher *d,
    void (*settings)(const struct dispatcher *))
{
	struct state *s = calloc(1, sizeof(*s));
	size_t i;

	if (s == NULL || d->server_count > SERVERS ||
	    (s->workers = calloc(d->workers_max, sizeof(*s->workers))) ==
	    NULL || (s->polls = calloc(POLL_LINES + d->workers_max,
	    sizeof(*s->polls))) == NULL)
		die_temp("dispatcher");
	s->d = d;
	s->settings = settings;
	for (i = 0; i < ASKERS; i++)
		s->askers[i] = -1;
	for (i = 0; i < d->workers_max; i++)
		s->workers[i].line = -1;
	return s;
}

void
dispatcher_loop(const struct dispatcher *d,
    void (*settings)(const struct dispatcher *))
{
	struct state *s = new_state(d, settings);
	sigset_t none;
	size_t lines;

	signals_set(ours, countof(ours), on_signal, SIG_BLOCK);
	sigemptyset(&none);
	while (!stop) {
		lines = prepare(s);
		if (ppoll(s->polls, POLL_LINES + lines, NULL, &none) > 0)
			serve(s, s->polls, lines);
		if (d->hand == NULL)
			reap(s);
	}
	end(s);
}
