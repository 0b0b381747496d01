#ifndef BELL_H
#define BELL_H

struct bell;
struct id_source;
struct loop;

/*
 * The bell at queue's door (edge arrived).  Ringing never fails: while queue
 * is away the mail lies in new, and queue looks there when it comes back.
 * ids: told of the newest id that queue knows.  Ends the program when there
 * is no memory (it is called at start).
 */
struct bell	*bell_new(struct loop *, const char *path, struct id_source *);
void		 bell_ring(struct bell *, const char *id);

#endif
