/*
 * The hash table.  Its seed is random, so that a stranger who chooses domain
 * names cannot choose where they fall.
 */
#include "hash.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 64 };

int
hash_init(struct hash *h, const struct hash_type *type)
{
	memset(h, 0, sizeof(*h));
	h->type = type;
	h->slots = calloc(SLOTS_MIN, sizeof(struct hash_link *));
	if (h->slots == NULL)
		return -1;
	h->size = SLOTS_MIN;
	arc4random_buf(&h->seed, sizeof(h->seed));
	return 0;
}

void
hash_free(struct hash *h)
{
	free(h->slots);
	h->slots = NULL;
	h->size = h->count = 0;
}

uint64_t
hash_bytes(uint64_t sum, const void *data, size_t n)
{
	const unsigned char *p = data;

	for (; n > 0; n--)
		sum = (sum ^ *p++) * 0x9e3779b97f4a7c15u;
	return sum ^ sum >> 29;
}

static size_t
slot_of(const struct hash *h, const void *key)
{
	uint64_t sum = h->type->sum(h->seed, key);

	return (size_t)(sum ^ sum >> 32) & (h->size - 1);
}

struct hash_link *
hash_find(const struct hash *h, const void *key)
{
	struct hash_link *l = h->slots[slot_of(h, key)];

	while (l != NULL && !h->type->same(h->type->key(l), key))
		l = l->next;
	return l;
}

static void
insert(struct hash *h, struct hash_link *l)
{
	struct hash_link **slot = &h->slots[slot_of(h, h->type->key(l))];

	l->next = *slot;
	*slot = l;
}

static void
grow(struct hash *h)
{
	struct hash_link **old = h->slots, **more, *l;
	size_t i, size = h->size;

	more = calloc(size * 2, sizeof(struct hash_link *));
	if (more == NULL)
		return;
	h->slots = more;
	h->size = size * 2;
	for (i = 0; i < size; i++)
		while ((l = old[i]) != NULL) {
			old[i] = l->next;
			insert(h, l);
		}
	free(old);
}

void
hash_add(struct hash *h, struct hash_link *l)
{
	if (h->count >= h->size)
		grow(h);
	insert(h, l);
	h->count++;
}

void
hash_remove(struct hash *h, struct hash_link *l)
{
	struct hash_link **p = &h->slots[slot_of(h, h->type->key(l))];

	while (*p != l)
		p = &(*p)->next;
	*p = l->next;
	h->count--;
}
