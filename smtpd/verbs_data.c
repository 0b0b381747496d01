/*
 * DATA [RFC5321 4.1.1.4]: the message goes to inject as it comes, and 250 is
 * said only when inject keeps it.  Whatever goes wrong on the way, inject is
 * told nothing but silence, which throws the message away; the client is
 * heard to its CRLF.CRLF, so that no line of a message is ever taken for a
 * command.
 */
#include "data.h"
#include "fate.h"
#include "fd.h"
#include "session.h"
#include "settings.h"
#include "verbs_smtp.h"
#include "wire_submit.h"

/* How the text ends: the reply, and whether the session may go on. */
static const struct {
	enum reply		reply;
	enum dialog_result	result;
} faults[] = {
	[DATA_BARE] = { REPLY_BARE_IN_DATA, DIALOG_CLOSE },
	[DATA_TOO_BIG] = { REPLY_TOO_BIG, DIALOG_DONE },
	[DATA_LOOP] = { REPLY_LOOP, DIALOG_DONE },
};

enum dialog_result
smtp_data_without_recipients(void *ctx, char *argument)
{
	struct session *s = ctx;

	(void)argument;
	reply(&s->out, REPLY_NO_RECIPIENTS);
	return DIALOG_REFUSED;
}

static int
begin(struct session *s)
{
	struct submit_open open = {
		.client = s->client.address,
		.client_name = "",
		.helo = s->helo,
		.protocol = s->extended ? "ESMTP" : "SMTP",
		.listener = s->client.listener,
		.login = "",
		.report_of = ""
	};

	return submit_begin(&s->submit, &open, &s->tx);
}

/* One piece of what was read.  Returns how many bytes of it were eaten. */
static size_t
pass_on(struct session *s, struct data *data, const char *in, size_t n)
{
	size_t used, len;

	used = data_feed(data, in, n, submit_room(&s->submit, n), &len);
	submit_added(&s->submit, len);
	if (data->fault != DATA_GOOD)
		submit_drop(&s->submit);
	return used;
}

/* The text to its end, or why there is none. */
static enum line_result
receive(struct session *s, struct data *data)
{
	enum line_result got;
	const char *in;
	size_t n;

	while (data->state != DATA_OVER) {
		if (stop_asked())
			return LINE_STOP;
		got = line_peek(&s->line, &in, &n,
		    fd_now() + TIMEOUT_BLOCK * 1000);
		if (got != LINE_OK)
			return got;
		line_take(&s->line, pass_on(s, data, in, n));
	}
	return LINE_OK;
}

/* A good text is over: the moment that decides. */
static void
commit(struct session *s)
{
	struct fate why;
	char id[LIMIT_ID + 1];

	if (submit_finish(&s->submit, &s->frame, id, sizeof(id), &why) == -1) {
		session_refuse_fate(s, "data", "", &why);
		return;
	}
	s->messages++;
	reply_detail(&s->out, REPLY_TAKEN, id);
}

static enum dialog_result
finish(struct session *s, enum data_fault fault)
{
	if (fault == DATA_GOOD) {
		commit(s);
		return DIALOG_DONE;
	}
	session_refuse(s, "data", "", faults[fault].reply);
	if (faults[fault].result == DIALOG_CLOSE) {
		s->why = "bare line end in data";
		s->linger = true;
	}
	return faults[fault].result;
}

enum dialog_result
smtp_data(void *ctx, char *argument)
{
	struct session *s = ctx;
	enum dialog_result result;
	enum line_result got;
	struct data data;

	(void)argument;
	if (begin(s) == -1) {
		session_refuse(s, "data", "", REPLY_LATER);
		return DIALOG_REFUSED;
	}
	reply(&s->out, REPLY_GO_AHEAD);
	data_init(&data, settings_number(s->settings, P_MESSAGE_SIZE));
	got = receive(s, &data);
	if (got == LINE_OK)
		result = finish(s, data.fault);
	else {
		submit_drop(&s->submit);
		(void)session_trouble(s, dialog_why(got), NULL);
		result = DIALOG_CLOSE;
	}
	tx_reset(&s->tx);
	return result;
}
