/*
 * recorder: reads the events of all programs, puts time and program in front
 * and writes them to events/current.  Which program spoke it knows from the
 * pipe, not from the line.  It trusts no byte of a line: control bytes are
 * escaped again, lines are cut at LINE_MAX_EVENT.  It never stops for a full
 * disk; what it could not write is counted and told once there is room.
 */
#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "date.h"
#include "die.h"
#include "fd.h"
#include "house.h"
#include "jail.h"
#include "settings.h"
#include "recorder_pipe.h"
#include "str.h"

#define LINE_MAX_EVENT	4096
#define BATCH		(256 * 1024)

static const struct card card = {
	.name = "recorder",
	.root = ".",
	.may = MAY_WRITE | MAY_READ,
	.files = 64
};

/* One program's pipe and the line it has not finished. */
struct source {
	int		 fd;
	bool		 ready;
	size_t		 len;
	char		 line[LINE_MAX_EVENT];
};

struct recorder {
	struct source	 sources[PROC_COUNT];
	int		 folder;
	int		 file;		/* events/current, -1: none now */
	uint64_t	 size, size_max;
	unsigned	 files;
	uint64_t	 lost;
	struct str	 batch;		/* lines on their way */
};

static bool
open_current(struct recorder *r)
{
	struct stat st;

	r->file = openat(r->folder, "current", O_WRONLY | O_APPEND | O_CREAT |
	    O_CLOEXEC | O_NOFOLLOW, 0640);
	r->size = r->file != -1 && fstat(r->file, &st) == 0 ?
	    (uint64_t)st.st_size : 0;
	return r->file != -1;
}

/* --- the folder --------------------------------------------------------- */

