/* Codec tables of the edge report. */
#include "wire_report.h"

#include "fd.h"

static const struct wire_field report_fields[] = {
	{ WIRE_STR, offsetof(struct report_report, id) },
	{ WIRE_U32, offsetof(struct report_report, serial) },
	{ WIRE_STR, offsetof(struct report_report, sender) },
	{ WIRE_U64, offsetof(struct report_report, arrival) },
	{ WIRE_U64, offsetof(struct report_report, offset) },
	{ WIRE_U64, offsetof(struct report_report, size) },
	{ WIRE_STR, offsetof(struct report_report, envid) },
	{ WIRE_STR, offsetof(struct report_report, ret) },
	{ WIRE_U32, offsetof(struct report_report, count) },
};
static const struct wire_field row_fields[] = {
	{ WIRE_STR, offsetof(struct report_row, address) },
	{ WIRE_STR, offsetof(struct report_row, original) },
	{ WIRE_STR, offsetof(struct report_row, origin) },
	{ WIRE_STR, offsetof(struct report_row, action) },
	{ WIRE_STR, offsetof(struct report_row, peer) },
	{ WIRE_FATE, offsetof(struct report_row, fate) },
	{ WIRE_U64, offsetof(struct report_row, last) },
	{ WIRE_U64, offsetof(struct report_row, until) },
};
static const struct wire_field reported_fields[] = {
	{ WIRE_STR, offsetof(struct report_reported, id) },
};
static const struct wire_field later_fields[] = {
	{ WIRE_FATE, offsetof(struct report_later, fate) },
};

const struct wire report_report = {
	REPORT_REPORT, "REPORT", 1, sizeof(struct report_report),
	report_fields, countof(report_fields)
};
const struct wire report_row = {
	REPORT_ROW, "ROW", 0, sizeof(struct report_row),
	row_fields, countof(row_fields)
};
const struct wire report_reported = {
	REPORT_REPORTED, "REPORTED", 0, sizeof(struct report_reported),
	reported_fields, countof(reported_fields)
};
const struct wire report_later = {
	REPORT_LATER, "LATER", 0, sizeof(struct report_later),
	later_fields, countof(later_fields)
};
