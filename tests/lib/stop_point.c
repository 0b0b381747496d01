/*
 * The stop point of the programs in BUILD/stop: linked in front of the
 * archive, it ends the process as kill -9 would.  Which points, and at which
 * passage from now on, stands in a file that all processes share and the
 * test writes; it is mapped before main(), as no jail could open it later.
 * A wish "fail CALL" instead makes as many syncs of that kind fail.
 */
#include "stop_point.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define WISHES	"/srv/stop-point"	/* in the test's own mount namespace */

enum { EXIT_KILLED = 137, COUNT = 4 };

struct wish {
	atomic_int	left;		/* passages; it dies at the last one */
	char		name[60];
};

static struct wish	*wishes;

static void	find_wishes(void) __attribute__((constructor));

static void
find_wishes(void)
{
	int fd = open(WISHES, O_RDWR | O_CLOEXEC);
	void *map;

	if (fd == -1)
		return;
	map = mmap(NULL, COUNT * sizeof(*wishes), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	close(fd);
	if (map != MAP_FAILED)
		wishes = map;
}

void
stop_point(const char *name)
{
	struct wish *w;

	if (wishes == NULL)
		return;
	for (w = wishes; w < wishes + COUNT; w++)
		if (atomic_load(&w->left) > 0 && strcmp(w->name, name) == 0 &&
		    atomic_fetch_sub(&w->left, 1) == 1)
			_exit(EXIT_KILLED);
}

/* --- syncs that fail ------------------------------------------------------ */

static int
sync_unless(const char *wish, long call, int fd)
{
	struct wish *w;

	for (w = wishes; w != NULL && w < wishes + COUNT; w++)
		if (strcmp(w->name, wish) == 0 && atomic_load(&w->left) > 0 &&
		    atomic_fetch_sub(&w->left, 1) > 0) {
			errno = EIO;
			return -1;
		}
	return (int)syscall(call, fd);
}

int
fsync(int fd)
{
	return sync_unless("fail fsync", SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	return sync_unless("fail fdatasync", SYS_fdatasync, fd);
}

int
syncfs(int fd)
{
	return sync_unless("fail syncfs", SYS_syncfs, fd);
}
