/* Codec tables of the edge arrived. */
#include "wire_arrived.h"

#include "fd.h"

static const struct wire_field arrived_fields[] = {
	{ WIRE_STR, offsetof(struct arrived_arrived, id) },
	{ WIRE_U64, offsetof(struct arrived_arrived, generation) },
};
static const struct wire_field next_fields[] = {
	{ WIRE_U64, offsetof(struct arrived_next, generation) },
	{ WIRE_STR, offsetof(struct arrived_next, last_id) },
};
static const struct wire_field free_fields[] = {
	{ WIRE_U64, offsetof(struct arrived_free, generation) },
};
static const struct wire_field spoiled_fields[] = {
	{ WIRE_U64, offsetof(struct arrived_spoiled, generation) },
};

const struct wire arrived_arrived = {
	ARRIVED_ARRIVED, "ARRIVED", 0, sizeof(struct arrived_arrived),
	arrived_fields, countof(arrived_fields)
};
const struct wire arrived_next = {
	ARRIVED_NEXT, "NEXT", 0, sizeof(struct arrived_next),
	next_fields, countof(next_fields)
};
const struct wire arrived_free = {
	ARRIVED_FREE, "FREE", 0, sizeof(struct arrived_free),
	free_fields, countof(free_fields)
};
const struct wire arrived_spoiled = {
	ARRIVED_SPOILED, "SPOILED", 0, sizeof(struct arrived_spoiled),
	spoiled_fields, countof(spoiled_fields)
};
