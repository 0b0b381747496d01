/*
 * Reads message files.  No byte of the file is trusted (a disk, a crash or
 * another hand may have changed it), every length is compared with what
 * remains, and no list is kept: memory does not depend on the envelope.
 */
#include "message.h"

#include <sys/stat.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "fd.h"
#include "id.h"

#include "crc.h"
#include "message_fields.h"

static int
fail(int error)
{
	errno = error;
	return -1;
}

/* Where a reader stands: the unread rest of the envelope. */
struct reader {
	int		 fd;
	off_t		 at;		/* of the next byte to be read in */
	uint64_t	 length;	/* of the envelope */
	uint64_t	 left;		/* … not yet read in */
	uint32_t	 crc;		/* of the envelope, as the head says */
	size_t		 start, end;	/* unread bytes of buf */
	const char	*why;
	char		 buf[8192];
};

/* One field; what belongs to it (params) may follow. */
struct parsed {
	char		 name[FIELD_NAME_MAX + 1];
	char		 value[MESSAGE_VALUE + 1];
};

/* A recipient is told only when the field behind it has been seen. */
struct pending {
	struct message	*m;
	int		(*rcpt)(void *, const char *, const char *);
	void		*ctx;
	size_t		 next;		/* the row that may come */
	bool		 params_may;	/* the field before takes params */
	char		 address[MESSAGE_ADDRESS];
	char		 params[LIMIT_PARAMS + 1];
};

static int
damaged(struct reader *r, const char *why)
{
	r->why = why;
	return fail(EBADMSG);
}

/* Exactly width digits of the base; false when something else is there. */
static bool
fixed_number(const char *s, size_t width, unsigned base, uint64_t *v)
{
	const char *digits = "0123456789abcdef", *d;

	for (*v = 0; width > 0; width--, s++) {
		d = memchr(digits, *s, base);
		if (d == NULL)
			return false;
		*v = *v * base + (uint64_t)(d - digits);
	}
	return true;
}

static int
parse_head(struct reader *r, const char *h, struct message *m)
{
	uint64_t envelope_crc, body_crc;

	if (h[0] == '\0')
		return damaged(r, "never finished");
	if (memcmp(h, MESSAGE_MAGIC, 8) != 0)
		return damaged(r, "not a message file");
	if (!fixed_number(h + 8, 8, 10, &r->length) || h[16] != ' ' ||
	    !fixed_number(h + 17, 16, 10, &m->size) || h[33] != ' ' ||
	    !fixed_number(h + 34, 8, 16, &envelope_crc) || h[42] != ' ' ||
	    !fixed_number(h + 43, 8, 16, &body_crc) || h[51] != '\n')
		return damaged(r, "malformed head");
	if (r->length > LIMIT_ENVELOPE)
		return damaged(r, "envelope too long");
	r->crc = (uint32_t)envelope_crc;
	m->body_crc = (uint32_t)body_crc;
	m->offset = MESSAGE_HEAD + r->length;
	return 0;
}

/* What the buffer takes from the start of the file, by one call. */
static int
read_start(struct reader *r)
{
	ssize_t n;

	do
		n = pread(r->fd, r->buf, sizeof(r->buf), 0);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == ESPIPE || errno == EISDIR))
		return damaged(r, "not a regular file");
	if (n == -1)
		return -1;
	r->end = (size_t)n;
	return 0;
}

/* Whether that was the whole file, of the length its head says. */
static bool
is_all(struct reader *r, struct message *m)
{
	return r->end >= MESSAGE_HEAD && r->end < sizeof(r->buf) &&
	    parse_head(r, r->buf, m) == 0 && m->offset <= r->end &&
	    r->end - m->offset == m->size;
}

/* Long files, and those with which something is wrong: by their size. */
static int
check_size(struct reader *r, struct message *m)
{
	struct stat st;
	uint64_t size;

	if (fstat(r->fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode))
		return damaged(r, "not a regular file");
	size = (uint64_t)st.st_size;
	if (size < MESSAGE_HEAD)
		return damaged(r, "shorter than a head");
	r->end = size < sizeof(r->buf) ? (size_t)size : sizeof(r->buf);
	if (fd_pread_all(r->fd, r->buf, r->end, 0) == -1)
		return -1;
	if (parse_head(r, r->buf, m) == -1)
		return -1;
	if (size - MESSAGE_HEAD < r->length ||
	    size - m->offset < m->size)
		return damaged(r, "shorter than its head says");
	if (size - m->offset > m->size)
		return damaged(r, "longer than its head says");
	return 0;
}

