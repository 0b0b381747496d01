/*
 * A connection over which queue asks for reports.  The report is written
 * while the rows come in, so that memory does not grow with the recipients:
 * the first REPORT_SPELT rows are gathered, for two parts need them, then all
 * goes straight to inject.
 */
#include "report_asker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fd.h"
#include "limits.h"
#include "peer.h"
#include "str.h"
#include "wire_report.h"

#include "report_post.h"
#include "report_source.h"
#include "report_text.h"

#define SUBMIT_PATH	"/submit"

/* Above these a message is returned by its header alone. */
enum {
	RETURN_MAX = 64 * 1024,		/* when nobody asked */
	RETURN_FULL_MAX = 1024 * 1024	/* RET=FULL */
};

enum { IDLE = 1, ROWS = 2 };

struct asker {
	struct bounce		*bounce;
	struct peer		*peer;
	struct report_about	 about;
	struct report_source	 source;
	struct report_post	 post;
	bool			 posting;	/* the first parts are gone */
	bool			 ret_full, ret_headers;
	uint32_t		 rows;		/* seen so far */
	char			 action[16];	/* the gravest so far */
	struct str		 text, status;
};

/* --- writing ---------------------------------------------------------- */

static void
flush(struct asker *a, struct str *s)
{
	if (s->failed && !a->post.failed) {
		a->post.failed = 1;
		fate_set(&a->post.fate, 451, "4.3.0", "report too long");
	}
	report_post_data(&a->post, s->data, s->len);
	str_clear(s);
}

/* A boundary nobody who wrote the message could have foreseen. */
static void
make_boundary(char boundary[REPORT_BOUNDARY])
{
	(void)snprintf(boundary, REPORT_BOUNDARY, "malote_%08x%08x%08x%08x",
	    arc4random(), arc4random(), arc4random(), arc4random());
}

/* Only failures return a message whole [RFC3461 4.3]. */
static void
open_source(struct asker *a)
{
	bool whole = strcmp(a->action, "failed") == 0 && !a->ret_headers;

	(void)report_source_open(&a->source, whole,
	    a->ret_full ? RETURN_FULL_MAX : RETURN_MAX,
	    a->about.message_id, sizeof(a->about.message_id));
	a->about.eight_bit = a->source.eight_bit;
}

/* The rows that shall be spelt out are there: begins to send. */
static void
begin_post(struct asker *a)
{
	char report_of[LIMIT_ID + 16];
	struct str head;

	a->posting = true;
	open_source(a);
	(void)snprintf(report_of, sizeof(report_of), "%s %u", a->about.id,
	    a->about.serial);
	report_post_open(&a->post, SUBMIT_PATH, report_of, a->about.sender,
	    a->about.eight_bit ? "BODY=8BITMIME" : "");
	str_init(&head, REPORT_ROW_MAX);
	report_put_head(&head, &a->about, a->action);
	flush(a, &head);
	str_free(&head);
	if (a->about.count > a->rows)
		report_put_more(&a->text, a->about.count - a->rows);
	report_put_status(&a->text, &a->about);
	flush(a, &a->text);
	flush(a, &a->status);
}

static void
post_returned(struct asker *a)
{
	char buf[8192];
	uint64_t at;
	long n;

	report_put_returned(&a->text, &a->about, a->source.whole);
	flush(a, &a->text);
	for (at = 0; !a->post.failed; at += (uint64_t)n) {
		n = report_source_read(&a->source, at, buf, sizeof(buf));
		if (n <= 0)
			break;
		report_post_data(&a->post, buf, (size_t)n);
	}
}

/* --- the answer ------------------------------------------------------- */

static void
asker_reset(struct asker *a)
{
	if (a->posting)
		report_post_close(&a->post);
	a->posting = false;
	fd_close(&a->source.fd);
	str_free(&a->text);
	str_free(&a->status);
	a->rows = 0;
	a->action[0] = '\0';
}

static void
finish(struct asker *a)
{
	char id[LIMIT_ID + 1];
	struct report_reported reported = { .id = id };
	struct report_later later;

	if (a->source.size > 0)
		post_returned(a);
	report_put_end(&a->text, &a->about);
	flush(a, &a->text);
	if (report_post_commit(&a->post, id, sizeof(id)) == 0)
		(void)peer_send(a->peer, &report_reported, &reported, -1);
	else {
		later.fate = a->post.fate;
		(void)peer_send(a->peer, &report_later, &later, -1);
	}
	asker_reset(a);
	peer_set_state(a->peer, IDLE);
}

/* --- verbs ------------------------------------------------------------ */

static int
got_report(void *ctx, const void *msg, int fd)
{
	const struct report_report *report = msg;
	struct asker *a = ctx;
	struct report_about *about = &a->about;

	a->source.fd = fd;
	a->source.offset = report->offset;
	a->source.size = report->size;
	if (report->count == 0 || *report->sender == '\0' ||
	    report->offset > INT64_MAX ||
	    report->size > INT64_MAX - report->offset)
		return -1;
	memset(about, 0, sizeof(*about));
	(void)strlcpy(about->hostname, a->bounce->hostname,
	    sizeof(about->hostname));
	(void)strlcpy(about->id, report->id, sizeof(about->id));
	(void)strlcpy(about->sender, report->sender, sizeof(about->sender));
	(void)strlcpy(about->envid, report->envid, sizeof(about->envid));
	about->serial = report->serial;
	about->arrival = report->arrival;
	about->count = report->count;
	about->now = (int64_t)time(NULL);
	make_boundary(about->boundary);
	a->ret_full = strcmp(report->ret, "FULL") == 0;
	a->ret_headers = strcmp(report->ret, "HDRS") == 0;
	return 0;
}

/* A failure outweighs a delay, a delay any success. */
static void
weigh(struct asker *a, const char *action)
{
	if (a->action[0] == '\0' || strcmp(action, "failed") == 0 ||
	    (strcmp(action, "delayed") == 0 &&
	    strcmp(a->action, "failed") != 0))
		(void)strlcpy(a->action, action, sizeof(a->action));
}

static int
got_row(void *ctx, const void *msg, int fd)
{
	const struct report_row *row = msg;
	struct asker *a = ctx;

	(void)fd;
	a->rows++;
	report_put_status_row(&a->status, row);
	if (a->posting)
		flush(a, &a->status);
	else {
		weigh(a, row->action);
		report_put_row(&a->text, row);
		if (a->rows == REPORT_SPELT || a->rows == a->about.count)
			begin_post(a);
	}
	if (a->rows == a->about.count)
		finish(a);
	return 0;
}

static const struct verb verbs[] = {
	{ &report_report, IDLE, ROWS,	   got_report },
	{ &report_row,	  ROWS, VERB_SAME, got_row },
};

/* --- coming and going ------------------------------------------------- */

static void
on_closed(void *ctx)
{
	struct asker *a = ctx;

	asker_reset(a);
	free(a);
}

void
asker_accepted(void *arg, int fd)
{
	struct bounce *bounce = arg;
	struct asker *a = calloc(1, sizeof(*a));

	if (a == NULL) {
		fd_close(&fd);
		return;
	}
	a->bounce = bounce;
	a->source.fd = -1;
	str_init(&a->text, REPORT_SPELT * REPORT_ROW_MAX);
	str_init(&a->status, REPORT_SPELT * REPORT_ROW_MAX);
	a->peer = peer_new(bounce->loop, fd, verbs, countof(verbs), IDLE, a,
	    on_closed);
	if (a->peer == NULL)
		free(a);
}
