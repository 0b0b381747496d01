/* Codec tables between worker and runner. */
#include "runner_wire.h"

#include "fd.h"

static const struct wire_field run_fields[] = {
	{ WIRE_BYTES, offsetof(struct run_run, words) },
	{ WIRE_STR, offsetof(struct run_run, sender) },
	{ WIRE_STR, offsetof(struct run_run, recipient) },
	{ WIRE_STR, offsetof(struct run_run, extension) },
};
static const struct wire_field result_fields[] = {
	{ WIRE_U32, offsetof(struct run_result, error) },
	{ WIRE_U32, offsetof(struct run_result, status) },
	{ WIRE_U32, offsetof(struct run_result, late) },
	{ WIRE_STR, offsetof(struct run_result, text) },
};

const struct wire run_run = {
	RUN_RUN, "RUN", 1, sizeof(struct run_run),
	run_fields, countof(run_fields)
};
const struct wire run_result = {
	RUN_RESULT, "RESULT", 0, sizeof(struct run_result),
	result_fields, countof(result_fields)
};