static int
read_head(struct reader *r, struct message *m)
{
	if (read_start(r) == -1)
		return -1;
	return is_all(r, m) ? 0 : check_size(r, m);
}

/* Reads n bytes at an offset in pieces; their checksum must be crc. */
static int
check_range(int fd, uint64_t at, uint64_t n, uint32_t crc)
{
	unsigned char buf[16384];
	uint32_t sum = 0;
	size_t part;

	for (; n > 0; n -= part, at += part) {
		part = n < sizeof(buf) ? (size_t)n : sizeof(buf);
		if (fd_pread_all(fd, buf, part, (off_t)at) == -1)
			return -1;
		sum = crc32c(sum, buf, part);
	}
	return sum == crc ? 0 : fail(EBADMSG);
}

/* The envelope against its checksum; what is in the buffer of it is unread
 * then, and the rest is left. */
static int
check_envelope(struct reader *r)
{
	size_t there = r->end - MESSAGE_HEAD;
	int result;

	if (there > r->length)
		there = (size_t)r->length;
	r->start = MESSAGE_HEAD;
	r->end = MESSAGE_HEAD + there;
	r->at = (off_t)r->end;
	r->left = r->length - there;
	if (r->left == 0)
		result = crc32c(0, r->buf + r->start, there) == r->crc ? 0 :
		    fail(EBADMSG);
	else
		result = check_range(r->fd, MESSAGE_HEAD, r->length, r->crc);
	if (result == -1)
		r->why = "envelope checksum";
	return result;
}

static int
refill(struct reader *r)
{
	size_t n = r->left < sizeof(r->buf) ? (size_t)r->left :
	    sizeof(r->buf);

	if (n == 0)
		return damaged(r, "field past the envelope");
	if (fd_pread_all(r->fd, r->buf, n, r->at) == -1)
		return -1;
	r->at += (off_t)n;
	r->left -= n;
	r->start = 0;
	r->end = n;
	return 0;
}

static int
take(struct reader *r, char *to, size_t n)
{
	size_t part;

	while (n > 0) {
		if (r->start == r->end && refill(r) == -1)
			return -1;
		part = r->end - r->start;
		if (part > n)
			part = n;
		memcpy(to, r->buf + r->start, part);
		r->start += part;
		to += part;
		n -= part;
	}
	return 0;
}

/* The length of a netstring, up to its colon: no sign, no leading zero. */
static int
take_length(struct reader *r, size_t *n)
{
	size_t digits;
	char c;

	*n = 0;
	for (digits = 0; digits < 6; digits++) {
		if (take(r, &c, 1) == -1)
			return -1;
		if (c == ':' && digits > 0)
			return 0;
		if (c < '0' || c > '9' || (digits == 1 && *n == 0))
			break;
		*n = *n * 10 + (size_t)(c - '0');
	}
	return damaged(r, "malformed netstring");
}

static int
take_field(struct reader *r, struct parsed *f)
{
	char text[FIELD_MAX + 2], *blank;
	size_t n, name;

	if (take_length(r, &n) == -1)
		return -1;
	if (n > FIELD_MAX)
		return damaged(r, "field too long");
	if (take(r, text, n + 2) == -1)
		return -1;
	if (text[n] != ',' || text[n + 1] != '\n')
		return damaged(r, "malformed netstring");
	if (!message_value_ok(text, n))
		return damaged(r, "control byte in a field");
	blank = memchr(text, ' ', n);
	if (blank == NULL || blank - text > FIELD_NAME_MAX)
		return damaged(r, "field without a name");
	name = (size_t)(blank - text);
	n -= name + 1;
	if (n > MESSAGE_VALUE)
		return damaged(r, "field too long");
	memcpy(f->name, text, name);
	f->name[name] = '\0';
	memcpy(f->value, blank + 1, n);
	f->value[n] = '\0';
	return 0;
}

static int
copy(struct reader *r, char *to, size_t size, const char *value)
{
	if (strlcpy(to, value, size) >= size)
		return damaged(r, "field too long");
	return 0;
}

