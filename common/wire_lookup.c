/* Codec tables of the edge lookup. */
#include "wire_lookup.h"

#include "fd.h"

static const struct wire_field lookup_fields[] = {
	{ WIRE_U32, offsetof(struct lookup_lookup, tag) },
	{ WIRE_STR, offsetof(struct lookup_lookup, name) },
	{ WIRE_U32, offsetof(struct lookup_lookup, type) },
};
static const struct wire_field record_fields[] = {
	{ WIRE_U32, offsetof(struct lookup_record, tag) },
	{ WIRE_U32, offsetof(struct lookup_record, preference) },
	{ WIRE_STR, offsetof(struct lookup_record, data) },
};
static const struct wire_field end_fields[] = {
	{ WIRE_U32, offsetof(struct lookup_end, tag) },
	{ WIRE_U32, offsetof(struct lookup_end, result) },
	{ WIRE_STR, offsetof(struct lookup_end, why) },
};

const struct wire lookup_lookup = {
	LOOKUP_LOOKUP, "LOOKUP", 0, sizeof(struct lookup_lookup),
	lookup_fields, countof(lookup_fields)
};
const struct wire lookup_record = {
	LOOKUP_RECORD, "RECORD", 0, sizeof(struct lookup_record),
	record_fields, countof(record_fields)
};
const struct wire lookup_end = {
	LOOKUP_END, "END", 0, sizeof(struct lookup_end),
	end_fields, countof(end_fields)
};
