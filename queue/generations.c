/*
 * The generations of the arrivals log, as queue counts them.  inject begins
 * one only when its segment is free, so those that are live have each a place
 * of its own; what does not fit that is not believed.
 */
#include "generations.h"

#include <string.h>

#include "fd.h"

enum { FINISHED_MAX = 1024 * 1024 * 1024 };

void
generations_init(struct generations *g)
{
	size_t i;

	memset(g, 0, sizeof(*g));
	g->low = 1;
	for (i = 0; i < countof(g->finished); i++)
		str_init(&g->finished[i], FINISHED_MAX);
}

void
generations_free(struct generations *g)
{
	size_t i;

	for (i = 0; i < countof(g->finished); i++)
		str_free(&g->finished[i]);
}

/* Raises low; what was below it is forgotten. */
static void
raise_low(struct generations *g, uint64_t low)
{
	uint64_t from = g->low;

	for (; from < low && from < g->low + ARRIVALS_SEGMENTS; from++)
		str_free(&g->finished[from % ARRIVALS_SEGMENTS]);
	if (low > g->low)
		g->low = low;
	if (g->complete + 1 < g->low)
		g->complete = g->low - 1;
}

void
generations_low(struct generations *g, uint64_t low, const char *since)
{
	/* What recovery found out is newer than the log. */
	if (low < g->low)
		return;
	raise_low(g, low);
	(void)strlcpy(g->since, since, sizeof(g->since));
}

void
generations_newest(struct generations *g, uint64_t newest)
{
	if (newest <= g->newest)
		return;
	g->newest = newest;
	if (newest >= ARRIVALS_SEGMENTS)
		raise_low(g, newest - ARRIVALS_SEGMENTS + 1);
}

void
generations_complete(struct generations *g, uint64_t generation)
{
	if (generation > g->complete)
		g->complete = generation;
}

unsigned
generations_waiting(const struct generations *g)
{
	uint64_t n = g->complete + 1 - g->low;

	return n > ARRIVALS_SEGMENTS ? ARRIVALS_SEGMENTS : (unsigned)n;
}

void
generations_freed(struct generations *g, uint64_t generation,
    const char *since)
{
	raise_low(g, generation + 1);
	(void)strlcpy(g->since, since, sizeof(g->since));
}

int
generations_finished(struct generations *g, uint64_t generation,
    const char *id)
{
	/* It may have been rung for in one that we have not heard of yet. */
	if (generation == GENERATION_UNKNOWN)
		generation = g->newest < g->low + ARRIVALS_SEGMENTS - 1 ?
		    g->newest + 1 : g->newest;
	if (generation < g->low || generation >= g->low + ARRIVALS_SEGMENTS)
		return 0;
	return str_add(&g->finished[generation % ARRIVALS_SEGMENTS], id,
	    strlen(id) + 1);
}

const char *
generations_next(const struct generations *g, struct finished_walk *walk)
{
	const struct str *ids;
	const char *id;

	for (; walk->place < ARRIVALS_SEGMENTS; walk->place++, walk->at = 0) {
		ids = &g->finished[walk->place];
		if (walk->at >= ids->len)
			continue;
		id = ids->data + walk->at;
		walk->at += strlen(id) + 1;
		return id;
	}
	return NULL;
}
