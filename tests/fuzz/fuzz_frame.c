/* needs: */
/*
 * The frame reader with the tables of every edge: whatever is read must be
 * written again as the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fd.h"
#include "fate.h"
#include "frame.h"
#include "wire_arrived.h"
#include "wire_ask.h"
#include "wire_control.h"
#include "wire_deliver.h"
#include "wire_door.h"
#include "wire_files.h"
#include "wire_login.h"
#include "wire_lookup.h"
#include "wire_relay.h"
#include "wire_report.h"
#include "wire_settings.h"
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
	&door_client, &door_badlogin, &door_bye,
	&files_open, &files_file, &files_none,
	&login_mechanism, &login_response, &login_challenge, &login_yes,
	&login_no, &login_later, &login_enter, &login_entered,
	&lookup_lookup, &lookup_record, &lookup_end,
	&relay_opened, &relay_list, &relay_retr, &relay_chunk, &relay_end,
	&relay_dele, &relay_rset, &relay_commit, &relay_done, &relay_refused,
	&report_report, &report_row, &report_reported, &report_later,
	&settings_setting, &settings_settings, &settings_ready,
	&settings_refused, &settings_go, &settings_for, &settings_stay,
	&start_start, &start_started, &start_failed, &start_exited,
	&submit_open, &submit_from, &submit_rcpt, &submit_data,
	&submit_commit, &submit_abort, &submit_taken, &submit_refused,
	&who_who, &who_yes, &who_no, &who_later,
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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct frame in, out;
	union {
		max_align_t	align;
		char		space[WIRE_SIZE_MAX];
	} msg;
	size_t i;

	/* The first byte chooses the edge's verb; the head is made to fit. */
	if (n < 1 || n - 1 + FRAME_HEAD > sizeof(in.data))
		return 0;
	memset(in.data, 0, FRAME_HEAD);
	memcpy(in.data + FRAME_HEAD, data + 1, n - 1);
	n = n - 1 + FRAME_HEAD;
	in.data[2] = (unsigned char)(n >> 8);
	in.data[1] = (unsigned char)(n >> 16);
	in.data[3] = (unsigned char)n;
	i = data[0] % countof(wires);
	in.data[4] = (unsigned char)(wires[i]->verb >> 8);
	in.data[5] = (unsigned char)wires[i]->verb;
	if (frame_check(&in, n) == -1)
		abort();
	if (frame_check(&in, n + 1) == 0)
		abort();
	if (frame_get(&in, wires[i], &msg) == -1)
		return 0;
	if (frame_put(&out, wires[i], &msg) == -1)
		abort();
	if (!has_fate(wires[i]) && (in.len != out.len ||
	    memcmp(in.data, out.data, in.len) != 0))
		abort();
	return 0;
}
