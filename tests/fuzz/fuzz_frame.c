/* needs: */
/*
 * The frame reader with the tables of every edge: whatever is read must be
 * written again as the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
#include "fd.h"
#include "fate.h"
#include "frame.h"
#include "wire_arrived.h"
#include "wire_ask.h"
#include "wire_control.h"
#include "wire_deliver.h"
#include "wire_files.h"
#include "wire_login.h"
#include "wire_lookup.h"
#include "wire_relay.h"
#include "wire_report.h"
#include "wire_settings.h"
#include "wire_settle.h"
#include "wire_start.h"
#include "wire_submit.h"
#include "wire_who.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct wire *const wires[] = {
	&arrived_arrived, &arrived_next, &arrived_free,
	&ask_ask, &ask_mailbox, &ask_relay, &ask_nobody, &ask_later, &ask_end,
	&control_list, &control_show, &control_retry, &control_remove,
	&control_line, &control_end, &control_master, &control_row,
	&deliver_deliver, &deliver_rcpt, &deliver_fate, &deliver_safe,
	&deliver_placed, &deliver_forward, &deliver_trouble, &deliver_ready,
	&deliver_place, &deliver_settled,
	&settle_serves, &settle_sync, &settle_synced, &settle_failed,
	&files_open, &files_file, &files_none,
	&login_mechanism, &login_response, &login_challenge, &login_yes,
	&login_no, &login_later, &login_enter, &login_entered,
	&lookup_lookup, &lookup_record, &lookup_end,
	&relay_opened, &relay_list, &relay_entries, &relay_body,
	&relay_retr, &relay_ahead,
	&relay_dele, &relay_rset, &relay_commit, &relay_done, &relay_refused,
	&report_report, &report_row, &report_reported, &report_later,
	&settings_setting, &settings_settings, &settings_ready,
	&settings_refused, &settings_go, &settings_for, &settings_stay,
	&start_start, &start_started, &start_failed, &start_exited,
	&submit_open, &submit_from, &submit_rcpt, &submit_data,
	&submit_commit, &submit_abort, &submit_taken, &submit_refused,
	&submit_where, &submit_site,
	&who_who, &who_yes, &who_no, &who_later,
	&arrived_spoiled
};

/* A fate's text is cleaned while it is read: then the bytes may differ. */
static int
has_fate(const struct wire *w)
{
	size_t i;

	for (i = 0; i < w->count; i++)
		if (w->fields[i].type == WIRE_FATE)
			return 1;
	return 0;
}

static void
need(int right)
{
	if (!right)
		abort();
}

/* What no packet can be. */
static void
no_frame(void)
{
	static struct frame frame;
	static const unsigned char lies[] = { 0, 0, 0, 9, 1, 1 };
	struct who_no no = { 7 };
	int pair[2], fd;

	need(edge_pair(pair) == 0);
	need(frame_recv(pair[1], &frame, &fd, fd_now()) == -1);
	need(frame_send_now(pair[0], lies, sizeof(lies), pair[0]) == 0);
	need(frame_recv(pair[1], &frame, &fd, FD_FOREVER) == -1 && fd == -1);
	need(frame_tell(pair[0], &who_no, &no, -1, FD_FOREVER) == 0);
	close(pair[0]);
	need(frame_recv(pair[1], &frame, &fd, FD_FOREVER) == 1);
	need(frame_recv(pair[1], &frame, &fd, FD_FOREVER) == 0);
	close(pair[1]);
	need(edge_connect("/nowhere") == -1);
}

/*
 * Sends the packet over an edge, with a descriptor when the verb has one, and
 * gives it back in a block of its own size: its end is where the sanitizer
 * looks.
 */
static struct frame *
pass(const unsigned char *packet, size_t n, int with_fd)
{
	static struct frame in;
	struct frame *exact = malloc(offsetof(struct frame, data) + n);
	int pair[2], fd;

	need(exact != NULL && edge_pair(pair) == 0);
	need(frame_send_now(pair[0], packet, n, with_fd ? pair[0] : -1) == 0);
	need(frame_recv(pair[1], &in, &fd, FD_FOREVER) == 1);
	need((fd != -1) == with_fd && in.len == n);
	memcpy(exact, &in, offsetof(struct frame, data) + n);
	fd_close(&fd);
	close(pair[0]);
	close(pair[1]);
	return exact;
}

static void
read_it(const struct frame *in, const struct wire *w)
{
	static struct frame out;
	union {
		max_align_t	align;
		char		space[WIRE_SIZE_MAX];
	} msg;

	need(w->size <= sizeof(msg));
	if (frame_get(in, w, &msg) == -1)
		return;
	need(frame_put(&out, w, &msg) == 0);
	need(has_fate(w) || (in->len == out.len &&
	    memcmp(in->data, out.data, in->len) == 0));
}

/* The same bytes as a packet of several frames. */
static void
read_bundle(const uint8_t *data, size_t n)
{
	struct frame *packet = malloc(offsetof(struct frame, data) + n + 1);
	union {
		max_align_t	align;
		char		space[WIRE_SIZE_MAX];
	} msg;
	struct bytes one;
	size_t at = 0, i;

	need(packet != NULL);
	packet->len = n;
	memcpy(packet->data, data, n);
	while (bundle_next(packet, &at, &one) == 1) {
		need(one.len >= FRAME_HEAD && at <= n);
		for (i = 0; i < countof(wires); i++)
			(void)frame_read(&one, wires[i], &msg);
	}
	free(packet);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static unsigned char packet[FRAME_MAX];
	static int begun;
	const struct wire *w;
	struct frame *in;

	if (!begun++)
		no_frame();
	/* The first byte chooses the edge's verb; the head is made to fit. */
	if (n < 1 || n - 1 + FRAME_HEAD > sizeof(packet))
		return 0;
	w = wires[data[0] % countof(wires)];
	memset(packet, 0, FRAME_HEAD);
	memcpy(packet + FRAME_HEAD, data + 1, n - 1);
	n = n - 1 + FRAME_HEAD;
	packet[1] = (unsigned char)(n >> 16);
	packet[2] = (unsigned char)(n >> 8);
	packet[3] = (unsigned char)n;
	packet[4] = (unsigned char)(w->verb >> 8);
	packet[5] = (unsigned char)w->verb;
	in = pass(packet, n, w->fd != 0);
	need(frame_check(in, n + 1) == -1 && frame_check(in, n) == 0);
	read_it(in, w);
	free(in);
	read_bundle(packet + FRAME_HEAD, n - FRAME_HEAD);
	return 0;
}
