/* Codec tables of the edge who. */
#include "wire_who.h"

#include "fd.h"

static const struct wire_field who_fields[] = {
	{ WIRE_U32, offsetof(struct who_who, tag) },
	{ WIRE_STR, offsetof(struct who_who, name) },
};
static const struct wire_field yes_fields[] = {
	{ WIRE_U32, offsetof(struct who_yes, tag) },
	{ WIRE_U32, offsetof(struct who_yes, uid) },
	{ WIRE_STR, offsetof(struct who_yes, home) },
};
static const struct wire_field no_fields[] = {
	{ WIRE_U32, offsetof(struct who_no, tag) },
};
static const struct wire_field later_fields[] = {
	{ WIRE_U32, offsetof(struct who_later, tag) },
};

const struct wire who_who = {
	WHO_WHO, "WHO", 0, sizeof(struct who_who),
	who_fields, countof(who_fields)
};
const struct wire who_yes = {
	WHO_YES, "YES", 0, sizeof(struct who_yes),
	yes_fields, countof(yes_fields)
};
const struct wire who_no = {
	WHO_NO, "NO", 0, sizeof(struct who_no),
	no_fields, countof(no_fields)
};
const struct wire who_later = {
	WHO_LATER, "LATER", 0, sizeof(struct who_later),
	later_fields, countof(later_fields)
};
