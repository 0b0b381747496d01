/*
 * Recovery.  The folders may have lost names or contents that were not synced
 * by themselves; the arrivals log has those messages whole.  A file that no
 * record promises and that is damaged was never promised: it goes to bad.
 * Nothing here is ever removed, and each step may be repeated.
 */
#include "recover.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "house.h"
#include "id.h"
#include "settings.h"
#include "stop_point.h"

#include "arrive.h"
#include "message.h"
#include "names.h"
#include "promised.h"
#include "queue.h"
#include "record.h"

enum { WINDOW = 32 * 1024 };

/* A message takes at most so long from its id to its record. */
static const uint64_t	slow_us = UINT64_C(24) * 3600 * 1000000;
static const char	remade[] = "recovered";	/* in log, until it is whole */
static const char	boot_name[] = "boot";

static int
folder(enum folder f)
{
	return house_folder_fd(PROC_QUEUE, f);
}

static void give_up(const char *) __attribute__((noreturn));

static void
give_up(const char *id)
{
	die_temp("recovery: %s", id);
}

static int
open_file(enum folder f, const char *name)
{
	return openat(folder(f), name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

/* --- a message that was promised ---------------------------------------- */

/* Whether the file has the very bytes; anything but yes is no. */
static bool
is_same(int fd, int log, const struct promise *one)
{
	unsigned char a[WINDOW], b[WINDOW];
	uint64_t at, left;
	struct stat st;
	size_t n;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size != one->head.length)
		return false;
	for (at = 0, left = one->head.length; left > 0; left -= n, at += n) {
		n = left < WINDOW ? (size_t)left : WINDOW;
		if (fd_pread_all(fd, a, n, (off_t)at) == -1 ||
		    fd_pread_all(log, b, n, (off_t)(one->at + at)) == -1 ||
		    memcmp(a, b, n) != 0)
			return false;
	}
	return true;
}

static bool
is_there(enum folder f, int log, const struct promise *one)
{
	int fd = open_file(f, one->head.id);
	bool same;

	if (fd == -1 && (errno == EMFILE || errno == ENFILE))
		give_up(one->head.id);
	if (fd == -1)
		return false;
	same = is_same(fd, log, one);
	fd_close(&fd);
	return same;
}

static int
copy(int to, int log, const struct promise *one)
{
	unsigned char window[WINDOW];
	uint64_t at, left;
	size_t n;

	for (at = one->at, left = one->head.length; left > 0;
	    left -= n, at += n) {
		n = left < WINDOW ? (size_t)left : WINDOW;
		if (fd_pread_all(log, window, n, (off_t)at) == -1 ||
		    fd_write_all(to, window, n) == -1)
			return -1;
	}
	return fsync(to);
}

/* The file anew, whole and synced before it has its name. */
static void
remake(int log, const struct promise *one)
{
	const char *id = one->head.id;
	int fd;

	(void)unlinkat(folder(FOLDER_QUEUE_LOG), remade, 0);
	fd = openat(folder(FOLDER_QUEUE_LOG), remade,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0440);
	if (fd == -1 || copy(fd, log, one) == -1)
		give_up(id);
	fd_close(&fd);
	stop_point("recover-remade");
	/* What is torn in new must not come after it. */
	if (renameat(folder(FOLDER_NEW), id, folder(FOLDER_CUR), id) == -1 &&
	    errno != ENOENT)
		give_up(id);
	if (renameat(folder(FOLDER_QUEUE_LOG), remade, folder(FOLDER_CUR),
	    id) == -1)
		give_up(id);
	stop_point("recover-placed");
}

static uint64_t
keep_promises(const struct promised *p)
{
	const struct promise *one;
	uint64_t files = 0;
	int log;

	for (one = p->all; one < p->all + p->count; one++) {
		log = p->fds[one->place];
		if (one->head.type != ARRIVALS_MESSAGE || one->over ||
		    one->head.generation < p->low ||
		    is_there(FOLDER_CUR, log, one) ||
		    is_there(FOLDER_NEW, log, one))
			continue;
		remake(log, one);
		files++;
	}
	return files;
}

/* --- files that were not ------------------------------------------------ */

/* Why the file is damaged, or NULL. */
static const char *
damage(enum folder f, const char *id)
{
	const char *why = NULL;
	struct message m;
	int fd = open_file(f, id);

	if (fd == -1) {
		if (errno == EMFILE || errno == ENFILE)
			give_up(id);
		return NULL;		/* who takes it in charge will see */
	}
	if ((message_read(fd, &m, NULL, NULL, &why) == 0 &&
	    message_check_body(fd, &m, &why) == 0) || errno != EBADMSG)
		why = NULL;
	fd_close(&fd);
	return why;
}

static void
check_folder(const struct promised *p, enum folder f)
{
	uint64_t since = id_time(p->since);
	struct names names;
	const char *why;
	size_t i;

	if (names_read(&names, folder(f)) == -1)
		give_up(house_folders[f].path);
	for (i = 0; i < names.count; i++) {
		if (promised_has(p, names.ids[i]) ||
		    (id_time(names.ids[i]) != 0 &&
		    id_time(names.ids[i]) + slow_us < since))
			continue;
		why = damage(f, names.ids[i]);
		if (why != NULL)
			arrive_set_aside(f, names.ids[i], why);
	}
	names_free(&names);
}

/*
 * What lies in new may have a past, when only its move into cur was lost.  In
 * cur it is taken for what it is, should queue die before all this is read.
 */
static void
take_new(void)
{
	struct names names;
	size_t i;

	if (names_read(&names, folder(FOLDER_NEW)) == -1)
		give_up(house_folders[FOLDER_NEW].path);
	for (i = 0; i < names.count; i++)
		if (renameat(folder(FOLDER_NEW), names.ids[i],
		    folder(FOLDER_CUR), names.ids[i]) == -1 &&
		    errno != ENOENT)
			give_up(names.ids[i]);
	names_free(&names);
}

/* --- once a boot -------------------------------------------------------- */

static bool
is_same_boot(const struct queue *q)
{
	const char *boot = settings_boot(q->settings);
	char text[128] = "";
	ssize_t n = -1;
	int fd = open_file(FOLDER_QUEUE_LOG, boot_name);

	if (fd != -1)
		n = read(fd, text, sizeof(text));
	fd_close(&fd);
	return n > 0 && (size_t)n == strlen(boot) + 1 && text[n - 1] == '\n' &&
	    memcmp(text, boot, (size_t)n - 1) == 0;
}

static void
sync_folders(void)
{
	static const enum folder folders[] = {
		FOLDER_NEW, FOLDER_CUR, FOLDER_BAD
	};
	size_t i;

	for (i = 0; i < countof(folders); i++)
		if (fsync(folder(folders[i])) == -1)
			give_up(house_folders[folders[i]].path);
}

static void
tell(const struct promised *p, uint64_t files, int64_t begun)
{
	struct event e;

	event_open(&e, EV_RECOVERED);
	event_num(&e, "records", p->count);
	event_num(&e, "files", files);
	event_num(&e, "ms", (uint64_t)(fd_now() - begun));
	event_send(&e);
}

void
recover(struct queue *q)
{
	struct id_source now = { 0 };
	struct promised p;
	char since[ID_SIZE];
	int64_t begun = fd_now();
	uint64_t files;

	if (is_same_boot(q))
		return;
	q->recovered = true;
	if (promised_read(&p, folder(FOLDER_ARRIVALS),
	    folder(FOLDER_QUEUE_LOG)) == -1)
		die_temp("recovery");
	files = keep_promises(&p);
	check_folder(&p, FOLDER_CUR);
	check_folder(&p, FOLDER_NEW);
	take_new();
	sync_folders();
	stop_point("recover-synced");
	id_next(&now, since);
	generations_low(&q->generations, p.low, p.since);
	generations_freed(&q->generations, q->generations.newest, since);
	if (p.newest != 0)
		tell(&p, files, begun);
	promised_free(&p);
}

static void
write_boot(const char *boot)
{
	char unfinished[] = "boot.new";
	int fd, log = folder(FOLDER_QUEUE_LOG);

	fd = openat(log, unfinished, O_WRONLY | O_CREAT | O_TRUNC |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1 || fd_write_all(fd, boot, strlen(boot)) == -1 ||
	    fd_write_all(fd, "\n", 1) == -1 || fsync(fd) == -1 ||
	    renameat(log, unfinished, log, boot_name) == -1 ||
	    fsync(log) == -1)
		give_up(boot_name);
	fd_close(&fd);
}

/* At once: nobody is served yet. */
static void
sync_states(struct states *s)
{
	int n = states_write(s);

	if (n == 0)
		n = states_sync_end(s, fdatasync(states_sync_begin(s)) == -1 ?
		    errno : 0);
	if (n == 1)
		n = states_listed(s, fsync(s->folder) == -1 ? errno : 0);
	if (n != 0)
		give_up("states log");
}

void
recover_done(struct queue *q)
{
	const struct generations *g = &q->generations;
	struct record_low low = { g->low, g->since };

	if (!q->recovered)
		return;
	states_put(&q->states, &record_low, &low);
	sync_states(&q->states);
	stop_point("recover-low");
	write_boot(settings_boot(q->settings));
}
