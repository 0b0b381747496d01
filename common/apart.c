/*
 * Pools in pages apart.  A thing that was given back is handed out again
 * before a new one, so that few pages are touched.
 */
#include "apart.h"

#include <string.h>

void
apart_pool_init(struct apart_pool *p, size_t size, size_t max)
{
	p->base = apart_new(size * max);
	p->size = size;
	p->max = max;
	p->used = 0;
	p->vacant = NULL;
}

void *
apart_get(struct apart_pool *p)
{
	void *thing = p->vacant;

	if (thing != NULL) {
		memcpy(&p->vacant, thing, sizeof(p->vacant));
		return thing;
	}
	return p->used == p->max ? NULL : p->base + p->size * p->used++;
}

void
apart_put(struct apart_pool *p, void *thing)
{
	memcpy(thing, &p->vacant, sizeof(p->vacant));
	p->vacant = thing;
}
