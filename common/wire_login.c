/* Codec tables of the edge login. */
#include "wire_login.h"

#include "fd.h"

static const struct wire_field mechanism_fields[] = {
	{ WIRE_STR, offsetof(struct login_mechanism, name) },
	{ WIRE_STR, offsetof(struct login_mechanism, service) },
	{ WIRE_STR, offsetof(struct login_mechanism, client) },
	{ WIRE_STR, offsetof(struct login_mechanism, tls) },
	{ WIRE_BYTES, offsetof(struct login_mechanism, binding) },
};
static const struct wire_field response_fields[] = {
	{ WIRE_BYTES, offsetof(struct login_response, data) },
};
static const struct wire_field challenge_fields[] = {
	{ WIRE_BYTES, offsetof(struct login_challenge, data) },
};
static const struct wire_field yes_fields[] = {
	{ WIRE_STR, offsetof(struct login_yes, user) },
	{ WIRE_STR, offsetof(struct login_yes, ticket) },
};
static const struct wire_field no_fields[] = {
	{ WIRE_FATE, offsetof(struct login_no, fate) },
};
static const struct wire_field later_fields[] = {
	{ WIRE_FATE, offsetof(struct login_later, fate) },
};

const struct wire login_mechanism = {
	LOGIN_MECHANISM, "MECHANISM", 0, sizeof(struct login_mechanism),
	mechanism_fields, countof(mechanism_fields)
};
const struct wire login_response = {
	LOGIN_RESPONSE, "RESPONSE", 0, sizeof(struct login_response),
	response_fields, countof(response_fields)
};
const struct wire login_challenge = {
	LOGIN_CHALLENGE, "CHALLENGE", 0, sizeof(struct login_challenge),
	challenge_fields, countof(challenge_fields)
};
const struct wire login_yes = {
	LOGIN_YES, "YES", 0, sizeof(struct login_yes),
	yes_fields, countof(yes_fields)
};
const struct wire login_no = {
	LOGIN_NO, "NO", 0, sizeof(struct login_no),
	no_fields, countof(no_fields)
};
const struct wire login_later = {
	LOGIN_LATER, "LATER", 0, sizeof(struct login_later),
	later_fields, countof(later_fields)
};
const struct wire login_enter = {
	LOGIN_ENTER, "ENTER", 1, 0,
	NULL, 0
};
const struct wire login_entered = {
	LOGIN_ENTERED, "ENTERED", 0, 0,
	NULL, 0
};
