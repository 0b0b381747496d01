/* Codec tables of the edge relay. */
#include "wire_relay.h"

#include "fd.h"

static const struct wire_field opened_fields[] = {
	{ WIRE_U32, offsetof(struct relay_opened, count) },
	{ WIRE_U64, offsetof(struct relay_opened, octets) },
};
static const struct wire_field list_fields[] = {
	{ WIRE_U32, offsetof(struct relay_list, first) },
};
static const struct wire_field entry_fields[] = {
	{ WIRE_U32, offsetof(struct relay_entry, number) },
	{ WIRE_U64, offsetof(struct relay_entry, size) },
	{ WIRE_STR, offsetof(struct relay_entry, uidl) },
};
static const struct wire_field retr_fields[] = {
	{ WIRE_U32, offsetof(struct relay_retr, number) },
	{ WIRE_U32, offsetof(struct relay_retr, lines) },
};
static const struct wire_field chunk_fields[] = {
	{ WIRE_BYTES, offsetof(struct relay_chunk, data) },
};
static const struct wire_field dele_fields[] = {
	{ WIRE_U32, offsetof(struct relay_dele, number) },
};
static const struct wire_field done_fields[] = {
	{ WIRE_U32, offsetof(struct relay_done, count) },
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
const struct wire relay_entry = {
	RELAY_ENTRY, "ENTRY", 0, sizeof(struct relay_entry),
	entry_fields, countof(entry_fields)
};
const struct wire relay_retr = {
	RELAY_RETR, "RETR", 0, sizeof(struct relay_retr),
	retr_fields, countof(retr_fields)
};
const struct wire relay_chunk = {
	RELAY_CHUNK, "CHUNK", 0, sizeof(struct relay_chunk),
	chunk_fields, countof(chunk_fields)
};
const struct wire relay_end = {
	RELAY_END, "END", 0, 0,
	NULL, 0
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
