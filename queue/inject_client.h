#ifndef INJECT_CLIENT_H
#define INJECT_CLIENT_H

#include <sys/queue.h>

#include "house.h"

#include "intake.h"

struct arrivals_writer;
struct bell;
struct loop;
struct settings;
struct timer;

/* inject as a whole. */
struct inject {
	struct loop	*loop;
	struct settings	*settings;
	struct site	 site;
	struct spool	 spool;
	struct arrivals_writer *log;
	struct bell	*bell;
	struct timer	*batch_idle;	/* when nothing else is ready … */
	struct timer	*batch_late;	/* … or a busy moment later */
	struct timer	*log_rest;	/* after it failed */
	bool		 stopping;	/* … when the last one is stored */
	LIST_HEAD(, client) public;	/* clients of the public socket */
};

/* A gate: one listening socket; who comes in there decides the trust. */
struct gate {
	struct inject	*inject;
	enum edge	 edge;
};

/* A connection was accepted at the gate (arg); takes over fd. */
void	client_accepted(void *gate, int fd);

/* Commits the batch that waits. */
void	client_commit_batch(void *inject);
/* For spool_init(): answers and rings. */
void	client_stored(void *inject, struct spooled *);

#endif
