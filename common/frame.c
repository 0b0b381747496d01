/*
 * The frame codec: the only reader and writer of internal messages.  The
 * reader trusts no byte; each length is compared with what remains, never
 * with a sum, and a frame must be consumed to its last byte.
 */
#include "frame.h"

#include <errno.h>
#include <string.h>

#include "fate.h"
#include "fd.h"
#include "pass.h"

/* Where a codec stands in a frame: the unread or unwritten rest. */
struct cursor {
	unsigned char	*p;
	size_t		 left;
};

static int
fail(int error)
{
	errno = error;
	return -1;
}

/* --- writing ---------------------------------------------------------- */

static int
put_uint(struct cursor *c, uint64_t v, size_t n)
{
	size_t i;

	if (c->left < n)
		return fail(EMSGSIZE);
	for (i = 0; i < n; i++)
		c->p[i] = (unsigned char)(v >> (8 * (n - 1 - i)));
	c->p += n;
	c->left -= n;
	return 0;
}

static int
put_data(struct cursor *c, const void *data, size_t n)
{
	if (put_uint(c, n, 4) == -1)
		return -1;
	if (c->left < n)
		return fail(EMSGSIZE);
	if (n != 0)
		memcpy(c->p, data, n);
	c->p += n;
	c->left -= n;
	return 0;
}

/* A string travels with its NUL, so that the reader can point at it. */
static int
put_string(struct cursor *c, const char *s)
{
	return s == NULL ? fail(EINVAL) : put_data(c, s, strlen(s) + 1);
}

static int
put_field(struct cursor *c, enum wire_type type, const void *from)
{
	const struct bytes *b = from;
	const struct fate *f = from;
	const char *s;
	uint64_t u64;
	uint32_t u32;

	switch (type) {
	case WIRE_U32:
		memcpy(&u32, from, sizeof(u32));
		return put_uint(c, u32, 4);
	case WIRE_U64:
		memcpy(&u64, from, sizeof(u64));
		return put_uint(c, u64, 8);
	case WIRE_STR:
		memcpy(&s, from, sizeof(s));
		return put_string(c, s);
	case WIRE_BYTES:
		return put_data(c, b->data, b->len);
	case WIRE_FATE:
		if (put_uint(c, f->code, 4) == -1 ||
		    put_string(c, f->status) == -1)
			return -1;
		return put_string(c, f->text);
	}
	return fail(EINVAL);
}

size_t
frame_write(unsigned char *data, size_t room, const struct wire *wire,
    const void *msg)
{
	struct cursor c = { data, room }, head = { data, FRAME_HEAD };
	size_t i;

	/* The length is not known yet, but that its place is there. */
	if (put_uint(&c, 0, 4) == -1 || put_uint(&c, wire->verb, 2) == -1)
		return 0;
	for (i = 0; i < wire->count; i++)
		if (put_field(&c, wire->fields[i].type,
		    (const char *)msg + wire->fields[i].offset) == -1)
			return 0;
	(void)put_uint(&head, room - c.left, 4);
	return room - c.left;
}

int
frame_put(struct frame *frame, const struct wire *wire, const void *msg)
{
	frame->verb = wire->verb;
	frame->len = frame_write(frame->data, sizeof(frame->data), wire, msg);
	return frame->len == 0 ? -1 : 0;
}

/* --- reading ---------------------------------------------------------- */

static int
get_uint(struct cursor *c, uint64_t *v, size_t n)
{
	if (c->left < n)
		return fail(EPROTO);
	for (*v = 0; n > 0; n--, c->left--)
		*v = *v << 8 | *c->p++;
	return 0;
}

static int
get_u32(struct cursor *c, uint32_t *v)
{
	uint64_t wide;

	if (get_uint(c, &wide, 4) == -1)
		return -1;
	*v = (uint32_t)wide;
	return 0;
}

static int
get_data(struct cursor *c, struct bytes *b)
{
	uint32_t n;

	if (get_u32(c, &n) == -1)
		return -1;
	if (n > c->left)
		return fail(EPROTO);
	b->data = c->p;
	b->len = n;
	c->p += n;
	c->left -= n;
	return 0;
}

static int
get_string(struct cursor *c, const char **s)
{
	struct bytes b;

	if (get_data(c, &b) == -1)
		return -1;
	if (b.len == 0 || memchr(b.data, '\0', b.len) != b.data + b.len - 1)
		return fail(EPROTO);
	*s = (const char *)b.data;
	return 0;
}

static int
get_fate(struct cursor *c, struct fate *f)
{
	const char *status, *text;
	uint32_t code;

	if (get_u32(c, &code) == -1 || get_string(c, &status) == -1 ||
	    get_string(c, &text) == -1)
		return -1;
	return fate_make(f, code, status, text);
}

static int
get_field(struct cursor *c, enum wire_type type, void *to)
{
	switch (type) {
	case WIRE_U32:
		return get_u32(c, to);
	case WIRE_U64:
		return get_uint(c, to, 8);
	case WIRE_STR:
		return get_string(c, to);
	case WIRE_BYTES:
		return get_data(c, to);
	case WIRE_FATE:
		return get_fate(c, to);
	}
	return fail(EPROTO);
}

int
frame_check(struct frame *frame, size_t received)
{
	struct cursor c = { frame->data, received };
	uint64_t verb;
	uint32_t len;

	if (get_u32(&c, &len) == -1 || get_uint(&c, &verb, 2) == -1 ||
	    len != received)
		return fail(EPROTO);
	frame->len = received;
	frame->verb = (uint16_t)verb;
	return 0;
}

int
frame_read(const struct bytes *whole, const struct wire *wire, void *msg)
{
	struct cursor c = { (unsigned char *)(uintptr_t)whole->data + 4,
	    whole->len - 4 };
	uint64_t verb;
	size_t i;

	if (whole->len < FRAME_HEAD || get_uint(&c, &verb, 2) == -1 ||
	    verb != wire->verb)
		return fail(EPROTO);
	/* The cursor only reads here; the strings it hands out are const. */
	for (i = 0; i < wire->count; i++)
		if (get_field(&c, wire->fields[i].type,
		    (char *)msg + wire->fields[i].offset) == -1)
			return -1;
	return c.left == 0 ? 0 : fail(EPROTO);
}

int
frame_get(const struct frame *frame, const struct wire *wire, void *msg)
{
	const struct bytes whole = { frame->data, frame->len };

	return frame_read(&whole, wire, msg);
}

int
frame_send_now(int sock, const void *data, size_t len, int fd)
{
	return pass_send(sock, data, len, fd);
}

int
frame_recv_now(int sock, struct frame *frame, int *fd)
{
	ssize_t n = pass_recv(sock, frame->data, sizeof(frame->data), fd);

	if (n == -1 && errno == ECONNRESET)
		return 0;
	if (n <= 0)
		return (int)n;
	if (frame_check(frame, (size_t)n) == -1) {
		fd_close(fd);
		return fail(EPROTO);
	}
	return 1;
}
