/* Pages apart by minherit(2). */
#include "apart.h"

#include <sys/mman.h>

#include "die.h"

void *
apart_new(size_t bytes)
{
	void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON, -1, 0);

	if (pages == MAP_FAILED ||
	    minherit(pages, bytes, INHERIT_NONE) == -1)
		die_temp("memory");
	return pages;
}
