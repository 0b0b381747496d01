/* Codec tables of the records of the states log. */
#include "record.h"

#include "fd.h"

static const struct wire_field boot_fields[] = {
	{ WIRE_STR, offsetof(struct record_boot, boot) },
};
static const struct wire_field added_fields[] = {
	{ WIRE_STR, offsetof(struct record_added, id) },
	{ WIRE_U32, offsetof(struct record_added, index) },
	{ WIRE_U32, offsetof(struct record_added, flags) },
	{ WIRE_STR, offsetof(struct record_added, address) },
	{ WIRE_STR, offsetof(struct record_added, params) },
	{ WIRE_STR, offsetof(struct record_added, origin) },
	{ WIRE_STR, offsetof(struct record_added, extension) },
	{ WIRE_STR, offsetof(struct record_added, reverse) },
};
static const struct wire_field roll_fields[] = {
	{ WIRE_STR, offsetof(struct record_roll, id) },
	{ WIRE_U32, offsetof(struct record_roll, index) },
	{ WIRE_BYTES, offsetof(struct record_roll, packed) },
};
static const struct wire_field expanded_fields[] = {
	{ WIRE_STR, offsetof(struct record_expanded, id) },
	{ WIRE_U32, offsetof(struct record_expanded, parent) },
	{ WIRE_U32, offsetof(struct record_expanded, flags) },
	{ WIRE_U32, offsetof(struct record_expanded, first) },
	{ WIRE_U32, offsetof(struct record_expanded, count) },
};
static const struct wire_field rcpt_fields[] = {
	{ WIRE_STR, offsetof(struct record_rcpt, id) },
	{ WIRE_U32, offsetof(struct record_rcpt, index) },
	{ WIRE_U32, offsetof(struct record_rcpt, value) },
};
static const struct wire_field deferred_fields[] = {
	{ WIRE_STR, offsetof(struct record_deferred, id) },
	{ WIRE_U32, offsetof(struct record_deferred, index) },
	{ WIRE_U32, offsetof(struct record_deferred, attempts) },
	{ WIRE_U64, offsetof(struct record_deferred, last) },
	{ WIRE_U64, offsetof(struct record_deferred, next) },
	{ WIRE_STR, offsetof(struct record_deferred, peer) },
	{ WIRE_FATE, offsetof(struct record_deferred, fate) },
};
static const struct wire_field failed_fields[] = {
	{ WIRE_STR, offsetof(struct record_failed, id) },
	{ WIRE_U32, offsetof(struct record_failed, index) },
	{ WIRE_U32, offsetof(struct record_failed, reported) },
	{ WIRE_U64, offsetof(struct record_failed, last) },
	{ WIRE_STR, offsetof(struct record_failed, peer) },
	{ WIRE_FATE, offsetof(struct record_failed, fate) },
};
static const struct wire_field reported_fields[] = {
	{ WIRE_STR, offsetof(struct record_reported, id) },
	{ WIRE_U32, offsetof(struct record_reported, serial) },
	{ WIRE_STR, offsetof(struct record_reported, report) },
};
static const struct wire_field entry_fields[] = {
	{ WIRE_STR, offsetof(struct record_entry, id) },
};
static const struct wire_field low_fields[] = {
	{ WIRE_U64, offsetof(struct record_low, generation) },
	{ WIRE_STR, offsetof(struct record_low, since) },
};

const struct wire record_boot = {
	RECORD_BOOT, "boot", 0, sizeof(struct record_boot),
	boot_fields, countof(boot_fields)
};
const struct wire record_added = {
	RECORD_ADDED, "added", 0, sizeof(struct record_added),
	added_fields, countof(added_fields)
};
const struct wire record_expanded = {
	RECORD_EXPANDED, "expanded", 0, sizeof(struct record_expanded),
	expanded_fields, countof(expanded_fields)
};
const struct wire record_done = {
	RECORD_DONE, "done", 0, sizeof(struct record_rcpt),
	rcpt_fields, countof(rcpt_fields)
};
const struct wire record_deferred = {
	RECORD_DEFERRED, "deferred", 0, sizeof(struct record_deferred),
	deferred_fields, countof(deferred_fields)
};
const struct wire record_failed = {
	RECORD_FAILED, "failed", 0, sizeof(struct record_failed),
	failed_fields, countof(failed_fields)
};
const struct wire record_held = {
	RECORD_HELD, "held", 0, sizeof(struct record_rcpt),
	rcpt_fields, countof(rcpt_fields)
};
const struct wire record_reporting = {
	RECORD_REPORTING, "reporting", 0, sizeof(struct record_rcpt),
	rcpt_fields, countof(rcpt_fields)
};
const struct wire record_reported = {
	RECORD_REPORTED, "reported", 0, sizeof(struct record_reported),
	reported_fields, countof(reported_fields)
};
const struct wire record_warned = {
	RECORD_WARNED, "warned", 0, sizeof(struct record_entry),
	entry_fields, countof(entry_fields)
};
const struct wire record_finished = {
	RECORD_FINISHED, "finished", 0, sizeof(struct record_entry),
	entry_fields, countof(entry_fields)
};
const struct wire record_roll = {
	RECORD_ROLL, "roll", 0, sizeof(struct record_roll),
	roll_fields, countof(roll_fields)
};
const struct wire record_low = {
	RECORD_LOW, "low", 0, sizeof(struct record_low),
	low_fields, countof(low_fields)
};
const struct wire record_stuck = {
	RECORD_STUCK, "stuck", 0, sizeof(struct record_boot),
	boot_fields, countof(boot_fields)
};
