/*
 * Talking to a maildrop.  It belongs to a user, who may be anybody; what it
 * sends can fill his own client with nonsense and nothing else.
 */
#include "pop3_relay.h"

#include <string.h>

#include "fd.h"
#include "pop3_session.h"

static int
ask(struct pop3 *p, const struct wire *wire, const void *msg)
{
	return frame_tell(p->relay, wire, msg, -1, pop3_deadline(p));
}

static int
receive(struct pop3 *p)
{
	int fd;

	if (frame_recv(p->relay, &p->frame, &fd, pop3_deadline(p)) != 1)
		return -1;
	fd_close(&fd);
	return 0;
}

/* Sends a request and receives its answer: *reply, or REFUSED. */
static enum relay_result
request(struct pop3 *p, const struct wire *wire, const void *msg,
    const struct wire *good, void *reply)
{
	struct relay_refused refused;

	if (ask(p, wire, msg) == -1 || receive(p) == -1)
		return RELAY_BROKEN;
	if (frame_get(&p->frame, good, reply) == 0)
		return RELAY_OK;
	if (frame_get(&p->frame, &relay_refused, &refused) == -1)
		return RELAY_BROKEN;
	p->fate = refused.fate;
	return RELAY_NO;
}

enum relay_result
pop3_relay_list(struct pop3 *p, uint32_t first, uint32_t most,
    void (*each)(struct pop3 *, const struct relay_entry *))
{
	struct relay_list list = { first, most };
	struct relay_entries entries;
	struct relay_entry e;
	enum relay_result result;
	bool some = false;
	int n;

	do {
		result = request(p, &relay_list, &list, &relay_entries,
		    &entries);
		if (result != RELAY_OK)
			return result;
		while ((n = relay_entry_get(&entries.data, &e)) == 1) {
			each(p, &e);
			some = true;
		}
		/* The numbers only rise, so this ends. */
		if (n == -1 || (entries.next != 0 &&
		    entries.next <= list.first) || p->out.failed)
			return RELAY_BROKEN;
		list.first = entries.next;
	} while (most == 0 && entries.next != 0);
	return some ? RELAY_OK : RELAY_NO;
}

static enum relay_result
change(struct pop3 *p, const struct wire *wire, const void *msg)
{
	struct relay_done done;
	enum relay_result result;

	result = request(p, wire, msg, &relay_done, &done);
	if (result == RELAY_OK) {
		p->left = done.count;
		p->octets = done.octets;
	}
	return result;
}

enum relay_result
pop3_relay_dele(struct pop3 *p, uint32_t number)
{
	struct relay_dele dele = { number };

	return change(p, &relay_dele, &dele);
}

enum relay_result
pop3_relay_rset(struct pop3 *p)
{
	return change(p, &relay_rset, NULL);
}

enum relay_result
pop3_relay_commit(struct pop3 *p)
{
	struct relay_done done;
	enum relay_result result;

	result = request(p, &relay_commit, NULL, &relay_done, &done);
	if (result == RELAY_OK)
		p->removed = done.count;
	return result;
}

enum relay_result
pop3_relay_open(struct pop3 *p, uint32_t number, uint32_t lines,
    uint64_t *size)
{
	struct relay_retr retr = { number, lines };
	struct relay_body body;
	enum relay_result result;

	result = request(p, &relay_retr, &retr, &relay_body, &body);
	if (result == RELAY_OK)
		*size = body.size;
	return result;
}

/* A line that begins with a dot gets one more [RFC1939 3]. */
static void
copy_stuffed(struct out *out, const struct bytes *data, bool *line_start)
{
	const unsigned char *p = data->data, *lf;
	size_t left = data->len, n;

	while (left > 0) {
		if (*line_start && *p == '.')
			out_add(out, ".", 1);
		lf = memchr(p, '\n', left);
		n = lf == NULL ? left : (size_t)(lf - p) + 1;
		out_add(out, p, n);
		*line_start = lf != NULL;
		p += n;
		left -= n;
	}
}

enum relay_result
pop3_relay_copy(struct pop3 *p)
{
	struct relay_chunk chunk;
	bool line_start = true;

	for (;;) {
		if (p->out.failed || receive(p) == -1)
			return RELAY_BROKEN;
		if (frame_get(&p->frame, &relay_chunk, &chunk) == -1)
			break;
		p->sent += chunk.data.len;
		copy_stuffed(&p->out, &chunk.data, &line_start);
	}
	/* Without END the message is not whole: the dot must not follow. */
	if (frame_get(&p->frame, &relay_end, NULL) == -1)
		return RELAY_BROKEN;
	out_puts(&p->out, line_start ? ".\r\n" : "\r\n.\r\n");
	return RELAY_OK;
}
