/*
 * Asking who.  Answers of a taken-over `who` can be wrong, not harmful here:
 * a name is all that is sent and a yes or no all that is used.  Questions
 * survive one death of who: malote keeps its socket open, so they are asked
 * again on a new connection; after that, and after the deadline, the answer
 * is "unknown".
 */
#include "who_client.h"

#include <sys/queue.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "fd.h"
#include "limits.h"
#include "loop.h"
#include "peer.h"
#include "wire_who.h"

enum {
	CACHE_SLOTS = 1024,	/* a power of two */
	KEEP_YES = 5000,	/* milliseconds */
	KEEP_NO = 2000,
	PATIENCE = 10000,	/* who itself gives up after 5 s */
	PAUSE = 2000,		/* after a silence nothing is asked */
	TRIES = 3
};

struct who_wait {
	TAILQ_ENTRY(who_wait)	 next;
	struct who_client	*client;
	uint32_t		 tag;
	unsigned		 tries;
	int64_t			 deadline;
	void			(*answered)(void *, enum who_answer);
	void			*arg;
	char			 name[LIMIT_LOCAL_PART + 1];
};

/* One slot a hash value; whoever comes later takes it. */
struct known {
	char		name[LIMIT_LOCAL_PART + 1];
	bool		is_user;
	int64_t		until;
};

struct who_client {
	struct loop		*loop;
	const char		*path;
	struct peer		*peer;		/* NULL: not connected */
	struct timer		*timer;		/* of the oldest question */
	uint32_t		 tag;
	int64_t			 silent_until;
	TAILQ_HEAD(waits, who_wait) waits;	/* oldest first */
	struct known		 known[CACHE_SLOTS];
};

/* --- what is remembered ----------------------------------------------- */

static struct known *
slot_of(struct who_client *c, const char *name)
{
	uint32_t h = 0x811c9dc5;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 0x01000193;
	return &c->known[h & (CACHE_SLOTS - 1)];
}

static void
remember(struct who_client *c, const char *name, enum who_answer answer)
{
	struct known *k = slot_of(c, name);

	if (answer == WHO_UNKNOWN)
		return;
	(void)strlcpy(k->name, name, sizeof(k->name));
	k->is_user = answer == WHO_IS_USER;
	k->until = fd_now() + (k->is_user ? KEEP_YES : KEEP_NO);
}

/* --- questions -------------------------------------------------------- */

static void
wait_free(struct who_wait *w)
{
	TAILQ_REMOVE(&w->client->waits, w, next);
	free(w);
}

/* The timer always stands at the deadline of the oldest question. */
static void
wind(struct who_client *c)
{
	struct who_wait *oldest = TAILQ_FIRST(&c->waits);
	int64_t left;

	timer_stop(c->timer);
	if (oldest == NULL)
		return;
	left = oldest->deadline - fd_now();
	timer_set(c->timer, left < 0 ? 0 : left);
}

static void
finish(struct who_wait *w, enum who_answer answer)
{
	void (*answered)(void *, enum who_answer) = w->answered;
	void *arg = w->arg;

	remember(w->client, w->name, answer);
	wait_free(w);
	answered(arg, answer);
}

static void
on_late(void *arg)
{
	struct who_client *c = arg;
	struct who_wait *w;

	while ((w = TAILQ_FIRST(&c->waits)) != NULL &&
	    w->deadline <= fd_now()) {
		c->silent_until = fd_now() + PAUSE;
		finish(w, WHO_UNKNOWN);
	}
	wind(c);
}

static int
answer_for(struct who_client *c, uint32_t tag, enum who_answer answer)
{
	struct who_wait *w;

	TAILQ_FOREACH(w, &c->waits, next)
		if (w->tag == tag)
			break;
	if (w != NULL)		/* else it was cancelled, or came too late */
		finish(w, answer);
	wind(c);
	return 0;
}

static int
on_yes(void *ctx, const void *msg, int fd)
{
	const struct who_yes *m = msg;

	(void)fd;
	return answer_for(ctx, m->tag, WHO_IS_USER);
}

static int
on_no(void *ctx, const void *msg, int fd)
{
	const struct who_no *m = msg;

	(void)fd;
	return answer_for(ctx, m->tag, WHO_IS_NOBODY);
}

static int
on_unknown(void *ctx, const void *msg, int fd)
{
	const struct who_later *m = msg;

	(void)fd;
	return answer_for(ctx, m->tag, WHO_UNKNOWN);
}

static const struct verb	who_verbs[] = {
	{ &who_yes,	VERB_ANY, VERB_SAME, on_yes },
	{ &who_no,	VERB_ANY, VERB_SAME, on_no },
	{ &who_later,	VERB_ANY, VERB_SAME, on_unknown },
};

/* --- the connection --------------------------------------------------- */

static void	on_closed(void *ctx);

static int
send_question(struct who_client *c, struct who_wait *w)
{
	struct who_who m = { w->tag, w->name };

	w->tries++;
	return peer_send(c->peer, &who_who, &m, -1);
}

static bool
is_connected(struct who_client *c)
{
	int fd;

	if (c->peer != NULL)
		return true;
	fd = edge_connect(c->path);
	if (fd == -1)
		return false;
	c->peer = peer_new(c->loop, fd, who_verbs, countof(who_verbs), 1, c,
	    on_closed);
	return c->peer != NULL;
}

/* who died: what it owed us is asked again, a few times at most. */
static void
on_closed(void *ctx)
{
	struct who_client *c = ctx;
	struct who_wait *w, *after;
	bool lost;

	c->peer = NULL;
	lost = TAILQ_EMPTY(&c->waits) || !is_connected(c);
	TAILQ_FOREACH_SAFE(w, &c->waits, next, after)
		if (lost || w->tries >= TRIES)
			w->deadline = 0;
		else if (send_question(c, w) == -1)
			break;	/* on_closed() comes again */
	wind(c);
}

struct who_client *
who_client_new(struct loop *loop, const char *path)
{
	struct who_client *c = calloc(1, sizeof(*c));

	if (c == NULL)
		die_temp("who");
	c->loop = loop;
	c->path = path;
	c->timer = timer_new(loop, on_late, c);
	TAILQ_INIT(&c->waits);
	return c;
}

enum who_answer
who_ask(struct who_client *c, const char *name,
    void (*answered)(void *, enum who_answer), void *arg,
    struct who_wait **wait)
{
	struct known *k = slot_of(c, name);
	struct who_wait *w;

	if (k->until > fd_now() && strcmp(k->name, name) == 0)
		return k->is_user ? WHO_IS_USER : WHO_IS_NOBODY;
	if (strlen(name) >= sizeof(w->name))
		return WHO_IS_NOBODY;
	if (fd_now() < c->silent_until || !is_connected(c) ||
	    (w = calloc(1, sizeof(*w))) == NULL)
		return WHO_UNKNOWN;
	w->client = c;
	w->tag = ++c->tag;
	w->deadline = fd_now() + PATIENCE;
	w->answered = answered;
	w->arg = arg;
	(void)strlcpy(w->name, name, sizeof(w->name));
	TAILQ_INSERT_TAIL(&c->waits, w, next);
	(void)send_question(c, w);	/* failed: on_closed() asks again */
	wind(c);
	*wait = w;
	return WHO_PENDING;
}

void
who_cancel(struct who_wait *w)
{
	wait_free(w);
}
