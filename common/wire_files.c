/* Codec tables of the edge files. */
#include "wire_files.h"

#include "fd.h"

static const struct wire_field open_fields[] = {
	{ WIRE_U32, offsetof(struct files_open, number) },
};
static const struct wire_field file_fields[] = {
	{ WIRE_U32, offsetof(struct files_file, number) },
};
static const struct wire_field none_fields[] = {
	{ WIRE_U32, offsetof(struct files_none, number) },
	{ WIRE_U32, offsetof(struct files_none, error) },
};

const struct wire files_open = {
	FILES_OPEN, "OPEN", 0, sizeof(struct files_open),
	open_fields, countof(open_fields)
};
const struct wire files_file = {
	FILES_FILE, "FILE", 1, sizeof(struct files_file),
	file_fields, countof(file_fields)
};
const struct wire files_none = {
	FILES_NONE, "NONE", 0, sizeof(struct files_none),
	none_fields, countof(none_fields)
};
