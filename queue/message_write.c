/*
 * Writes message files.  No control byte gets into a value, so that no text
 * from outside can become a field of its own (CVE-2020-8794); the first line
 * is written last, so that a torn file is never taken for a whole one.
 */
#include "message.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fd.h"

#include "crc.h"
#include "message_fields.h"

static int
fail(int error)
{
	errno = error;
	return -1;
}

static int
flush(struct message_writer *w)
{
	if (fd_pwrite_all(w->fd, w->buf, w->len, (off_t)w->at) == -1)
		return -1;
	w->at += w->len;
	w->len = 0;
	return 0;
}

static int
put(struct message_writer *w, const void *data, size_t n)
{
	if (n > sizeof(w->buf) - w->len && flush(w) == -1)
		return -1;
	if (n > sizeof(w->buf)) {
		if (fd_pwrite_all(w->fd, data, n, (off_t)w->at) == -1)
			return -1;
		w->at += n;
		return 0;
	}
	memcpy(w->buf + w->len, data, n);
	w->len += n;
	return 0;
}

static int
put_envelope(struct message_writer *w, const void *data, size_t n)
{
	if (n > LIMIT_ENVELOPE - w->envelope)
		return fail(EMSGSIZE);
	w->envelope += n;
	w->envelope_crc = crc32c(w->envelope_crc, data, n);
	return put(w, data, n);
}

static int
put_field(struct message_writer *w, const char *name, const char *value)
{
	char text[FIELD_MAX + 16];
	size_t len = strlen(value);
	int n;

	if (len > MESSAGE_VALUE)
		return fail(EMSGSIZE);
	if (!message_value_ok(value, len))
		return fail(EINVAL);
	n = snprintf(text, sizeof(text), "%zu:%s %s,\n",
	    strlen(name) + 1 + len, name, value);
	return put_envelope(w, text, (size_t)n);
}

void
message_begin(struct message_writer *w, int fd)
{
	w->fd = fd;
	w->at = w->envelope = w->body = 0;
	w->envelope_crc = w->body_crc = 0;
	/* NULs until message_finish(): no reader takes them for a head. */
	memset(w->buf, 0, MESSAGE_HEAD);
	w->len = MESSAGE_HEAD;
}

static int
put_row(struct message_writer *w, const struct message_field *f,
    const struct message *m)
{
	const char *at = (const char *)m + f->offset;
	char digits[24];
	uint64_t number;

	if (f->size == 0) {
		memcpy(&number, at, sizeof(number));
		(void)snprintf(digits, sizeof(digits), "%ju",
		    (uintmax_t)number);
		at = digits;
	}
	if (*at == '\0' && !f->must)
		return 0;
	return put_field(w, f->name, at);
}

static int
put_params(struct message_writer *w, const char *params)
{
	return *params == '\0' ? 0 : put_field(w, "params", params);
}

int
message_put_head(struct message_writer *w, const struct message *m)
{
	size_t i;

	for (i = 0; i < MESSAGE_FIELDS; i++)
		if (put_row(w, &message_fields[i], m) == -1)
			return -1;
	return put_params(w, m->params);
}

int
message_put_rcpt(struct message_writer *w, const char *address,
    const char *params)
{
	if (*address == '\0')
		return fail(EINVAL);
	if (strlen(address) >= MESSAGE_ADDRESS)
		return fail(EMSGSIZE);
	if (put_field(w, "rcpt", address) == -1)
		return -1;
	return put_params(w, params);
}

int
message_put_body(struct message_writer *w, const void *data, size_t n)
{
	w->body += n;
	w->body_crc = crc32c(w->body_crc, data, n);
	return put(w, data, n);
}

int
message_finish(struct message_writer *w)
{
	char head[MESSAGE_HEAD + 1];

	if (snprintf(head, sizeof(head), "%s%08ju %016ju %08x %08x\n",
	    MESSAGE_MAGIC, (uintmax_t)w->envelope, (uintmax_t)w->body,
	    w->envelope_crc, w->body_crc) != MESSAGE_HEAD)
		return fail(EMSGSIZE);
	if (w->at != 0) {
		if (flush(w) == -1)
			return -1;
		return fd_pwrite_all(w->fd, head, MESSAGE_HEAD, 0);
	}
	memcpy(w->buf, head, MESSAGE_HEAD);
	return flush(w);
}

uint64_t
message_length(const struct message_writer *w)
{
	return w->at;
}

const void *
message_bytes(const struct message_writer *w)
{
	/* Nothing shorter than the buffer ever left it before the end. */
	return w->at <= sizeof(w->buf) ? w->buf : NULL;
}
