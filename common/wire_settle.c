/* Codec tables of the edge settle. */
#include "wire_settle.h"

#include "fd.h"

static const struct wire_field serves_fields[] = {
	{ WIRE_U64, offsetof(struct settle_serves, device) },
};
static const struct wire_field sync_fields[] = {
	{ WIRE_U64, offsetof(struct settle_sync, device) },
};
static const struct wire_field synced_fields[] = {
	{ WIRE_U64, offsetof(struct settle_synced, device) },
};
static const struct wire_field failed_fields[] = {
	{ WIRE_U64, offsetof(struct settle_failed, device) },
	{ WIRE_U32, offsetof(struct settle_failed, error) },
};

const struct wire settle_serves = {
	SETTLE_SERVES, "SERVES", 0, sizeof(struct settle_serves),
	serves_fields, countof(serves_fields)
};
const struct wire settle_sync = {
	SETTLE_SYNC, "SYNC", 0, sizeof(struct settle_sync),
	sync_fields, countof(sync_fields)
};
const struct wire settle_synced = {
	SETTLE_SYNCED, "SYNCED", 0, sizeof(struct settle_synced),
	synced_fields, countof(synced_fields)
};
const struct wire settle_failed = {
	SETTLE_FAILED, "FAILED", 0, sizeof(struct settle_failed),
	failed_fields, countof(failed_fields)
};
