#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

struct row;
struct settings;

/*
 * When to try again [RFC5321 4.5.4.1]: the list of the setting `retry`, one
 * duration for each attempt made, the last one for all further ones.
 * attempts: made so far, at least 1.  Seconds.
 */
uint64_t	schedule_pick(const struct row *, unsigned attempts);
uint64_t	schedule_delay(const struct settings *, unsigned attempts);

/* How long a message may wait; reports (null sender) have a life of their
 * own. */
uint64_t	schedule_lifetime(const struct settings *, bool null_sender);

/*
 * How many workers a destination may have at once: additive increase,
 * multiplicative decrease [Chiu and Jain 1989], so that a slow next hop is
 * never flooded and a fast one is soon used well.
 */
struct window {
	uint32_t	size;		/* in 1/WINDOW_ONE workers */
	uint32_t	ceiling;	/* workers */
};

#define WINDOW_ONE	256u

void		window_init(struct window *, uint32_t start,
		    uint32_t ceiling);
/* One batch went well: one worker more for each round of the window. */
void		window_grow(struct window *);
/* The next hop as a whole failed: half. */
void		window_shrink(struct window *);
uint32_t	window_workers(const struct window *);

#endif
