/* Codec tables of the edge start. */
#include "wire_start.h"

#include "fd.h"

static const struct wire_field start_fields[] = {
	{ WIRE_U32, offsetof(struct start_start, tag) },
	{ WIRE_STR, offsetof(struct start_start, program) },
	{ WIRE_STR, offsetof(struct start_start, destination) },
	{ WIRE_STR, offsetof(struct start_start, mailbox) },
};
static const struct wire_field started_fields[] = {
	{ WIRE_U32, offsetof(struct start_started, tag) },
};
static const struct wire_field failed_fields[] = {
	{ WIRE_U32, offsetof(struct start_failed, tag) },
	{ WIRE_FATE, offsetof(struct start_failed, fate) },
};
static const struct wire_field exited_fields[] = {
	{ WIRE_U32, offsetof(struct start_exited, tag) },
	{ WIRE_U32, offsetof(struct start_exited, status) },
};

const struct wire start_start = {
	START_START, "START", 1, sizeof(struct start_start),
	start_fields, countof(start_fields)
};
const struct wire start_started = {
	START_STARTED, "STARTED", 0, sizeof(struct start_started),
	started_fields, countof(started_fields)
};
const struct wire start_failed = {
	START_FAILED, "FAILED", 0, sizeof(struct start_failed),
	failed_fields, countof(failed_fields)
};
const struct wire start_exited = {
	START_EXITED, "EXITED", 0, sizeof(struct start_exited),
	exited_fields, countof(exited_fields)
};
