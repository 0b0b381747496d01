#ifndef ARRIVE_H
#define ARRIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "house.h"

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

/* The past has been read: inject is told the newest id, and new is looked
 * through once more. */
void	arrive_past_is_read(struct queue *);
/* inject may overwrite the arrivals log up to this generation. */
void	arrive_tell_free(struct queue *, uint64_t generation);

/*
 * A message of new or cur, in memory and in cur; *m is its envelope.  NULL
 * with errno when it is not: a damaged one is in bad then, and one in cur
 * that the disk cannot read.  For any other reason it is where it was, and
 * new will be looked through again; one in cur, which would count as lost,
 * must be loaded again by the caller when errno tells of a shortage.
 */
struct entry	*arrive_load(struct queue *, enum folder, const char *id,
		    struct message *);
bool	arrive_is_shortage(int error);
/* A damaged file, out of this folder into bad, with the reason beside it. */
void	arrive_set_aside(enum folder, const char *id, const char *why);
/* This report must not be sent: another one says the same. */
void	arrive_drop_report(struct queue *, struct entry *);

#endif
