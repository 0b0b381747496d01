/*
 * sendmail's end of the edge submit.  What goes wrong here is told by exit
 * status and by a line on stderr, so that no caller takes silence for a yes.
 */
#include "sendmail_edge.h"

#include <err.h>
#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "fd.h"
#include "frame.h"
#include "wire_submit.h"

enum { PATIENCE_MS = 10 * 60 * 1000 };

static void
tell(struct sendmail_edge *e, const struct wire *wire, const void *msg)
{
	if (frame_tell(e->sock, wire, msg, -1, fd_now() + PATIENCE_MS) == 0)
		return;
	if (errno == EMSGSIZE || errno == EINVAL)
		errx(EX_USAGE, "an argument is too long");
	err(EX_TEMPFAIL, "the mail system went away; nothing was sent");
}

static void
hear(struct sendmail_edge *e, struct frame *frame)
{
	int fd, n;

	n = frame_recv(e->sock, frame, &fd, fd_now() + PATIENCE_MS);
	fd_close(&fd);
	if (n == -1)
		err(EX_TEMPFAIL, "no answer from the mail system");
	if (n == 0)
		errx(EX_TEMPFAIL, "the mail system went away; try again later");
}

void
sendmail_edge_open(struct sendmail_edge *e, const char *path)
{
	e->sock = edge_connect(path);
	if (e->sock == -1)
		err(EX_TEMPFAIL, "the mail system cannot be reached: %s", path);
}

void
sendmail_edge_hostname(struct sendmail_edge *e, char *buf, size_t size)
{
	struct submit_site site;
	struct frame frame;

	tell(e, &submit_where, NULL);
	hear(e, &frame);
	if (frame_get(&frame, &submit_site, &site) == -1)
		errx(EX_TEMPFAIL, "strange answer from the mail system");
	(void)strlcpy(buf, site.hostname, size);
}

void
sendmail_edge_from(struct sendmail_edge *e, const char *address,
    const char *params)
{
	struct submit_from from = { .address = address, .params = params };
	/* Who we are inject learns from the kernel. */
	struct submit_open open = { .client = "", .client_name = "",
	    .helo = "", .protocol = "local", .listener = "", .login = "",
	    .report_of = "" };

	tell(e, &submit_open, &open);
	tell(e, &submit_from, &from);
}

void
sendmail_edge_rcpt(struct sendmail_edge *e, const char *address,
    const char *params)
{
	struct submit_rcpt rcpt = { .address = address, .params = params };

	tell(e, &submit_rcpt, &rcpt);
}

void
sendmail_edge_data(struct sendmail_edge *e, const char *p, size_t n)
{
	struct submit_data data;
	size_t part;

	for (; n > 0; n -= part, p += part) {
		part = n < FRAME_CHUNK ? n : FRAME_CHUNK;
		data.chunk.data = (const unsigned char *)p;
		data.chunk.len = part;
		tell(e, &submit_data, &data);
	}
}

/* The exit status that says what an SMTP reply says. */
static int
exit_of(const struct fate *fate)
{
	static const struct {
		const char	*status;
		int		 code;
	} codes[] = {
		{ "5.1.", EX_NOUSER },
		{ "5.5.", EX_USAGE },
		{ "5.6.", EX_DATAERR },
		{ "5.4.", EX_DATAERR },
		{ "5.", EX_UNAVAILABLE },
	};
	size_t i;

	for (i = 0; i < countof(codes); i++)
		if (strncmp(fate->status, codes[i].status,
		    strlen(codes[i].status)) == 0)
			return codes[i].code;
	return EX_TEMPFAIL;
}

int
sendmail_edge_commit(struct sendmail_edge *e, size_t size, char *id,
    size_t id_size)
{
	struct submit_commit commit = { .size = size };
	struct submit_refused refused;
	struct submit_taken taken;
	struct frame frame;

	tell(e, &submit_commit, &commit);
	hear(e, &frame);
	if (frame_get(&frame, &submit_taken, &taken) == 0) {
		(void)strlcpy(id, taken.id, id_size);
		return EX_OK;
	}
	if (frame_get(&frame, &submit_refused, &refused) == -1)
		errx(EX_TEMPFAIL, "strange answer from the mail system");
	warnx("%u %s %s", refused.fate.code, refused.fate.status,
	    refused.fate.text);
	return exit_of(&refused.fate);
}
