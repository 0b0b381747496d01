#ifndef ARRIVE_H
#define ARRIVE_H

#include "house.h"

#include <stdint.h>

struct entry;
struct message;
struct queue;

/*
 * Messages come into charge: by the bell of inject (edge arrived), and by a
 * look through the folder new.
 */

/* Serves the edge arrived. */
void	arrive_listen(struct queue *);
/* Takes in the message of this id, if it is in new and not known yet. */
void	arrive_take(struct queue *, const char *id);
/* Takes in whatever lies in new. */
void	arrive_scan(struct queue *);

/* inject may overwrite the arrivals log up to this generation. */
void	arrive_tell_free(struct queue *, uint64_t generation);

/*
 * A message of new or cur, in memory and in cur; *m is its envelope.  NULL
 * when it is not: a damaged one is in bad then.  For any other reason it is
 * where it was and new will be looked through again; but at start, when what
 * is not in memory would count as lost, a shortage ends the program instead,
 * and what the disk cannot read goes to bad.
 */
struct entry	*arrive_load(struct queue *, enum folder, const char *id,
		    struct message *);
/* A damaged file, out of this folder into bad, with the reason beside it. */
void	arrive_set_aside(enum folder, const char *id, const char *why);
/* This report must not be sent: another one says the same. */
void	arrive_drop_report(struct queue *, struct entry *);

#endif
