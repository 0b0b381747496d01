#ifndef RUNNER_WIRE_H
#define RUNNER_WIRE_H

#include "frame.h"

/*
 * Between a worker of local and its runner, two processes of one program:
 *
 *	worker: RUN + descriptor of the message       runner: RESULT
 */
enum { RUN_RUN = 0x0f01, RUN_RESULT };

struct run_run {
	struct bytes	 words;		/* each with its NUL */
	const char	*sender;
	const char	*recipient;
	const char	*extension;
};
struct run_result {
	uint32_t	 error;		/* errno: it was not started */
	uint32_t	 status;	/* as of waitpid(2) */
	uint32_t	 late;		/* killed at its deadline */
	const char	*text;		/* the beginning of what it printed */
};

extern const struct wire	run_run, run_result;

#endif
