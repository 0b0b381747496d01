#ifndef BELL_H
#define BELL_H

#include <stdint.h>

struct arrivals_writer;
struct bell;
struct id_source;
struct loop;

/*
 * The bell at queue's door (edge arrived).  Ringing never fails: while queue
 * is away the mail lies in new, and queue looks there when it comes back.
 * ids: told of the newest id that queue knows; the log: of what it may write.
 * Ends the program when there is no memory (it is called at start).
 */
struct bell	*bell_new(struct loop *, const char *path, struct id_source *,
		    struct arrivals_writer *);
/* generation: where the log has the message, 0: nowhere. */
void		 bell_ring(struct bell *, const char *id, uint64_t generation);
/* This generation of the log ended with an error. */
void		 bell_spoiled(struct bell *, uint64_t generation);

#endif
