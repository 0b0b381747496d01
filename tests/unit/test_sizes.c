/* needs: tests/lib/unit pop3d/sizes */
/* Remembered sizes: what is kept, when it is written, what is not believed. */
#include <sys/stat.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../pop3d/sizes.h"
#include "fd.h"
#include "unit.h"

enum { MANY = 100, FEW = 15 };

static char	path[] = "/tmp/test_sizes.XXXXXX";

static void
clean(void)
{
	(void)unlink(path);
}

/* The file; each test runs in its own process. */
static int
make(void)
{
	int fd = mkstemp(path);

	ck_assert_int_ne(fd, -1);
	atexit(clean);
	return fd;
}

static off_t
length(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	return st.st_size;
}

/* Asks for messages first to last - 1, adds what is not known: how many were. */
static int
session(int fd, int first, int last)
{
	struct sizes *s = sizes_open(fd);
	char name[32];
	uint64_t size;
	int i, found = 0;
	size_t n;

	ck_assert_ptr_nonnull(s);
	for (i = first; i < last; i++) {
		n = (size_t)snprintf(name, sizeof(name), "%d.x", i);
		if (sizes_find(s, name, n, (ino_t)i, &size)) {
			ck_assert_uint_eq(size, (uint64_t)i * 10);
			found++;
		} else
			sizes_add(s, name, n, (ino_t)i, (uint64_t)i * 10);
	}
	sizes_close(s);
	return found;
}

START_TEST(remembers)
{
	struct sizes *s;
	uint64_t size;
	off_t before;
	int fd = make();

	ck_assert_int_eq(session(fd, 0, FEW), 0);
	ck_assert_int_eq(length(fd), 0);	/* not worth it */
	ck_assert_int_eq(session(fd, 0, MANY), 0);
	ck_assert_int_eq(session(fd, 0, MANY), MANY);
	/* Another inode is another file. */
	s = sizes_open(fd);
	ck_assert(sizes_find(s, "1.x", 3, 1, &size));
	ck_assert(!sizes_find(s, "1.x", 3, 2, &size));
	ck_assert(!sizes_find(s, "1.y", 3, 1, &size));
	sizes_close(s);
	/* What is gone is forgotten when it is written anew. */
	ck_assert_int_eq(session(fd, MANY - 10, 2 * MANY), 10);
	ck_assert_int_eq(session(fd, MANY - 10, 2 * MANY), MANY + 10);
	before = length(fd);
	ck_assert_int_eq(session(fd, 0, FEW), 0);
	ck_assert_int_eq(length(fd), before);
	ck_assert_int_eq(session(fd, MANY - 10, 2 * MANY), MANY + 10);
}
END_TEST

/* A shorter list leaves the end of the longer one behind it. */
START_TEST(shrinks)
{
	int fd = make();

	ck_assert_int_eq(session(fd, 0, 10 * MANY), 0);
	ck_assert_int_eq(session(fd, 10 * MANY, 11 * MANY), 0);
	ck_assert_int_eq(session(fd, 10 * MANY, 11 * MANY), MANY);
	ck_assert_int_eq(session(fd, 0, MANY), 0);
}
END_TEST

/* Each byte matters, and each length. */
START_TEST(torn_or_changed_is_nothing)
{
	unsigned char byte;
	off_t at, whole;
	int fd = make();

	ck_assert_int_eq(session(fd, 0, FEW + 5), 0);
	whole = length(fd);
	for (at = 0; at < whole; at += 3) {
		ck_assert_int_eq(pread(fd, &byte, 1, at), 1);
		byte ^= 0x10;
		ck_assert_int_eq(pwrite(fd, &byte, 1, at), 1);
		/* It is written anew, whole again. */
		ck_assert_int_eq(session(fd, 0, FEW + 5), 0);
		ck_assert_int_eq(session(fd, 0, FEW + 5), FEW + 5);
	}
	for (at = 0; at < whole; at += 5) {
		ck_assert_int_eq(ftruncate(fd, at), 0);
		ck_assert_int_eq(session(fd, 0, FEW + 5), 0);
		ck_assert_int_eq(session(fd, 0, FEW + 5), FEW + 5);
	}
}
END_TEST

/* A good sum over what nobody wrote: a count and sizes past all limits. */
START_TEST(hostile_is_nothing)
{
	uint64_t file[5], magic;
	struct sizes *s;
	uint64_t size;
	size_t i;
	static const uint64_t counts[] = {
		1, 2, 1000001, UINT64_MAX, UINT64_MAX / 16, UINT64_MAX / 16 + 2
	};
	int fd = make();

	ck_assert_int_eq(session(fd, 0, MANY), 0);
	ck_assert_int_eq(pread(fd, &magic, sizeof(magic), 0), sizeof(magic));
	for (i = 0; i < countof(counts); i++) {
		file[0] = magic;
		file[1] = counts[i];
		file[3] = 0;
		file[4] = UINT64_MAX;
		file[2] = sizes_sum(file + 3, 16);
		ck_assert_int_eq(ftruncate(fd, 0), 0);
		ck_assert_int_eq(pwrite(fd, file, sizeof(file), 0),
		    sizeof(file));
		s = sizes_open(fd);
		ck_assert(!sizes_find(s, "1.x", 3, 1, &size));
		sizes_close(s);
	}
	/* A file of holes, as long as can be. */
	ck_assert_int_eq(ftruncate(fd, INT32_MAX), 0);
	ck_assert_int_eq(session(fd, 0, FEW), 0);
}
END_TEST

/* Not ours, not ours alone, or no file: neither read nor written. */
START_TEST(foreign_is_left_alone)
{
	char other[sizeof(path) + 2];
	int fd = make(), null = open("/dev/null", O_RDWR);
	off_t before;

	ck_assert_int_eq(session(fd, 0, MANY), 0);
	before = length(fd);
	(void)snprintf(other, sizeof(other), "%s.2", path);
	ck_assert_int_eq(link(path, other), 0);
	ck_assert_int_eq(session(fd, 0, 2 * MANY), 0);
	ck_assert_int_eq(length(fd), before);
	ck_assert_int_eq(unlink(other), 0);
	ck_assert_int_eq(session(fd, 0, MANY), MANY);
	if (geteuid() == 0) {
		ck_assert_int_eq(fchown(fd, 1, 1), 0);
		ck_assert_int_eq(session(fd, 0, 2 * MANY), 0);
		ck_assert_int_eq(length(fd), before);
	}
	ck_assert_int_eq(session(null, 0, MANY), 0);
	ck_assert_int_eq(session(-1, 0, MANY), 0);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		remembers, shrinks, torn_or_changed_is_nothing,
		hostile_is_nothing, foreign_is_left_alone
	};

	return unit_run("sizes", tests, countof(tests));
}
