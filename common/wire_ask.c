/* Codec tables of the edge ask. */
#include "wire_ask.h"

#include "fd.h"

static const struct wire_field ask_fields[] = {
	{ WIRE_U32, offsetof(struct ask_ask, tag) },
	{ WIRE_STR, offsetof(struct ask_ask, address) },
	{ WIRE_STR, offsetof(struct ask_ask, sender) },
	{ WIRE_U32, offsetof(struct ask_ask, purpose) },
	{ WIRE_U32, offsetof(struct ask_ask, flags) },
};
static const struct wire_field mailbox_fields[] = {
	{ WIRE_U32, offsetof(struct ask_mailbox, tag) },
	{ WIRE_STR, offsetof(struct ask_mailbox, address) },
	{ WIRE_STR, offsetof(struct ask_mailbox, mailbox) },
	{ WIRE_STR, offsetof(struct ask_mailbox, extension) },
	{ WIRE_STR, offsetof(struct ask_mailbox, reverse) },
	{ WIRE_U32, offsetof(struct ask_mailbox, flags) },
	{ WIRE_STR, offsetof(struct ask_mailbox, origin) },
	{ WIRE_STR, offsetof(struct ask_mailbox, where) },
};
static const struct wire_field relay_fields[] = {
	{ WIRE_U32, offsetof(struct ask_relay, tag) },
	{ WIRE_STR, offsetof(struct ask_relay, address) },
	{ WIRE_STR, offsetof(struct ask_relay, route) },
	{ WIRE_STR, offsetof(struct ask_relay, reverse) },
	{ WIRE_U32, offsetof(struct ask_relay, flags) },
	{ WIRE_STR, offsetof(struct ask_relay, origin) },
	{ WIRE_STR, offsetof(struct ask_relay, where) },
};
static const struct wire_field nobody_fields[] = {
	{ WIRE_U32, offsetof(struct ask_nobody, tag) },
	{ WIRE_STR, offsetof(struct ask_nobody, address) },
	{ WIRE_STR, offsetof(struct ask_nobody, origin) },
	{ WIRE_FATE, offsetof(struct ask_nobody, fate) },
};
static const struct wire_field later_fields[] = {
	{ WIRE_U32, offsetof(struct ask_later, tag) },
	{ WIRE_STR, offsetof(struct ask_later, address) },
	{ WIRE_STR, offsetof(struct ask_later, origin) },
	{ WIRE_FATE, offsetof(struct ask_later, fate) },
};
static const struct wire_field end_fields[] = {
	{ WIRE_U32, offsetof(struct ask_end, tag) },
};

const struct wire ask_ask = {
	ASK_ASK, "ASK", 0, sizeof(struct ask_ask),
	ask_fields, countof(ask_fields)
};
const struct wire ask_mailbox = {
	ASK_MAILBOX, "MAILBOX", 0, sizeof(struct ask_mailbox),
	mailbox_fields, countof(mailbox_fields)
};
const struct wire ask_relay = {
	ASK_RELAY, "RELAY", 0, sizeof(struct ask_relay),
	relay_fields, countof(relay_fields)
};
const struct wire ask_nobody = {
	ASK_NOBODY, "NOBODY", 0, sizeof(struct ask_nobody),
	nobody_fields, countof(nobody_fields)
};
const struct wire ask_later = {
	ASK_LATER, "LATER", 0, sizeof(struct ask_later),
	later_fields, countof(later_fields)
};
const struct wire ask_end = {
	ASK_END, "END", 0, sizeof(struct ask_end),
	end_fields, countof(end_fields)
};
