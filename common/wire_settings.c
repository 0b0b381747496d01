/* Codec tables of the edge settings. */
#include "wire_settings.h"

#include "fd.h"

static const struct wire_field setting_fields[] = {
	{ WIRE_U32, offsetof(struct settings_setting, param) },
	{ WIRE_STR, offsetof(struct settings_setting, words) },
};
static const struct wire_field settings_fields[] = {
	{ WIRE_STR, offsetof(struct settings_settings, boot) },
};
static const struct wire_field refused_fields[] = {
	{ WIRE_STR, offsetof(struct settings_refused, why) },
};
static const struct wire_field for_fields[] = {
	{ WIRE_U32, offsetof(struct settings_for, proc) },
};

const struct wire settings_setting = {
	SETTINGS_SETTING, "SETTING", 0, sizeof(struct settings_setting),
	setting_fields, countof(setting_fields)
};
const struct wire settings_settings = {
	SETTINGS_SETTINGS, "SETTINGS", 0, sizeof(struct settings_settings),
	settings_fields, countof(settings_fields)
};
const struct wire settings_ready = {
	SETTINGS_READY, "READY", 0, 0, NULL, 0
};
const struct wire settings_refused = {
	SETTINGS_REFUSED, "REFUSED", 0, sizeof(struct settings_refused),
	refused_fields, countof(refused_fields)
};
const struct wire settings_go = {
	SETTINGS_GO, "GO", 0, 0, NULL, 0
};
const struct wire settings_for = {
	SETTINGS_FOR, "FOR", 0, sizeof(struct settings_for),
	for_fields, countof(for_fields)
};
const struct wire settings_stay = {
	SETTINGS_STAY, "STAY", 0, 0, NULL, 0
};
