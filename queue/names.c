/* Lists of message files. */
#include "names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "fd.h"
#include "id.h"

static int
add(struct names *n, const char *id)
{
	char (*more)[LIMIT_ID + 1];
	size_t room;

	if (n->count == n->room) {
		room = n->room == 0 ? 64 : n->room * 2;
		more = reallocarray(n->ids, room, sizeof(*more));
		if (more == NULL)
			return -1;
		n->ids = more;
		n->room = room;
	}
	(void)strlcpy(n->ids[n->count++], id, sizeof(n->ids[0]));
	return 0;
}

static int
by_age(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int
read_all(struct names *n, DIR *dir)
{
	struct dirent *entry;

	while ((errno = 0, entry = readdir(dir)) != NULL)
		if (id_ok(entry->d_name) && add(n, entry->d_name) == -1)
			return -1;
	return errno == 0 ? 0 : -1;
}

int
names_read(struct names *n, int folder)
{
	int error, fd, result;
	DIR *dir;

	memset(n, 0, sizeof(*n));
	fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	dir = fdopendir(fd);
	if (dir == NULL) {
		fd_close(&fd);
		return -1;
	}
	result = read_all(n, dir);
	error = errno;
	closedir(dir);
	if (n->count > 0)
		qsort(n->ids, n->count, sizeof(n->ids[0]), by_age);
	errno = error;
	return result;
}

void
names_free(struct names *n)
{
	free(n->ids);
	memset(n, 0, sizeof(*n));
}
