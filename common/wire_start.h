#ifndef WIRE_START_H
#define WIRE_START_H

#include "fate.h"
#include "frame.h"

/*
 * Edges start and enter: queue → become, local's and remote's dispatchers;
 * auth → become, maildrop's dispatcher.  Starts a worker for a destination
 * (see dest.h) on the passed socket, whose other end the asker keeps.
 *
 * 	asker:      START + socket
 * 	dispatcher: STARTED | FAILED fate;  EXITED when the worker is gone
 */
enum {
	START_START = 0x0701, START_STARTED, START_FAILED, START_EXITED
};

struct start_start {
	uint32_t	 tag;	/* chosen by the asker, in all answers */
	const char	*program;	/* "local", "remote" or "maildrop" */
	const char	*destination;
	const char	*mailbox;	/* below the home: setting `mailbox` */
};
struct start_started {
	uint32_t	 tag;
};
struct start_failed {
	uint32_t	 tag;
	struct fate	 fate;
};
struct start_exited {
	uint32_t	 tag;
	uint32_t	 status;	/* as of waitpid(2) */
};

extern const struct wire	start_start, start_started, start_failed,
				start_exited;

#endif
