#ifndef MARKS_H
#define MARKS_H

#include <stdint.h>

struct entry;
struct rcpt;
struct roll;
struct states;

/* The record that a recipient was added to its message. */
void	marks_added(struct states *, const struct rcpt *);

/* The same for all of a roll, of which the first has this index. */
void	marks_roll(struct states *, const struct entry *, uint32_t index,
	    const struct roll *);

/* Everything that is known of a message and not in its file. */
void	marks_entry(struct states *, const struct entry *);

#endif
