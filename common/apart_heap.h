#ifndef APART_HEAP_H
#define APART_HEAP_H

#include <stddef.h>

/*
 * A heap in pages apart (apart.h), for what a library allocates.  As
 * malloc(3) and its kin; blocks are rounded up to powers of two.
 */
void	 apart_heap_init(size_t bytes);	/* before the jail */
void	*apart_alloc(size_t);
void	*apart_realloc(void *, size_t);
void	 apart_free(void *);

#endif
