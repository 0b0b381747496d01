/*
 * One question to dns over a connection of its own.  Trusts dns for the form
 * of what it says, and for nothing that would be worse than a wrong address.
 */
#include "lookups.h"

#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "frame.h"

static void
keep(struct findings *f, const struct lookup_record *r)
{
	struct found *to;

	if (f->count == countof(f->found) ||
	    strlen(r->data) >= sizeof(to->data))
		return;
	to = &f->found[f->count++];
	to->preference = r->preference;
	(void)strlcpy(to->data, r->data, sizeof(to->data));
}

/* Reads answers up to END. */
static enum lookup_result
hear(int sock, struct findings *f, int64_t deadline)
{
	struct lookup_record record;
	struct lookup_end end;
	struct frame frame;
	int fd;

	for (;;) {
		if (frame_recv(sock, &frame, &fd, deadline) != 1)
			return LOOKUP_LATER;
		fd_close(&fd);
		if (frame_get(&frame, &lookup_record, &record) == 0)
			keep(f, &record);
		else if (frame_get(&frame, &lookup_end, &end) == 0)
			return (enum lookup_result)end.result;
		else
			return LOOKUP_LATER;
	}
}

enum lookup_result
lookups_ask(const char *name, uint32_t type, struct findings *f)
{
	struct lookup_lookup q = { 1, name, type };
	int64_t deadline = fd_now() + TIMEOUT_EDGE * 1000;
	enum lookup_result result;
	int sock;

	f->count = 0;
	sock = edge_connect("/lookup");
	if (sock == -1)
		return LOOKUP_LATER;
	if (frame_tell(sock, &lookup_lookup, &q, -1, deadline) == -1)
		result = LOOKUP_LATER;
	else
		result = hear(sock, f, deadline);
	close(sock);
	return result;
}
