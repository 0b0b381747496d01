/*
 * One message on its way in.  The envelope and the body go to the file as
 * they come.  A program of ours is believed what it says about its client; a
 * local user is believed nothing: his account comes from the kernel, his
 * addresses and parameters are read anew.
 */
#include "intake.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "addr.h"
#include "fd.h"
#include "limits.h"
#include "str.h"

#include "trace_field.h"

_Static_assert(sizeof(struct intake) <= 16 * 1024,
    "a message on its way in takes at most 16 KiB");

static void
see_field(void *ctx, const char *name, const char *value)
{
	struct intake *in = ctx;

	if (strcasecmp(name, "Received") == 0)
		in->hops++;
	else if (strcasecmp(name, "Message-ID") == 0)
		(void)strlcpy(in->message_id, value, sizeof(in->message_id));
}

/* What is cut here is said to people, never acted upon. */
static void
note_client(struct message *m, const struct submit_open *open)
{
	(void)strlcpy(m->client, open->client, sizeof(m->client));
	(void)strlcpy(m->client_name, open->client_name,
	    sizeof(m->client_name));
	(void)strlcpy(m->helo, open->helo, sizeof(m->helo));
	(void)strlcpy(m->protocol, open->protocol, sizeof(m->protocol));
	(void)strlcpy(m->listener, open->listener, sizeof(m->listener));
	(void)strlcpy(m->login, open->login, sizeof(m->login));
}

struct intake *
intake_new(struct spool *spool, const struct site *site,
    const struct submit_open *open, const char *account, bool may_report)
{
	struct intake *in = calloc(1, sizeof(*in));

	if (in == NULL)
		return NULL;
	in->spool = spool;
	in->site = site;
	in->spooled.fd = -1;
	in->local = *account != '\0';
	(void)strlcpy(in->message.account, account,
	    sizeof(in->message.account));
	if (in->local)
		(void)strlcpy(in->message.protocol, "local",
		    sizeof(in->message.protocol));
	else
		note_client(&in->message, open);
	if (may_report)
		(void)strlcpy(in->message.report_of, open->report_of,
		    sizeof(in->message.report_of));
	head_init(&in->head, see_field, in);
	return in;
}

void
intake_free(struct intake *in)
{
	if (in == NULL)
		return;
	spool_abort(in->spool, &in->spooled);
	free(in);
}

/* A write that failed: what the client may hear about it. */
static int
not_written(struct fate *fate, const char *what)
{
	switch (errno) {
	case EINVAL:
		fate_set(fate, 550, "5.6.0", "control byte in the %s", what);
		break;
	case EMSGSIZE:
		fate_set(fate, 552, "5.3.4", "%s too long", what);
		break;
	default:
		spool_fate(fate, errno);
	}
	return -1;
}

/* One word of parameters that a local user may give, NAME=value in xtext. */
static bool
param_ok(const char *word, size_t n, const char *const *names)
{
	size_t i, len;

	for (i = 0; i < n; i++)
		if (word[i] < 0x21 || word[i] > 0x7e)
			return false;
	for (; *names != NULL; names++) {
		len = strlen(*names);
		if (n > len && strncasecmp(word, *names, len) == 0)
			return true;
	}
	return false;
}

static int
check_params(const struct intake *in, const char *params,
    const char *const *names, struct fate *fate)
{
	size_t n;

	if (!in->local)
		return 0;
	for (; *params != '\0'; params += n, params += *params == ' ') {
		n = strcspn(params, " ");
		if (!param_ok(params, n, names)) {
			fate_set(fate, 555, "5.5.4", "parameter not known");
			return -1;
		}
	}
	return 0;
}

/* An address of a local user: checked, and completed with our name. */
static int
complete(const struct intake *in, const char *given, char *buf, size_t size)
{
	struct addr addr;

	if (!in->local || *given == '\0')
		return strlcpy(buf, given, size) < size ? 0 : -1;
	if (addr_parse(&addr, given) == -1)
		return -1;
	if (*addr.domain == '\0')
		(void)strlcpy(addr.domain, in->site->hostname,
		    sizeof(addr.domain));
	addr_format(&addr, buf, size);
	return 0;
}

