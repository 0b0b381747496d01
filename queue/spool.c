/*
 * Makes messages durable [malote-queue(5)], by one of two roads.  The log: a
 * record of each, one sync for all that wait.  The old one: a sync of the
 * file, the move into new, and a sync of new for all that were moved.  A name
 * in new is never overwritten, a failed sync is never tried again, and of a
 * message that failed nothing is left over.
 */
#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "move.h"
#include "stop_point.h"

#include "arrivals_write.h"
#include "syncer.h"

void
spool_init(struct spool *s, int tmp, int new, struct syncer *syncer,
    struct arrivals_writer *log, void (*done)(void *, struct spooled *),
    void *ctx)
{
	memset(s, 0, sizeof(*s));
	s->tmp = tmp;
	s->new = new;
	s->syncer = syncer;
	s->log = log;
	s->done = done;
	s->ctx = ctx;
	STAILQ_INIT(&s->joined);
	STAILQ_INIT(&s->logged);
	STAILQ_INIT(&s->placed);
	STAILQ_INIT(&s->settling);
}

/* Calls fn for each name of a folder: 0, or -1 with errno. */
static int
each_name(int folder, void (*fn)(struct spool *, const char *),
    struct spool *s)
{
	struct dirent *entry;
	DIR *dir;
	int fd, error;

