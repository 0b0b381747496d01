/*
 * Hands a report to inject.  It waits with deadlines: inject is a program of
 * ours and answers at once or not at all, and nobody but queue waits for us.
 */
#include "report_post.h"

#include <errno.h>
#include <string.h>

#include "fd.h"
#include "frame.h"
#include "limits.h"
#include "wire_submit.h"

static int64_t
deadline(void)
{
	return fd_now() + TIMEOUT_EDGE * 1000;
}

static void
fail(struct report_post *p)
{
	p->failed = 1;
	fate_set(&p->fate, 451, "4.3.0", "report not submitted: %s",
	    strerror(errno));
}

static void
tell(struct report_post *p, const struct wire *wire, const void *msg)
{
	if (!p->failed &&
	    frame_tell(p->sock, wire, msg, -1, deadline()) == -1)
		fail(p);
}

void
report_post_open(struct report_post *p, const char *path,
    const char *report_of, const char *rcpt, const char *params)
{
	struct submit_open open = { .client = "", .client_name = "",
	    .helo = "", .protocol = "local", .listener = "", .login = "",
	    .report_of = report_of };
	struct submit_from from = { .address = "", .params = params };
	struct submit_rcpt to = { .address = rcpt, .params = "NOTIFY=NEVER" };

	memset(p, 0, sizeof(*p));
	p->sock = edge_connect(path);
	if (p->sock == -1)
		fail(p);
	tell(p, &submit_open, &open);
	tell(p, &submit_from, &from);
	tell(p, &submit_rcpt, &to);
}

void
report_post_data(struct report_post *p, const char *text, size_t n)
{
	struct submit_data data;
	size_t part;

	for (; n > 0 && !p->failed; n -= part, text += part) {
		part = n < FRAME_CHUNK ? n : FRAME_CHUNK;
		data.chunk.data = (const unsigned char *)text;
		data.chunk.len = part;
		p->size += part;
		tell(p, &submit_data, &data);
	}
}

static int
hear(struct report_post *p, struct frame *frame)
{
	int fd, n;

	n = frame_recv(p->sock, frame, &fd, deadline());
	fd_close(&fd);
	if (n == 1)
		return 0;
	if (n == 0)
		errno = EPIPE;
	return -1;
}

int
report_post_commit(struct report_post *p, char *id, size_t size)
{
	struct submit_commit commit = { .size = p->size };
	struct submit_refused refused;
	struct submit_taken taken;
	struct frame frame;

	tell(p, &submit_commit, &commit);
	if (p->failed)
		return -1;
	if (hear(p, &frame) == -1) {
		fail(p);
		return -1;
	}
	if (frame_get(&frame, &submit_taken, &taken) == 0) {
		(void)strlcpy(id, taken.id, size);
		return 0;
	}
	if (frame_get(&frame, &submit_refused, &refused) == -1)
		fail(p);
	else {
		p->failed = 1;
		p->fate = refused.fate;
	}
	return -1;
}

void
report_post_close(struct report_post *p)
{
	fd_close(&p->sock);
}
