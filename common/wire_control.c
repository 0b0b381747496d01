/* Codec tables of the edge control. */
#include "wire_control.h"

#include "fd.h"

static const struct wire_field list_fields[] = {
	{ WIRE_STR, offsetof(struct control_list, pattern) },
};
static const struct wire_field show_fields[] = {
	{ WIRE_STR, offsetof(struct control_show, id) },
};
static const struct wire_field retry_fields[] = {
	{ WIRE_STR, offsetof(struct control_retry, id) },
};
static const struct wire_field remove_fields[] = {
	{ WIRE_STR, offsetof(struct control_remove, id) },
};
static const struct wire_field line_fields[] = {
	{ WIRE_STR, offsetof(struct control_line, text) },
};
static const struct wire_field end_fields[] = {
	{ WIRE_FATE, offsetof(struct control_end, fate) },
};
static const struct wire_field master_fields[] = {
	{ WIRE_U32, offsetof(struct control_master, letter) },
};
static const struct wire_field row_fields[] = {
	{ WIRE_U32, offsetof(struct control_row, proc) },
	{ WIRE_U32, offsetof(struct control_row, pid) },
	{ WIRE_U32, offsetof(struct control_row, starts) },
	{ WIRE_U64, offsetof(struct control_row, since) },
};

const struct wire control_list = {
	CONTROL_LIST, "LIST", 0, sizeof(struct control_list),
	list_fields, countof(list_fields)
};
const struct wire control_show = {
	CONTROL_SHOW, "SHOW", 0, sizeof(struct control_show),
	show_fields, countof(show_fields)
};
const struct wire control_retry = {
	CONTROL_RETRY, "RETRY", 0, sizeof(struct control_retry),
	retry_fields, countof(retry_fields)
};
const struct wire control_remove = {
	CONTROL_REMOVE, "REMOVE", 0, sizeof(struct control_remove),
	remove_fields, countof(remove_fields)
};
const struct wire control_line = {
	CONTROL_LINE, "LINE", 0, sizeof(struct control_line),
	line_fields, countof(line_fields)
};
const struct wire control_end = {
	CONTROL_END, "END", 0, sizeof(struct control_end),
	end_fields, countof(end_fields)
};
const struct wire control_master = {
	CONTROL_MASTER, "MASTER", 0, sizeof(struct control_master),
	master_fields, countof(master_fields)
};
const struct wire control_row = {
	CONTROL_ROW, "ROW", 0, sizeof(struct control_row),
	row_fields, countof(row_fields)
};
