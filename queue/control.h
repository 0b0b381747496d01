#ifndef CONTROL_H
#define CONTROL_H

struct control;
struct entry;
struct queue;

/* Serves the edge control: what an administrator asks of the queue. */
void	control_listen(struct queue *);
/* This message is about to be freed: nobody may stand on it. */
void	control_entry_gone(struct control *, const struct entry *);

#endif
