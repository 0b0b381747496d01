/* Pages apart by madvise(2). */
#include "apart.h"

#include <sys/mman.h>

#include "die.h"

void *
apart_new(size_t bytes)
{
	void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON | MAP_NORESERVE, -1, 0);

	if (pages == MAP_FAILED ||
	    madvise(pages, bytes, MADV_DONTFORK) == -1)
		die_temp("memory");
	return pages;
}