	fd = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	dir = fdopendir(fd);
	if (dir == NULL) {
		fd_close(&fd);
		return -1;
	}
	rewinddir(dir);
	while ((errno = 0, entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			fn(s, entry->d_name);
	error = errno;
	closedir(dir);
	errno = error;
	return error == 0 ? 0 : -1;
}

static void
note_id(struct spool *s, const char *name)
{
	id_after(&s->ids, name);
}

static void
remove_tmp(struct spool *s, const char *name)
{
	note_id(s, name);
	(void)unlinkat(s->tmp, name, 0);
}

int
spool_sweep(struct spool *s)
{
	if (each_name(s->tmp, remove_tmp, s) == -1)
		return -1;
	return each_name(s->new, note_id, s);
}

int
spool_begin(struct spool *s, struct spooled *m)
{
	m->spool = s;
	m->error = 0;
	m->generation = 0;
	id_next(&s->ids, m->id);
	m->fd = openat(s->tmp, m->id,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0440);
	if (m->fd == -1)
		return -1;
	message_begin(&m->file, m->fd);
	return 0;
}

void
spool_abort(struct spool *s, struct spooled *m)
{
	if (m->fd == -1)
		return;
	fd_close(&m->fd);
	(void)unlinkat(s->tmp, m->id, 0);
}

int
spool_join(struct spool *s, struct spooled *m)
{
	if (message_finish(&m->file) == -1)
		return -1;
	STAILQ_INSERT_TAIL(&s->joined, m, next);
	s->count++;
	return 0;
}

/* --- ends --------------------------------------------------------------- */

/* The message is kept, or nothing is left of it. */
static void
finish(struct spooled *m, int error)
{
	struct spool *s = m->spool;

	m->error = error;
	s->under_way--;
	if (error != 0)
		(void)unlinkat(s->tmp, m->id, 0);
	fd_close(&m->fd);
	s->done(s->ctx, m);
}

/* It is durable, or its file is: now it may be seen. */
static int
place(struct spooled *m)
{
	stop_point("spool-place");
	if (move_new(m->spool->tmp, m->id, m->spool->new, m->id) == -1)
		return -1;
	stop_point("spool-placed");
	return 0;
}

/* --- the old road ------------------------------------------------------- */

static void	sync_folder(struct spool *);

static void
on_folder_synced(void *ctx, int error)
{
	struct spool *s = ctx;
	struct spooled *m;

	stop_point("spool-folder-synced");
	while ((m = STAILQ_FIRST(&s->settling)) != NULL) {
		STAILQ_REMOVE_HEAD(&s->settling, next);
		if (error != 0)
			(void)unlinkat(s->new, m->id, 0);
		finish(m, error);
	}
	sync_folder(s);
}

/* One sync of new for all that were placed before it begins. */
static void
sync_folder(struct spool *s)
{
	if (!STAILQ_EMPTY(&s->settling) || STAILQ_EMPTY(&s->placed))
		return;
	STAILQ_CONCAT(&s->settling, &s->placed);
	stop_point("spool-folder-sync");
	if (syncer_ask(s->syncer, SYNC_FILE, s->new, on_folder_synced,
	    s) == -1)
		on_folder_synced(s, errno);
}

static void
on_file_synced(void *ctx, int error)
{
	struct spooled *m = ctx;

	stop_point("spool-synced");
	if (error == 0 && place(m) == -1)
		error = errno;
	if (error != 0) {
		finish(m, error);
		return;
	}
	STAILQ_INSERT_TAIL(&m->spool->placed, m, next);
	sync_folder(m->spool);
}

static void
sync_file(struct spooled *m)
{
	m->generation = 0;
	stop_point("spool-sync");
	if (syncer_ask(m->spool->syncer, SYNC_FILE, m->fd, on_file_synced,
	    m) == -1)
		finish(m, errno);
}

/* --- the log ------------------------------------------------------------ */

/* What the log does not take goes the old road. */
static void
sync_files(struct spool_batch *batch)
{
	struct spooled *m;

	while ((m = STAILQ_FIRST(batch)) != NULL) {
		STAILQ_REMOVE_HEAD(batch, next);
		sync_file(m);
	}
}

/* Durable, so it is ours; if it finds no place, the log has to unsay it. */
static void
on_logged(struct spooled *m, int error)
{
	if (error == 0 && place(m) == -1) {
		error = errno;
		arrivals_void(m->spool->log, m->id);
	}
	finish(m, error);
}

static void
on_log_synced(void *ctx, int error)
{
	struct spool_batch batch = STAILQ_HEAD_INITIALIZER(batch);
	struct spool *s = ctx;
	struct spooled *m;

	s->syncing = false;
	STAILQ_CONCAT(&batch, &s->logged);
	/* The disk goes on while we answer. */
	spool_commit(s);
	while ((m = STAILQ_FIRST(&batch)) != NULL) {
		STAILQ_REMOVE_HEAD(&batch, next);
		on_logged(m, error);
	}
}

static enum arrivals_added
add(struct spool *s, struct spooled *m)
{
	return s->log == NULL ? ARRIVALS_REFUSED :
	    arrivals_add(s->log, m->id, &m->file, &m->generation);
}

/* All that goes into one batch. */
static void
gather(struct spool *s)
{
	enum arrivals_added added;
	struct spooled *m;

	while ((m = STAILQ_FIRST(&s->joined)) != NULL) {
		added = add(s, m);
		if (added == ARRIVALS_LATER)
			return;
		STAILQ_REMOVE_HEAD(&s->joined, next);
		s->count--;
		s->under_way++;
		if (added == ARRIVALS_ADDED) {
			STAILQ_INSERT_TAIL(&s->logged, m, next);
			continue;
		}
		if (added == ARRIVALS_FAILED)
			sync_files(&s->logged);
		sync_file(m);
	}
}

void
spool_commit(struct spool *s)
{
	if (spool_is_busy(s))
		return;
	gather(s);
	if (s->log == NULL || !arrivals_pending(s->log))
		return;
	s->syncing = true;
	if (arrivals_sync(s->log, on_log_synced, s) == 0)
		return;
	s->syncing = false;
	sync_files(&s->logged);
}

bool
spool_is_busy(const struct spool *s)
{
	return s->syncing;
}

bool
spool_is_empty(const struct spool *s)
{
	return s->count == 0 && s->under_way == 0;
}

void
spool_fate(struct fate *f, int error)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT:
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		fate_set(f, 452, "4.3.1", "no room to store the message: %s",
		    strerror(error));
		break;
	default:
		fate_set(f, 451, "4.3.0", "cannot store the message: %s",
		    strerror(error));
	}
}
