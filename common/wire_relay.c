/*
 * Codec tables of the edge relay, and the packing of listings: entries are
 * many, so that many travel in one frame.
 */
#include "wire_relay.h"

#include <errno.h>
#include <string.h>

#include "fd.h"

static const struct wire_field opened_fields[] = {
	{ WIRE_U32, offsetof(struct relay_opened, count) },
	{ WIRE_U64, offsetof(struct relay_opened, octets) },
};
static const struct wire_field list_fields[] = {
	{ WIRE_U32, offsetof(struct relay_list, first) },
	{ WIRE_U32, offsetof(struct relay_list, most) },
};
static const struct wire_field entries_fields[] = {
	{ WIRE_U32, offsetof(struct relay_entries, next) },
	{ WIRE_BYTES, offsetof(struct relay_entries, data) },
};
static const struct wire_field retr_fields[] = {
	{ WIRE_U32, offsetof(struct relay_retr, number) },
	{ WIRE_U32, offsetof(struct relay_retr, lines) },
};
static const struct wire_field body_fields[] = {
	{ WIRE_U64, offsetof(struct relay_body, size) },
	{ WIRE_U32, offsetof(struct relay_body, more) },
	{ WIRE_BYTES, offsetof(struct relay_body, data) },
};
static const struct wire_field ahead_fields[] = {
	{ WIRE_U32, offsetof(struct relay_ahead, number) },
};
static const struct wire_field dele_fields[] = {
	{ WIRE_U32, offsetof(struct relay_dele, number) },
};
static const struct wire_field done_fields[] = {
	{ WIRE_U32, offsetof(struct relay_done, count) },
	{ WIRE_U64, offsetof(struct relay_done, octets) },
};
static const struct wire_field refused_fields[] = {
	{ WIRE_FATE, offsetof(struct relay_refused, fate) },
};

const struct wire relay_opened = {
	RELAY_OPENED, "OPENED", 0, sizeof(struct relay_opened),
	opened_fields, countof(opened_fields)
};
const struct wire relay_list = {
	RELAY_LIST, "LIST", 0, sizeof(struct relay_list),
	list_fields, countof(list_fields)
};
const struct wire relay_entries = {
	RELAY_ENTRIES, "ENTRIES", 0, sizeof(struct relay_entries),
	entries_fields, countof(entries_fields)
};
const struct wire relay_retr = {
	RELAY_RETR, "RETR", 0, sizeof(struct relay_retr),
	retr_fields, countof(retr_fields)
};
const struct wire relay_body = {
	RELAY_BODY, "BODY", 0, sizeof(struct relay_body),
	body_fields, countof(body_fields)
};
const struct wire relay_ahead = {
	RELAY_AHEAD, "AHEAD", 0, sizeof(struct relay_ahead),
	ahead_fields, countof(ahead_fields)
};
const struct wire relay_dele = {
	RELAY_DELE, "DELE", 0, sizeof(struct relay_dele),
	dele_fields, countof(dele_fields)
};
const struct wire relay_rset = {
	RELAY_RSET, "RSET", 0, 0,
	NULL, 0
};
const struct wire relay_commit = {
	RELAY_COMMIT, "COMMIT", 0, 0,
	NULL, 0
};
const struct wire relay_done = {
	RELAY_DONE, "DONE", 0, sizeof(struct relay_done),
	done_fields, countof(done_fields)
};
const struct wire relay_refused = {
	RELAY_REFUSED, "REFUSED", 0, sizeof(struct relay_refused),
	refused_fields, countof(refused_fields)
};

static void
put_uint(unsigned char *p, uint64_t v, size_t n)
{
	while (n-- > 0) {
		p[n] = (unsigned char)v;
		v >>= 8;
	}
}

static uint64_t
get_uint(const unsigned char *p, size_t n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

/*
 * Eight bytes at a step, because lists are long: the high bit of a byte shows
 * in x when it is no ASCII, in x - 0x21 when it is too small, in x + 1 when it
 * is DEL.  The lowest byte that is bad shows so by itself; borrows and carries
 * come from bad bytes alone.
 */
bool
relay_is_printable(const void *data, size_t n)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const unsigned char *p = data;
	uint64_t x, bad = 0;

	for (; n > 0; n -= n < 8 ? n : 8, p += 8) {
		x = 0x30 * ones;
		memcpy(&x, p, n < 8 ? n : 8);
		bad |= x | (x - 0x21 * ones) | (x + ones);
	}
	return (bad & 0x80 * ones) == 0;
}

size_t
relay_entry_put(unsigned char *p, const struct relay_entry *e)
{
	size_t n = strnlen(e->uidl, RELAY_UIDL);

	put_uint(p, e->number, 4);
	put_uint(p + 4, e->size, 8);
	p[12] = (unsigned char)n;
	memcpy(p + 13, e->uidl, n);
	return 13 + n;
}

/*
 * A maildrop belongs to a user who may have replaced it by something else:
 * whatever could break a reply line of the session is refused here.
 */
int
relay_entry_get(struct bytes *b, struct relay_entry *e)
{
	size_t n;

	if (b->len == 0)
		return 0;
	errno = EPROTO;
	if (b->len < 13)
		return -1;
	n = b->data[12];
	if (n == 0 || n > RELAY_UIDL || n > b->len - 13 ||
	    !relay_is_printable(b->data + 13, n))
		return -1;
	e->number = (uint32_t)get_uint(b->data, 4);
	e->size = get_uint(b->data + 4, 8);
	memcpy(e->uidl, b->data + 13, n);
	e->uidl[n] = '\0';
	b->data += 13 + n;
	b->len -= 13 + n;
	return 1;
}
