/*
 * Where a program finds its folders and what stands behind them; apart from
 * the tables, since what runs as root has none.
 */
#include "house.h"

#include "die.h"

static int
first_folder_fd(enum proc proc)
{
	int e, fd = FD_FIRST;

	for (e = 0; e < EDGE_COUNT; e++)
		fd += house_edges[e].server == proc;
	return fd;
}

int
house_folder_fd(enum proc proc, enum folder folder)
{
	int fd = first_folder_fd(proc);
	size_t i;

	for (i = 0; i < house_key_count; i++) {
		if (house_keys[i].proc != proc)
			continue;
		if (house_keys[i].folder == folder)
			return fd;
		fd++;
	}
	die_bug("a folder of another program");
}

int
house_extra_fd(enum proc proc)
{
	int fd = first_folder_fd(proc);
	size_t i;

	for (i = 0; i < house_key_count; i++)
		fd += house_keys[i].proc == proc;
	return fd;
}