int
intake_from(struct intake *in, const struct submit_from *from,
    struct fate *fate)
{
	static const char *const known[] = {
		"BODY=", "RET=", "ENVID=", NULL
	};
	struct message *m = &in->message;

	if (check_params(in, from->params, known, fate) == -1)
		return -1;
	if (complete(in, from->address, m->sender, sizeof(m->sender)) == -1 ||
	    strlcpy(m->params, from->params, sizeof(m->params)) >=
	    sizeof(m->params)) {
		fate_set(fate, 553, "5.1.7", "bad sender address");
		return -1;
	}
	if (spool_begin(in->spool, &in->spooled) == -1)
		return not_written(fate, "message");
	(void)strlcpy(m->id, in->spooled.id, sizeof(m->id));
	m->arrival = (uint64_t)time(NULL);
	if (message_put_head(&in->spooled.file, m) == -1)
		return not_written(fate, "envelope");
	return 0;
}

int
intake_rcpt(struct intake *in, const struct submit_rcpt *rcpt,
    struct fate *fate)
{
	static const char *const known[] = { "NOTIFY=", "ORCPT=", NULL };
	char address[MESSAGE_ADDRESS];

	if (check_params(in, rcpt->params, known, fate) == -1)
		return -1;
	if (*rcpt->address == '\0' || complete(in, rcpt->address, address,
	    sizeof(address)) == -1) {
		fate_set(fate, 553, "5.1.3", "bad recipient address");
		return -1;
	}
	if (in->rcpts == LIMIT_RECIPIENTS) {
		fate_set(fate, 452, "4.5.3", "too many recipients");
		return -1;
	}
	if (in->rcpts++ == 0)
		(void)strlcpy(in->first, address, sizeof(in->first));
	if (message_put_rcpt(&in->spooled.file, address, rcpt->params) == -1)
		return not_written(fate, "envelope");
	return 0;
}

/* The Received field stands in front of the body. */
static int
begin_body(struct intake *in, struct fate *fate)
{
	struct str field;
	int done;

	in->body_begun = true;
	str_init(&field, TRACE_MAX);
	done = trace_field(&field, &in->message, in->site->hostname,
	    in->rcpts == 1 ? in->first : "", (int64_t)in->message.arrival);
	if (done == 0)
		done = message_put_body(&in->spooled.file, field.data,
		    field.len);
	if (done == -1)
		not_written(fate, "Received field");
	str_free(&field);
	return done;
}

int
intake_data(struct intake *in, const struct bytes *chunk, struct fate *fate)
{
	const char *text = (const char *)chunk->data;

	if (!in->body_begun && begin_body(in, fate) == -1)
		return -1;
	in->size += chunk->len;
	if (in->site->size_max != 0 && in->size > in->site->size_max) {
		fate_set(fate, 552, "5.3.4", "message larger than %ju bytes",
		    (uintmax_t)in->site->size_max);
		return -1;
	}
	wire_form_feed(&in->form, text, chunk->len);
	(void)head_feed(&in->head, text, chunk->len);
	if (message_put_body(&in->spooled.file, text, chunk->len) == -1)
		return not_written(fate, "message");
	return 0;
}

/* Whether the whole body may be kept. */
static int
check_body(struct intake *in, uint64_t size, struct fate *fate)
{
	if (size != in->size) {
		fate_set(fate, 451, "4.3.0", "the message was cut");
		return -1;
	}
	if (!wire_form_ok(&in->form)) {
		fate_set(fate, 550, "5.6.0", "bare CR or LF, or a NUL");
		return -1;
	}
	head_end(&in->head);
	if (in->hops >= LIMIT_HOPS) {
		fate_set(fate, 554, "5.4.6", "too many hops");
		return -1;
	}
	return 0;
}

int
intake_commit(struct intake *in, uint64_t size, struct fate *fate)
{
	if (!in->body_begun && begin_body(in, fate) == -1)
		return -1;
	if (check_body(in, size, fate) == -1)
		return -1;
	/* Every body ends with a line end: the dot of SMTP needs it. */
	if (in->form.inside &&
	    message_put_body(&in->spooled.file, "\r\n", 2) == -1)
		return not_written(fate, "message");
	if (spool_join(in->spool, &in->spooled) == -1)
		return not_written(fate, "message");
	return 0;
}
