/*
 * The programs in BUILD/nosync: linked in front of the C library, the calls
 * that sync can be left out, so that a test of power cuts can be seen to
 * notice.  Which, of which program, stands in a file that the test writes; it
 * is mapped before main(), as no jail could open it later.
 */
#include <sys/mman.h>
#include <sys/syscall.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WISHES	"/srv/no-sync"		/* in the test's own mount namespace */

enum { COUNT = 4 };

struct wish {
	atomic_int	on;
	atomic_int	left_out;	/* so many times */
	char		name[56];	/* "inject fdatasync" */
};

static struct wish	*wishes;
static char		 program[64];	/* argv[0] may say anything */

static void	find_wishes(void) __attribute__((constructor));

static void
find_program(void)
{
	char path[1024], *slash;
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[n > 0 ? n : 0] = '\0';
	slash = strrchr(path, '/');
	(void)snprintf(program, sizeof(program), "%.63s",
	    slash == NULL ? "" : slash + 1);
}

static void
find_wishes(void)
{
	int fd = open(WISHES, O_RDWR | O_CLOEXEC);
	void *map;

	if (fd == -1)
		return;
	find_program();
	map = mmap(NULL, COUNT * sizeof(*wishes), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	close(fd);
	if (map != MAP_FAILED)
		wishes = map;
}

static int
is_left_out(const char *call)
{
	char name[96];
	struct wish *w;

	if (wishes == NULL)
		return 0;
	(void)snprintf(name, sizeof(name), "%s %s", program, call);
	for (w = wishes; w < wishes + COUNT; w++)
		if (atomic_load(&w->on) && strcmp(w->name, name) == 0) {
			atomic_fetch_add(&w->left_out, 1);
			return 1;
		}
	return 0;
}

int
fsync(int fd)
{
	return is_left_out("fsync") ? 0 : (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	return is_left_out("fdatasync") ? 0 : (int)syscall(SYS_fdatasync, fd);
}

int
syncfs(int fd)
{
	return is_left_out("syncfs") ? 0 : (int)syscall(SYS_syncfs, fd);
}
