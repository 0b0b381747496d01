/* needs: pop3d/sizes */
/*
 * Any bytes as the file of remembered sizes, once as they are and once with a
 * head that fits them: no size past its limit comes out, and what is written
 * over them is read back.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../pop3d/sizes.h"
#include "fd.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { NAMES = 40, HEAD = 24, ENTRY = 16 };

static void
need(int right)
{
	if (!right)
		abort();
}

/* How many of the names were known. */
static int
session(int fd)
{
	struct sizes *s = sizes_open(fd);
	int i, known = 0;
	uint64_t size;
	char name[8];
	size_t n;

	need(s != NULL);
	for (i = 0; i < NAMES; i++) {
		n = (size_t)snprintf(name, sizeof(name), "%d", i);
		if (sizes_find(s, name, n, 7, &size)) {
			need(size <= SIZES_MAX);
			known++;
		} else
			sizes_add(s, name, n, 7, 1);
	}
	sizes_close(s);
	return known;
}

static void
try(const uint8_t *head, const uint8_t *data, size_t n)
{
	int fd = memfd_create("sizes", MFD_CLOEXEC), known;

	if (fd == -1 || fd_write_all(fd, head, HEAD) == -1 ||
	    fd_write_all(fd, data, n) == -1)
		abort();
	known = session(fd);
	if (NAMES - known >= 16)
		need(session(fd) == NAMES);
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	uint64_t head[3] = { UINT64_C(0x6d6c742d73697a31), 0, 0 };

	if (n < HEAD)
		return 0;
	try(data, data + HEAD, n - HEAD);
	head[1] = n / ENTRY;
	head[2] = sizes_sum(data, n / ENTRY * ENTRY);
	try((const uint8_t *)head, data, n);
	return 0;
}
