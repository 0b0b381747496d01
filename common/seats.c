/*
 * Who is in the house.
 */
#include "seats.h"

#include <signal.h>

void
seats_init(struct seats *s, size_t max)
{
	apart_pool_init(&s->pool, sizeof(struct seat), max);
}

struct seat *
seats_vacant(struct seats *s)
{
	return apart_get(&s->pool);
}

void
seats_back(struct seats *s, struct seat *seat)
{
	apart_put(&s->pool, seat);
}

static size_t
slot_of(pid_t pid)
{
	return (size_t)pid & (SEAT_SLOTS - 1);
}

void
seats_take(struct seats *s, struct seat *seat, pid_t pid,
    struct guest *guest)
{
	seat->pid = pid;
	seat->guest = guest;
	LIST_INSERT_HEAD(&s->slots[slot_of(pid)], seat, next);
	s->count++;
}

struct seat *
seats_find(const struct seats *s, pid_t pid)
{
	struct seat *seat;

	LIST_FOREACH(seat, &s->slots[slot_of(pid)], next)
		if (seat->pid == pid)
			return seat;
	return NULL;
}

void
seats_leave(struct seats *s, struct seat *seat)
{
	LIST_REMOVE(seat, next);
	s->count--;
	apart_put(&s->pool, seat);
}

void
seats_signal(const struct seats *s, int signo)
{
	const struct seat *seat;
	size_t i;

	for (i = 0; i < SEAT_SLOTS; i++)
		LIST_FOREACH(seat, &s->slots[i], next)
			(void)kill(seat->pid, signo);
}
