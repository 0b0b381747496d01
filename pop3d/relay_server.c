/*
 * The maildrop's side of the edge relay.  The other end is a process that
 * reads from the network: it may be anything by now, but all it can ask for
 * is a number of this list.
 */
#include "relay_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "fd.h"
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

static int
tell(struct server *s, const struct wire *wire, const void *msg)
{
	return frame_tell(s->sock, wire, msg, -1, FD_FOREVER);
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

static int
put_chunk(void *ctx, const void *data, size_t len)
{
	struct relay_chunk c = { .data = { data, len } };

	return tell(ctx, &relay_chunk, &c);
}

static int
on_retr(void *ctx, const void *msg, int fd)
{
	const struct relay_retr *r = msg;
	struct server *s = ctx;
	struct relay_body body;
	size_t i;
	int n;

	(void)fd;
	if (!find(s, r->number, &i))
		return tell_refused(s, "no such message");
	fd = mailbox_message(s->mailbox, i);
	if (fd == -1)
		return tell_refused(s, "this message cannot be read");
	body.size = s->mailbox->messages[i].size;
	n = tell(s, &relay_body, &body);
	if (n == 0)
		n = retrieve_body(fd, r->lines, put_chunk, s);
	fd_close(&fd);
	if (n == -1)
		return tell_refused(s, "this message cannot be read");
	return tell(s, &relay_end, NULL);
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

	(void)msg;
	(void)fd;
	if (update_commit(s->mailbox, &done.count, &refused.fate) == -1)
		return tell(s, &relay_refused, &refused);
	return tell(s, &relay_done, &done);
}

static const struct verb verbs[] = {
	{ &relay_list,	 S_OPEN, VERB_SAME, on_list },
	{ &relay_retr,	 S_OPEN, VERB_SAME, on_retr },
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

	if (s == NULL || mailbox_list(mailbox) == -1) {
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