/* Tells the recipient that waits, if any. */
static int
settle(struct reader *r, struct pending *p)
{
	if (*p->address == '\0')
		return 0;
	if (p->m->rcpt_count++ >= LIMIT_RECIPIENTS)
		return damaged(r, "too many recipients");
	if (p->rcpt != NULL && p->rcpt(p->ctx, p->address, p->params) == -1) {
		r->why = "reading was ended";
		return fail(ECANCELED);
	}
	*p->address = *p->params = '\0';
	return 0;
}

static int
got_rcpt(struct reader *r, struct pending *p, const char *value)
{
	if (p->next != MESSAGE_FIELDS)
		return damaged(r, "recipient before the sender");
	if (*value == '\0')
		return damaged(r, "empty recipient");
	p->params_may = true;
	return copy(r, p->address, sizeof(p->address), value);
}

static int
got_params(struct reader *r, struct pending *p, const char *value)
{
	bool of_rcpt = *p->address != '\0';

	if (!p->params_may)
		return damaged(r, "parameters of nothing");
	p->params_may = false;
	return copy(r, of_rcpt ? p->params : p->m->params,
	    LIMIT_PARAMS + 1, value);
}

static int
store(struct reader *r, const struct message_field *f, struct message *m,
    const char *value)
{
	char *at = (char *)m + f->offset;
	uint64_t number;
	size_t len = strlen(value);

	if (f->size != 0)
		return copy(r, at, f->size, value);
	if (len < 1 || len > 15 || !fixed_number(value, len, 10, &number))
		return damaged(r, "malformed number");
	memcpy(at, &number, sizeof(number));
	return 0;
}

/* Any field of the table: each once, in the table's order. */
static int
got_field(struct reader *r, struct pending *p, const struct parsed *f)
{
	size_t i;

	for (i = p->next; i < MESSAGE_FIELDS; i++) {
		if (strcmp(f->name, message_fields[i].name) == 0)
			break;
		if (message_fields[i].must)
			return damaged(r, "unknown, missing or repeated field");
	}
	if (i == MESSAGE_FIELDS)
		return damaged(r, "unknown or repeated field");
	p->next = i + 1;
	p->params_may = p->next == MESSAGE_FIELDS;
	return store(r, &message_fields[i], p->m, f->value);
}

static int
got(struct reader *r, struct pending *p, const struct parsed *f)
{
	if (strcmp(f->name, "params") == 0)
		return got_params(r, p, f->value);
	if (settle(r, p) == -1)
		return -1;
	if (strcmp(f->name, "rcpt") == 0)
		return got_rcpt(r, p, f->value);
	return got_field(r, p, f);
}

static int
read_fields(struct reader *r, struct pending *p)
{
	struct parsed f;

	while (r->left > 0 || r->start < r->end)
		if (take_field(r, &f) == -1 || got(r, p, &f) == -1)
			return -1;
	if (settle(r, p) == -1)
		return -1;
	if (p->m->rcpt_count == 0)
		return damaged(r, "no recipient");
	if (!id_ok(p->m->id))
		return damaged(r, "malformed id");
	return 0;
}

int
message_read(int fd, struct message *m,
    int (*rcpt)(void *, const char *, const char *), void *ctx,
    const char **why)
{
	struct reader r = { .fd = fd };
	struct pending p = { .m = m, .rcpt = rcpt, .ctx = ctx };

	memset(m, 0, sizeof(*m));
	if (read_head(&r, m) == 0 && check_envelope(&r) == 0 &&
	    read_fields(&r, &p) == 0)
		return 0;
	/* Why of a damage or a callback; else it is the system's error. */
	*why = errno == EBADMSG || errno == ECANCELED ? r.why :
	    strerror(errno);
	return -1;
}

int
message_check_body(int fd, const struct message *m, const char **why)
{
	if (check_range(fd, m->offset, m->size, m->body_crc) == 0)
		return 0;
	*why = errno == EBADMSG ? "body checksum" : strerror(errno);
	return -1;
}

bool
message_param(const char *params, const char *name, char *buf, size_t size)
{
	size_t n = strlen(name), len;

	for (; *params != '\0'; params += len, params += *params == ' ') {
		len = strcspn(params, " ");
		if (len <= n || params[n] != '=' ||
		    strncasecmp(params, name, n) != 0)
			continue;
		if (len - n - 1 >= size)
			break;
		memcpy(buf, params + n + 1, len - n - 1);
		buf[len - n - 1] = '\0';
		return true;
	}
	if (size > 0)
		*buf = '\0';
	return false;
}
