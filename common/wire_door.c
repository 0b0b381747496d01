/* Codec tables of the edge door. */
#include "wire_door.h"

#include "fd.h"

static const struct wire_field client_fields[] = {
	{ WIRE_STR, offsetof(struct door_client, address) },
	{ WIRE_STR, offsetof(struct door_client, listener) },
	{ WIRE_U32, offsetof(struct door_client, port) },
	{ WIRE_U32, offsetof(struct door_client, flags) },
};
static const struct wire_field badlogin_fields[] = {
	{ WIRE_STR, offsetof(struct door_badlogin, login) },
};
static const struct wire_field bye_fields[] = {
	{ WIRE_U64, offsetof(struct door_bye, octets) },
};

const struct wire door_client = {
	DOOR_CLIENT, "CLIENT", 1, sizeof(struct door_client),
	client_fields, countof(client_fields)
};
const struct wire door_badlogin = {
	DOOR_BADLOGIN, "BADLOGIN", 0, sizeof(struct door_badlogin),
	badlogin_fields, countof(badlogin_fields)
};
const struct wire door_bye = {
	DOOR_BYE, "BYE", 0, sizeof(struct door_bye),
	bye_fields, countof(bye_fields)
};