/* How many full files there are, and the name of the oldest. */
static unsigned
count_full(const struct recorder *r, char *oldest, size_t size)
{
	const struct dirent *e;
	unsigned n = 0;
	DIR *dir;
	int fd;

	fd = openat(r->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd == -1 ? NULL : fdopendir(fd);
	if (dir == NULL) {
		fd_close(&fd);
		return 0;
	}
	*oldest = '\0';
	while ((e = readdir(dir)) != NULL) {
		if (e->d_name[0] < '0' || e->d_name[0] > '9')
			continue;
		n++;
		if (*oldest == '\0' || strcmp(e->d_name, oldest) < 0)
			(void)strlcpy(oldest, e->d_name, size);
	}
	closedir(dir);
	return n;
}

/* The full file gets the time as its name; the oldest ones go. */
static void
rotate(struct recorder *r)
{
	char name[DATE_SIZE], oldest[256];

	date_iso(name, date_now());
	if (renameat(r->folder, "current", r->folder, name) == -1)
		return;
	fd_close(&r->file);
	while (count_full(r, oldest, sizeof(oldest)) > r->files)
		if (unlinkat(r->folder, oldest, 0) == -1)
			break;
	(void)open_current(r);
}

/* Writes what can be written; the rest of a batch waits for room. */
static void
flush(struct recorder *r)
{
	ssize_t n;

	if (r->file == -1 && !open_current(r))
		return;
	while (r->batch.len > 0) {
		n = write(r->file, r->batch.data, r->batch.len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		r->size += (uint64_t)n;
		str_drop(&r->batch, (size_t)n);
	}
	if (r->size >= r->size_max)
		rotate(r);
}

/* --- lines -------------------------------------------------------------- */

static void
add_line(struct recorder *r, const char *program, const char *line)
{
	char date[DATE_SIZE];
	size_t n;

	date_iso(date, date_now());
	n = strlen(date) + strlen(program) + strlen(line) + 3;
	if (n > r->batch.max - r->batch.len)
		flush(r);
	if (n > r->batch.max - r->batch.len ||
	    str_printf(&r->batch, "%s %s %s\n", date, program, line) == -1) {
		r->batch.failed = false;
		r->lost++;
	}
}

/* What the disk had no room for, as an event of our own. */
static void
tell_lost(struct recorder *r)
{
	char line[64];
	uint64_t n = r->lost;

	if (n == 0 || r->batch.len != 0)
		return;
	r->lost = 0;
	(void)snprintf(line, sizeof(line), "%ld lost n=%llu", (long)getpid(),
	    (unsigned long long)n);
	add_line(r, "recorder", line);
}

static void
end_line(struct recorder *r, int proc)
{
	struct source *s = &r->sources[proc];

	s->line[s->len] = '\0';
	if (s->len != 0)
		add_line(r, house_procs[proc].name, s->line);
	s->len = 0;
}

/* The writer escaped already; a program taken over may not have. */
static void
take_byte(struct recorder *r, int proc, unsigned char c)
{
	struct source *s = &r->sources[proc];
	char hex[5];

	if (c == '\n') {
		end_line(r, proc);
		return;
	}
	if (s->len > sizeof(s->line) - sizeof(hex))
		return;
	if (c >= 0x20 && c != 0x7f) {
		s->line[s->len++] = (char)c;
		return;
	}
	(void)snprintf(hex, sizeof(hex), "\\x%02x", c);
	memcpy(s->line + s->len, hex, 4);
	s->len += 4;
}

/*
 * Events are written whole (at most PIPE_BUF bytes), so half a line in a
 * drained pipe has lost its writer: it is ended here.
 */
static void
drain(struct recorder *r, int proc)
{
	char data[16 * 1024];
	ssize_t n, i;
	int turns = 64;

	do {
		n = read(r->sources[proc].fd, data, sizeof(data));
		if (n == -1 && errno != EAGAIN)
			return;
		for (i = 0; i < n; i++)
			take_byte(r, proc, (unsigned char)data[i]);
	} while (n == sizeof(data) && --turns > 0);
	/* What is less than a buffer was all there is. */
	if (n < (ssize_t)sizeof(data))
		end_line(r, proc);
}

static void
drain_all(struct recorder *r)
{
	int p;

	for (p = 0; p < PROC_COUNT; p++)
		if (r->sources[p].ready)
			drain(r, p);
	tell_lost(r);
	flush(r);
}

/* --- the program -------------------------------------------------------- */

static void
use(struct recorder *r, struct settings *settings)
{
	r->size_max = settings_number(settings, P_EVENTS_SIZE);
	r->files = (unsigned)settings_number(settings, P_EVENTS_FILES);
	settings_free(settings);
}

/* Waits for lines, settings, SIGTERM, or for room on the disk. */
static bool
settings_came(struct recorder *r)
{
	const struct timespec second = { 1, 0 };
	struct pollfd p[PROC_COUNT + 1];
	sigset_t open;
	int i, n;

	for (i = 0; i < PROC_COUNT; i++)
		p[i] = (struct pollfd){ r->sources[i].fd, POLLIN, 0 };
	p[PROC_COUNT] = (struct pollfd){ FD_SETTINGS, POLLIN, 0 };
	sigemptyset(&open);
	n = ppoll(p, PROC_COUNT + 1, r->batch.len + r->lost != 0 ? &second :
	    NULL, &open);
	/* After a signal, which may be the last, all are looked at. */
	for (i = 0; i < PROC_COUNT; i++)
		r->sources[i].ready = n == -1 || p[i].revents != 0;
	return n != -1 && p[PROC_COUNT].revents != 0;
}

static struct recorder *
recorder_new(void)
{
	struct recorder *r = calloc(1, sizeof(*r));
	int p;

	if (r == NULL)
		die_temp("recorder");
	for (p = 0; p < PROC_COUNT; p++) {
		r->sources[p].fd = house_extra_fd(PROC_RECORDER) + p;
		recorder_pipe(r->sources[p].fd);
	}
	r->folder = house_folder_fd(PROC_RECORDER, FOLDER_EVENTS);
	r->file = -1;
	str_init(&r->batch, BATCH);
	return r;
}

int
main(void)
{
	struct recorder *r;
	struct card mine = card;
	struct settings *fresh;
	bool came = false;

	die_name("recorder");
	umask(027);	/* the events are open to the group */
	r = recorder_new();
	mine.folders[0].fd = r->folder;
	mine.folders[0].use = FOLDER_LIST | FOLDER_CREATE | FOLDER_REMOVE |
	    FOLDER_MOVE;
	jail_enter(&mine);
	stop_arm();
	use(r, settings_start(NULL, NULL));
	while (!stop_asked()) {
		came = settings_came(r);
		drain_all(r);
		fresh = came ? settings_poll(NULL, NULL) : NULL;
		if (fresh != NULL)
			use(r, fresh);
	}
	drain_all(r);
	return EXIT_DONE;
}
