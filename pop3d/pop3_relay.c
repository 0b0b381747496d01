/*
 * Talking to a maildrop.  It belongs to a user, who may be anybody; what it
 * sends can fill his own client with nonsense and nothing else.
 */
#include "pop3_relay.h"

#include <string.h>

#include "fd.h"
#include "pop3_session.h"

/* The last answer has been used up, so the question may take its place. */
static int
ask(struct pop3 *p, const struct wire *wire, const void *msg)
{
	if (frame_put(&p->frame, wire, msg) == -1)
		return -1;
	return frame_send(p->relay, &p->frame, -1, pop3_deadline(p));
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

/* What was asked for in advance and is not wanted. */
static int
drop_ahead(struct pop3 *p)
{
	struct relay_body body = { .more = p->ahead != 0 };

	p->ahead = 0;
	while (body.more != 0) {
		if (receive(p) == -1)
			return -1;
		if (frame_get(&p->frame, &relay_body, &body) == -1)
			body.more = 0;
	}
	return 0;
}

/* The frame that came: *reply, or REFUSED. */
static enum relay_result
understand(struct pop3 *p, const struct wire *good, void *reply)
{
	struct relay_refused refused;

	if (frame_get(&p->frame, good, reply) == 0)
		return RELAY_OK;
	if (frame_get(&p->frame, &relay_refused, &refused) == -1)
		return RELAY_BROKEN;
	p->fate = refused.fate;
	return RELAY_NO;
}

/* Sends a request and receives its answer. */
static enum relay_result
request(struct pop3 *p, const struct wire *wire, const void *msg,
    const struct wire *good, void *reply)
{
	if (drop_ahead(p) == -1 || ask(p, wire, msg) == -1 ||
	    receive(p) == -1)
		return RELAY_BROKEN;
	return understand(p, good, reply);
}

/* Tells the entries; how many, or -1 when one is malformed. */
static int
tell_entries(struct pop3 *p, struct bytes *data,
    void (*each)(struct pop3 *, const struct relay_entry *))
{
	struct relay_entry e;
	int n, told = 0;

	while ((n = relay_entry_get(data, &e)) == 1) {
		each(p, &e);
		told++;
	}
	return n == -1 || p->out.failed ? -1 : told;
}

/* Asks without the session's own frame, whose entries are still to be told. */
static int
ask_beside(struct pop3 *p, const struct relay_list *list)
{
	return frame_tell(p->relay, &relay_list, list, -1, pop3_deadline(p));
}

/* While a part of the list is told, the maildrop makes the next one. */
enum relay_result
pop3_relay_list(struct pop3 *p, uint32_t first, uint32_t most,
    void (*each)(struct pop3 *, const struct relay_entry *))
{
	struct relay_list list = { first, most };
	struct relay_entries entries;
	enum relay_result result;
	uint32_t before;
	int n, told = 0;

	result = request(p, &relay_list, &list, &relay_entries, &entries);
	while (result == RELAY_OK) {
		before = list.first;
		list.first = most == 0 ? entries.next : 0;
		/* The numbers only rise, so this ends. */
		if (list.first != 0 && (list.first <= before ||
		    ask_beside(p, &list) == -1))
			return RELAY_BROKEN;
		n = tell_entries(p, &entries.data, each);
		if (n == -1)
			return RELAY_BROKEN;
		told += n;
		if (list.first == 0)
			return told > 0 ? RELAY_OK : RELAY_NO;
		result = receive(p) == -1 ? RELAY_BROKEN :
		    understand(p, &relay_entries, &entries);
	}
	return result;
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

/* What was asked for in advance, if it is this; a refusal is no answer yet. */
static enum relay_result
take_ahead(struct pop3 *p, struct relay_body *body)
{
	p->ahead = 0;
	return receive(p) == -1 ? RELAY_BROKEN :
	    understand(p, &relay_body, body);
}

enum relay_result
pop3_relay_open(struct pop3 *p, uint32_t number, uint32_t lines,
    struct relay_body *body)
{
	struct relay_retr retr = { number, lines };
	enum relay_result result = RELAY_NO;

	if (p->ahead == number && lines == RELAY_WHOLE)
		result = take_ahead(p, body);
	return result != RELAY_NO ? result :
	    request(p, &relay_retr, &retr, &relay_body, body);
}

void
pop3_relay_ahead(struct pop3 *p, uint32_t number)
{
	struct relay_ahead ahead = { number };

	/* Who cannot be asked now is found broken by the next request. */
	if (ask(p, &relay_ahead, &ahead) == 0)
		p->ahead = number;
}

/* A line that begins with a dot gets one more [RFC1939 3]. */
static void
copy_stuffed(struct out *out, const struct bytes *data, bool *line_start)
{
	const unsigned char *p = data->data, *end = p + data->len, *from = p;

	while (p < end) {
		if (*line_start && *p == '.') {
			out_add(out, from, (size_t)(p - from));
			out_add(out, ".", 1);
			from = p;
		}
		p = memchr(p, '\n', (size_t)(end - p));
		*line_start = p != NULL;
		p = p == NULL ? end : p + 1;
	}
	out_add(out, from, (size_t)(end - from));
}

enum relay_result
pop3_relay_copy(struct pop3 *p, struct relay_body *body)
{
	bool line_start = true;

	for (;;) {
		p->sent += body->data.len;
		copy_stuffed(&p->out, &body->data, &line_start);
		if (body->more == 0)
			break;
		/* Unless the last piece comes the message is not whole: the
		 * dot must not follow. */
		if (p->out.failed || receive(p) == -1 ||
		    frame_get(&p->frame, &relay_body, body) == -1)
			return RELAY_BROKEN;
	}
	out_puts(&p->out, line_start ? ".\r\n" : "\r\n.\r\n");
	return RELAY_OK;
}
