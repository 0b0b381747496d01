/*
 * The heap of times.  Nothing here looks at what a time is for; a million
 * waiting recipients cost nothing until the first of them is due.
 */
#include "due.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

void
dues_init(struct dues *d)
{
	memset(d, 0, sizeof(*d));
}

void
dues_free(struct dues *d)
{
	free(d->heap);
	dues_init(d);
}

int
due_promise(struct dues *d, uint32_t n)
{
	uint32_t room;
	struct due **heap;

	if (n > UINT32_MAX / 2 - d->promised) {
		errno = ENOMEM;
		return -1;
	}
	if (d->promised + n >= d->room) {
		room = d->promised + n + d->promised / 4 + 64;
		heap = reallocarray(d->heap, room, sizeof(*heap));
		if (heap == NULL)
			return -1;
		d->heap = heap;
		d->room = room;
	}
	d->promised += n;
	return 0;
}

void
due_release(struct dues *d, uint32_t n)
{
	if (n > d->promised || d->promised - n < d->count)
		die_bug("due: released while set");
	d->promised -= n;
}

static void
put(struct dues *d, uint32_t place, struct due *x)
{
	d->heap[place] = x;
	x->place = place;
}

static void
rise(struct dues *d, struct due *x)
{
	uint32_t i = x->place;

	for (; i > 1 && d->heap[i / 2]->at > x->at; i /= 2)
		put(d, i, d->heap[i / 2]);
	put(d, i, x);
}

static void
sink(struct dues *d, struct due *x)
{
	uint32_t i = x->place, child;

	for (; (child = 2 * i) <= d->count; i = child) {
		if (child < d->count &&
		    d->heap[child + 1]->at < d->heap[child]->at)
			child++;
		if (d->heap[child]->at >= x->at)
			break;
		put(d, i, d->heap[child]);
	}
	put(d, i, x);
}

void
due_set(struct dues *d, struct due *x, int64_t at)
{
	x->at = at;
	if (x->place == 0) {
		if (d->count == d->promised)
			die_bug("due: set without a promise");
		put(d, ++d->count, x);
	}
	rise(d, x);
	sink(d, x);
}

void
due_clear(struct dues *d, struct due *x)
{
	struct due *last;
	uint32_t place = x->place;

	if (place == 0)
		return;
	x->place = 0;
	last = d->heap[d->count--];
	if (last == x)
		return;
	put(d, place, last);
	rise(d, last);
	sink(d, last);
}

struct due *
due_first(const struct dues *d)
{
	return d->count == 0 ? NULL : d->heap[1];
}
