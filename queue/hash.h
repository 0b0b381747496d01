#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * A hash table of things that carry their link with them, as their first
 * member.  It grows by itself; when memory is short it stays as it is and
 * only gets slower, so that adding never fails.
 */
struct hash_link {
	struct hash_link	*next;
};

/* How a kind of thing is keyed. */
struct hash_type {
	const void	*(*key)(const struct hash_link *);
	uint64_t	 (*sum)(uint64_t seed, const void *key);
	int		 (*same)(const void *a, const void *b);
};

struct hash {
	const struct hash_type	*type;
	struct hash_link	**slots;
	size_t			 size;		/* a power of two, or 0 */
	size_t			 count;
	uint64_t		 seed;		/* nobody outside can know it */
};

/* 0, or -1 with errno ENOMEM. */
int	hash_init(struct hash *, const struct hash_type *);
/* Frees the table, not what was in it. */
void	hash_free(struct hash *);

struct hash_link	*hash_find(const struct hash *, const void *key);
void	hash_add(struct hash *, struct hash_link *);
void	hash_remove(struct hash *, struct hash_link *);

/* Mixes n bytes into a sum; the first call takes the seed. */
uint64_t	hash_bytes(uint64_t sum, const void *, size_t n);

#endif
