/* needs: tests/bench/measure */
/*
 * What the disk and the machine can do at best, in the units a mail server
 * spends: bench_disk DIR SECONDS spends so long on each row of the table
 * below and prints one line of JSON.  Files are left in DIR: removing them
 * makes the next minute slow on a disk mounted with `discard`.
 */
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"

enum { SIZE = 4096, WRITERS = 32, PATH = 256, LOG = 64 << 20, BATCH = 100 };

static char block[SIZE];

/* One writer of a row: a folder of its own, until when, and what it did. */
struct writer {
	char	 dir[PATH];
	int	 dirfd;
	double	 end;
	int	 batch;
	long	 done;
};

static void
must(int failed, const char *what)
{
	if (failed)
		measure_fail("%s: %s", what, strerror(errno));
}

static int
create(struct writer *w, char letter, long n)
{
	char name[32];
	int fd;

	(void)snprintf(name, sizeof(name), "%c%ld", letter, n);
	fd = openat(w->dirfd, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
	must(fd == -1 || write(fd, block, SIZE) != SIZE, "create");
	return fd;
}

static void
place(struct writer *w, long n)
{
	char from[32], to[32];

	(void)snprintf(from, sizeof(from), "t%ld", n);
	(void)snprintf(to, sizeof(to), "m%ld", n);
	must(renameat(w->dirfd, from, w->dirfd, to), "rename");
}

/* A Maildir delivery: file and folder are synced. */
static void
deliver(struct writer *w)
{
	int fd = create(w, 't', w->done);

	must(fsync(fd), "fsync");
	(void)close(fd);
	place(w, w->done++);
	must(fsync(w->dirfd), "fsync");
}

/* The two-file scheme: a queue file, a Maildir file, the first removed. */
static void
queue_and_deliver(struct writer *w)
{
	char name[32];
	int fd = create(w, 'q', w->done);

	must(fdatasync(fd), "fdatasync");
	(void)close(fd);
	(void)snprintf(name, sizeof(name), "q%ld", w->done);
	fd = create(w, 't', w->done);
	must(fdatasync(fd), "fdatasync");
	(void)close(fd);
	place(w, w->done++);
	must(unlinkat(w->dirfd, name, 0), "unlink");
}

/* Maildir deliveries settled by one sync of the file system per batch. */
static void
settle(struct writer *w)
{
	int i;

	for (i = 0; i < BATCH; i++) {
		(void)close(create(w, 't', w->done));
		place(w, w->done++);
	}
	must(syncfs(w->dirfd), "syncfs");
}

/* Records appended to a preallocated log, `batch` of them for a sync. */
static void
append(struct writer *w)
{
	static int fd = -1;
	static off_t off;
	int i;

	if (fd == -1) {
		fd = openat(w->dirfd, "log", O_RDWR | O_CREAT, 0600);
		must(fd == -1 || (errno = posix_fallocate(fd, 0, LOG)) != 0,
		    "log");
	}
	for (i = 0; i < w->batch; i++) {
		must(pwrite(fd, block, SIZE, off) != SIZE, "pwrite");
		off = (off + SIZE) % LOG;
	}
	must(fdatasync(fd), "fdatasync");
	w->done += w->batch;
}

static void
fork_once(struct writer *w)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	must(pid == -1 || waitpid(pid, NULL, 0) != pid, "fork");
	w->done++;
}

static const struct row {
	const char	*name;
	int		 writers, batch;
	void		(*once)(struct writer *);
} rows[] = {
	{ "deliver_1",	 1,	0,	deliver },
	{ "deliver_20",	20,	0,	deliver },
	{ "two_files_20", 20,	0,	queue_and_deliver },
	{ "settle_100",	 1,	0,	settle },
	{ "append_1",	 1,	1,	append },
	{ "append_20",	 1,	20,	append },
	{ "fork",	 1,	0,	fork_once }
};

static void
write_until(struct writer *w, const struct row *row)
{
	while (measure_now() < w->end)
		row->once(w);
	_exit(0);
}

/* How often all writers of a row did their work in a second. */
static double
measure_row(const struct row *row, const char *dir, int seconds)
{
	struct writer *w = mmap(NULL, WRITERS * sizeof(*w),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double start = measure_now();
	long done = 0;
	int i, status;

	must(w == MAP_FAILED, "mmap");
	for (i = 0; i < row->writers; i++) {
		(void)snprintf(w[i].dir, PATH, "%s/%s.%d", dir, row->name, i);
		must(mkdir(w[i].dir, 0700), w[i].dir);
		w[i].dirfd = open(w[i].dir, O_RDONLY | O_DIRECTORY);
		w[i].end = start + seconds;
		w[i].batch = row->batch;
		if (fork() == 0)
			write_until(&w[i], row);
	}
	while (wait(&status) != -1)
		must(status != 0, row->name);
	for (i = 0; i < row->writers; i++)
		done += w[i].done;
	(void)munmap(w, WRITERS * sizeof(*w));
	return (double)done / (measure_now() - start);
}

int
main(int argc, char *argv[])
{
	const struct row *row;
	int seconds;

	if (argc != 3)
		measure_fail("usage: bench_disk DIR SECONDS");
	seconds = measure_number(argv[2], 60);
	must(mkdir(argv[1], 0700) && errno != EEXIST, argv[1]);
	memset(block, 'x', sizeof(block));
	for (row = rows; row < rows + sizeof(rows) / sizeof(rows[0]); row++)
		(void)printf("%s\"%s\":%.0f", row == rows ? "{" : ",",
		    row->name, measure_row(row, argv[1], seconds));
	(void)printf("}\n");
	return 0;
}
