#ifndef MARKS_H
#define MARKS_H

struct entry;
struct rcpt;
struct states;

/* The record that a recipient was added to its message. */
void	marks_added(struct states *, const struct rcpt *);

/* Everything that is known of a message and not in its file. */
void	marks_entry(struct states *, const struct entry *);

#endif
