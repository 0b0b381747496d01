/*
 * The heap apart.  A block is preceded by its class; what was given back
 * waits in a list of its class, and nothing is ever put together or split.
 */
#include "apart_heap.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "apart.h"

enum {
	CLASS_MIN = 5,		/* 32 bytes */
	CLASS_MAX = 24
};

/* In front of a block. */
union head {
	size_t		class;
	max_align_t	align;
};

struct heap {
	size_t	 used, size;		/* with this struct, in front */
	void	*vacant[CLASS_MAX + 1];	/* each with the next in it */
};

/* A library's allocator gets no context, so there is one of it. */
static struct heap	*heap;

void
apart_heap_init(size_t bytes)
{
	heap = apart_new(bytes);
	heap->size = bytes;
	heap->used = (sizeof(*heap) + sizeof(union head) - 1) /
	    sizeof(union head) * sizeof(union head);
}

static size_t
class_of(size_t n)
{
	size_t class = CLASS_MIN;

	while (class <= CLASS_MAX && (size_t)1 << class < n)
		class++;
	return class;
}

/* A block of that class that never was one. */
static void *
cut(size_t class)
{
	size_t n = sizeof(union head) + ((size_t)1 << class);
	union head *head;

	if (n > heap->size - heap->used)
		return NULL;
	head = (union head *)(void *)((char *)heap + heap->used);
	heap->used += n;
	head->class = class;
	return head + 1;
}

void *
apart_alloc(size_t n)
{
	size_t class = class_of(n);
	void *block = NULL;

	if (class <= CLASS_MAX && (block = heap->vacant[class]) != NULL)
		memcpy(&heap->vacant[class], block, sizeof(void *));
	else if (class <= CLASS_MAX)
		block = cut(class);
	if (block == NULL)
		errno = ENOMEM;
	return block;
}

void
apart_free(void *block)
{
	const union head *head = block;

	if (block == NULL)
		return;
	head--;
	memcpy(block, &heap->vacant[head->class], sizeof(void *));
	heap->vacant[head->class] = block;
}

void *
apart_realloc(void *block, size_t n)
{
	const union head *head = block;
	size_t had;
	void *more;

	if (block == NULL)
		return apart_alloc(n);
	had = (size_t)1 << (head - 1)->class;
	if (n <= had)
		return block;
	more = apart_alloc(n);
	if (more == NULL)
		return NULL;
	memcpy(more, block, had);
	apart_free(block);
	return more;
}
