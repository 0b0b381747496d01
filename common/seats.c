/*
 * Who is in the house.
 */
#include "seats.h"

#include <stdint.h>

#include "die.h"

static const void *
key_of(const struct hash_link *l)
{
	return &((const struct seat *)l)->pid;
}

static uint64_t
sum_of(uint64_t seed, const void *key)
{
	return hash_bytes(seed, key, sizeof(pid_t));
}

static int
is_same(const void *a, const void *b)
{
	return *(const pid_t *)a == *(const pid_t *)b;
}

static const struct hash_type by_pid = { key_of, sum_of, is_same };

void
seats_init(struct seats *s, size_t max)
{
	apart_pool_init(&s->pool, sizeof(struct seat), max);
	if (hash_init(&s->by_pid, &by_pid) == -1)
		die_temp("seats");
	TAILQ_INIT(&s->taken);
	s->count = 0;
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

void
seats_take(struct seats *s, struct seat *seat, pid_t pid,
    struct guest *guest)
{
	seat->pid = pid;
	seat->guest = guest;
	hash_add(&s->by_pid, &seat->link);
	TAILQ_INSERT_TAIL(&s->taken, seat, next);
	s->count++;
}

struct seat *
seats_find(struct seats *s, pid_t pid)
{
	return (struct seat *)hash_find(&s->by_pid, &pid);
}

void
seats_leave(struct seats *s, struct seat *seat)
{
	hash_remove(&s->by_pid, &seat->link);
	TAILQ_REMOVE(&s->taken, seat, next);
	s->count--;
	apart_put(&s->pool, seat);
}
