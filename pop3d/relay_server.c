/*
 * The maildrop's side of the edge relay.  The other end is a process that
 * reads from the network: it may be anything by now, but all it can ask for
 * is a number of this list.
 */
#include "relay_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "listing.h"
#include "mailbox.h"
#include "retrieve.h"
#include "update.h"
#include "verbs.h"
#include "wire_relay.h"

enum { S_OPEN = 1, S_OVER = 2 };

struct server {
	int		 sock;
	unsigned	 state;
	struct mailbox	*mailbox;
	struct frame	 frame;
	unsigned char	 entries[FRAME_CHUNK];
};

/* The frame that asked has been read, so the answer may take its place. */
static int
tell(struct server *s, const struct wire *wire, const void *msg)
{
	if (frame_put(&s->frame, wire, msg) == -1)
		return -1;
	return frame_send(s->sock, &s->frame, -1, FD_FOREVER);
}

static int
tell_refused(struct server *s, const char *why)
{
	struct relay_refused r;

	fate_set(&r.fate, 550, "5.5.0", "%s", why);
	return tell(s, &relay_refused, &r);
}

static int
tell_left(struct server *s)
{
	struct relay_done d = {
		.count = (uint32_t)s->mailbox->left,
		.octets = s->mailbox->octets
	};

	return tell(s, &relay_done, &d);
}

/* The index behind a number that is on the list and not marked. */
static bool
find(const struct server *s, uint32_t number, size_t *i)
{
	*i = (size_t)number - 1;
	return number > 0 && number <= s->mailbox->count &&
	    !s->mailbox->messages[*i].deleted;
}

static size_t
pack(const struct server *s, size_t i, unsigned char *p)
{
	struct relay_entry e = {
		.number = (uint32_t)i + 1,
		.size = s->mailbox->messages[i].size
	};

	mailbox_uidl(s->mailbox, i, e.uidl);
	return relay_entry_put(p, &e);
}

static int
on_list(void *ctx, const void *msg, int fd)
{
	const struct relay_list *want = msg;
	struct server *s = ctx;
	struct relay_entries got = { .data.data = s->entries };
	size_t i = want->first == 0 ? 0 : want->first - 1;
	size_t most = want->most == 0 ? SIZE_MAX : want->most;

	(void)fd;
	for (; i < s->mailbox->count && most > 0; i++, most--) {
		if (s->mailbox->messages[i].deleted)
			continue;
		if (got.data.len > sizeof(s->entries) - RELAY_ENTRY_MAX)
			break;
		got.data.len += pack(s, i, s->entries + got.data.len);
	}
	if (i < s->mailbox->count)
		got.next = (uint32_t)i + 1;
	return tell(s, &relay_entries, &got);
}

/* A message on its way to the session. */
struct passage {
	struct server	*server;
	uint64_t	 size;
};

static int
put_piece(void *ctx, const struct bytes *piece, bool more)
{
	const struct passage *p = ctx;
	struct relay_body body = { p->size, more, *piece };

	return tell(p->server, &relay_body, &body);
}

static int
give(struct server *s, size_t i, const struct retrieval *r)
{
	struct passage passage = { s, s->mailbox->messages[i].size };

	if (retrieve_body(r, put_piece, &passage) == -1)
		return tell_refused(s, "this message cannot be read");
	return 0;
}

static int
on_retr(void *ctx, const void *msg, int fd)
{
	const struct relay_retr *want = msg;
	struct retrieval r = { .lines = want->lines };
	struct server *s = ctx;
	size_t i;
	int n;

	(void)fd;
	if (!find(s, want->number, &i))
		return tell_refused(s, "no such message");
	r.fd = mailbox_message(s->mailbox, i, &r.length);
	if (r.fd == -1)
		return tell_refused(s, "this message cannot be read");
	n = give(s, i, &r);
	close(r.fd);
	return n;
}

/* Nothing long, which would have to be taken off the edge unwanted. */
static int
on_ahead(void *ctx, const void *msg, int fd)
{
	const struct relay_ahead *want = msg;
	struct retrieval r = { .lines = RELAY_WHOLE };
	struct server *s = ctx;
	size_t i;
	int n;

	(void)fd;
	if (!find(s, want->number, &i) ||
	    (r.fd = mailbox_message(s->mailbox, i, &r.length)) == -1)
		return tell_refused(s, "nothing to read ahead");
	n = retrieve_is_short(r.length) ? give(s, i, &r) :
	    tell_refused(s, "too long to be read ahead");
	close(r.fd);
	return n;
}

static int
on_dele(void *ctx, const void *msg, int fd)
{
	const struct relay_dele *d = msg;
	struct server *s = ctx;
	size_t i;

	(void)fd;
	if (!find(s, d->number, &i))
		return tell_refused(s, "no such message");
	mailbox_mark(s->mailbox, i);
	return tell_left(s);
}

static int
on_rset(void *ctx, const void *msg, int fd)
{
	struct server *s = ctx;

	(void)msg;
	(void)fd;
	mailbox_unmark(s->mailbox);
	return tell_left(s);
}

static int
on_commit(void *ctx, const void *msg, int fd)
{
	struct server *s = ctx;
	struct relay_refused refused;
	struct relay_done done = { 0 };
	int n;

	(void)msg;
	(void)fd;
	n = update_commit(s->mailbox, &done.count, &refused.fate);
	/* Unlocked before QUIT is answered [RFC1939 6]: who comes back at
	 * once is not told that he is here already. */
	mailbox_unlock(s->mailbox);
	return n == -1 ? tell(s, &relay_refused, &refused) :
	    tell(s, &relay_done, &done);
}

static const struct verb verbs[] = {
	{ &relay_list,	 S_OPEN, VERB_SAME, on_list },
	{ &relay_retr,	 S_OPEN, VERB_SAME, on_retr },
	{ &relay_ahead,	 S_OPEN, VERB_SAME, on_ahead },
	{ &relay_dele,	 S_OPEN, VERB_SAME, on_dele },
	{ &relay_rset,	 S_OPEN, VERB_SAME, on_rset },
	{ &relay_commit, S_OPEN, S_OVER,    on_commit },
};

/* An end of file is the end of the session, and never a COMMIT. */
static void
answer(struct server *s)
{
	int fd;

	while (s->state == S_OPEN && !stop_asked() &&
	    frame_recv(s->sock, &s->frame, &fd, FD_FOREVER) == 1)
		if (verbs_run(verbs, countof(verbs), &s->state, s, &s->frame,
		    fd) == -1)
			return;
}

void
relay_refuse(int sock, const struct fate *why)
{
	struct relay_refused r = { .fate = *why };

	(void)frame_tell(sock, &relay_refused, &r, -1, FD_FOREVER);
}

void
relay_serve(int sock, struct mailbox *mailbox)
{
	struct server *s = calloc(1, sizeof(*s));
	struct relay_opened opened;
	struct fate why;

	if (s == NULL || listing_make(mailbox) == -1) {
		fate_set(&why, 450, "4.3.0", "cannot list the maildrop: %s",
		    strerror(errno));
		relay_refuse(sock, &why);
		free(s);
		return;
	}
	s->sock = sock;
	s->state = S_OPEN;
	s->mailbox = mailbox;
	opened.count = (uint32_t)mailbox->left;
	opened.octets = mailbox->octets;
	if (tell(s, &relay_opened, &opened) == 0)
		answer(s);
	free(s);
}
