/* Codec tables of the edge deliver. */
#include "wire_deliver.h"

#include "fd.h"

static const struct wire_field deliver_fields[] = {
	{ WIRE_STR, offsetof(struct deliver_deliver, id) },
	{ WIRE_STR, offsetof(struct deliver_deliver, reverse) },
	{ WIRE_U64, offsetof(struct deliver_deliver, offset) },
	{ WIRE_U64, offsetof(struct deliver_deliver, size) },
	{ WIRE_U32, offsetof(struct deliver_deliver, count) },
	{ WIRE_U32, offsetof(struct deliver_deliver, flags) },
	{ WIRE_STR, offsetof(struct deliver_deliver, hostname) },
	{ WIRE_U64, offsetof(struct deliver_deliver, arrival) },
};
static const struct wire_field rcpt_fields[] = {
	{ WIRE_U32, offsetof(struct deliver_rcpt, index) },
	{ WIRE_STR, offsetof(struct deliver_rcpt, address) },
	{ WIRE_STR, offsetof(struct deliver_rcpt, extension) },
	{ WIRE_STR, offsetof(struct deliver_rcpt, params) },
	{ WIRE_STR, offsetof(struct deliver_rcpt, origin) },
};
static const struct wire_field fate_fields[] = {
	{ WIRE_U32, offsetof(struct deliver_fate, index) },
	{ WIRE_FATE, offsetof(struct deliver_fate, fate) },
	{ WIRE_STR, offsetof(struct deliver_fate, peer) },
};
static const struct wire_field safe_fields[] = {
	{ WIRE_U32, offsetof(struct deliver_safe, index) },
	{ WIRE_U32, offsetof(struct deliver_safe, token) },
	{ WIRE_U64, offsetof(struct deliver_safe, device) },
	{ WIRE_STR, offsetof(struct deliver_safe, peer) },
	{ WIRE_U32, offsetof(struct deliver_safe, ready) },
};
static const struct wire_field place_fields[] = {
	{ WIRE_BYTES, offsetof(struct deliver_place, tokens) },
	{ WIRE_U32, offsetof(struct deliver_place, how) },
};
static const struct wire_field placed_fields[] = {
	{ WIRE_BYTES, offsetof(struct deliver_placed, tokens) },
};
static const struct wire_field settled_fields[] = {
	{ WIRE_U32, offsetof(struct deliver_settled, token) },
	{ WIRE_FATE, offsetof(struct deliver_settled, fate) },
};
static const struct wire_field forward_fields[] = {
	{ WIRE_U32, offsetof(struct deliver_forward, index) },
	{ WIRE_STR, offsetof(struct deliver_forward, address) },
};
static const struct wire_field trouble_fields[] = {
	{ WIRE_FATE, offsetof(struct deliver_trouble, fate) },
	{ WIRE_STR, offsetof(struct deliver_trouble, peer) },
};

const struct wire deliver_deliver = {
	DELIVER_DELIVER, "DELIVER", 1, sizeof(struct deliver_deliver),
	deliver_fields, countof(deliver_fields)
};
const struct wire deliver_rcpt = {
	DELIVER_RCPT, "RCPT", 0, sizeof(struct deliver_rcpt),
	rcpt_fields, countof(rcpt_fields)
};
const struct wire deliver_fate = {
	DELIVER_FATE, "FATE", 0, sizeof(struct deliver_fate),
	fate_fields, countof(fate_fields)
};
const struct wire deliver_safe = {
	DELIVER_SAFE, "SAFE", 0, sizeof(struct deliver_safe),
	safe_fields, countof(safe_fields)
};
const struct wire deliver_placed = {
	DELIVER_PLACED, "PLACED", 0, sizeof(struct deliver_placed),
	placed_fields, countof(placed_fields)
};
const struct wire deliver_place = {
	DELIVER_PLACE, "PLACE", 0, sizeof(struct deliver_place),
	place_fields, countof(place_fields)
};
const struct wire deliver_settled = {
	DELIVER_SETTLED, "SETTLED", 0, sizeof(struct deliver_settled),
	settled_fields, countof(settled_fields)
};
const struct wire deliver_forward = {
	DELIVER_FORWARD, "FORWARD", 0, sizeof(struct deliver_forward),
	forward_fields, countof(forward_fields)
};
const struct wire deliver_trouble = {
	DELIVER_TROUBLE, "TROUBLE", 0, sizeof(struct deliver_trouble),
	trouble_fields, countof(trouble_fields)
};
const struct wire deliver_ready = {
	DELIVER_READY, "READY", 0, 0,
	NULL, 0
};
