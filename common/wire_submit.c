/* Codec tables of the edge submit. */
#include "wire_submit.h"

#include "fd.h"

static const struct wire_field open_fields[] = {
	{ WIRE_STR, offsetof(struct submit_open, client) },
	{ WIRE_STR, offsetof(struct submit_open, client_name) },
	{ WIRE_STR, offsetof(struct submit_open, helo) },
	{ WIRE_STR, offsetof(struct submit_open, protocol) },
	{ WIRE_STR, offsetof(struct submit_open, listener) },
	{ WIRE_STR, offsetof(struct submit_open, login) },
	{ WIRE_STR, offsetof(struct submit_open, report_of) },
};
static const struct wire_field from_fields[] = {
	{ WIRE_STR, offsetof(struct submit_from, address) },
	{ WIRE_STR, offsetof(struct submit_from, params) },
};
static const struct wire_field rcpt_fields[] = {
	{ WIRE_STR, offsetof(struct submit_rcpt, address) },
	{ WIRE_STR, offsetof(struct submit_rcpt, params) },
};
static const struct wire_field data_fields[] = {
	{ WIRE_BYTES, offsetof(struct submit_data, chunk) },
};
static const struct wire_field commit_fields[] = {
	{ WIRE_U64, offsetof(struct submit_commit, size) },
};
static const struct wire_field taken_fields[] = {
	{ WIRE_STR, offsetof(struct submit_taken, id) },
};
static const struct wire_field refused_fields[] = {
	{ WIRE_FATE, offsetof(struct submit_refused, fate) },
};
static const struct wire_field site_fields[] = {
	{ WIRE_STR, offsetof(struct submit_site, hostname) },
};

const struct wire submit_open = {
	SUBMIT_OPEN, "OPEN", 0, sizeof(struct submit_open),
	open_fields, countof(open_fields)
};
const struct wire submit_from = {
	SUBMIT_FROM, "FROM", 0, sizeof(struct submit_from),
	from_fields, countof(from_fields)
};
const struct wire submit_rcpt = {
	SUBMIT_RCPT, "RCPT", 0, sizeof(struct submit_rcpt),
	rcpt_fields, countof(rcpt_fields)
};
const struct wire submit_data = {
	SUBMIT_DATA, "DATA", 0, sizeof(struct submit_data),
	data_fields, countof(data_fields)
};
const struct wire submit_commit = {
	SUBMIT_COMMIT, "COMMIT", 0, sizeof(struct submit_commit),
	commit_fields, countof(commit_fields)
};
const struct wire submit_abort = {
	SUBMIT_ABORT, "ABORT", 0, 0,
	NULL, 0
};
const struct wire submit_taken = {
	SUBMIT_TAKEN, "TAKEN", 0, sizeof(struct submit_taken),
	taken_fields, countof(taken_fields)
};
const struct wire submit_refused = {
	SUBMIT_REFUSED, "REFUSED", 0, sizeof(struct submit_refused),
	refused_fields, countof(refused_fields)
};
const struct wire submit_where = {
	SUBMIT_WHERE, "WHERE", 0, 0,
	NULL, 0
};
const struct wire submit_site = {
	SUBMIT_SITE, "SITE", 0, sizeof(struct submit_site),
	site_fields, countof(site_fields)
};
