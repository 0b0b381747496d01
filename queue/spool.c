/*
 * Makes messages durable [malote-queue(5)]: a sync of each file, a link into
 * new, and one sync of new for the whole batch.  A name in new is never
 * overwritten, a failed sync is never tried again, and of a message that
 * failed nothing is left over.
 */
#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "stop_point.h"

void
spool_init(struct spool *s, int tmp, int new)
{
	memset(s, 0, sizeof(*s));
	s->tmp = tmp;
	s->new = new;
	STAILQ_INIT(&s->batch);
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
	m->error = 0;
	id_next(&s->ids, m->id);
	m->fd = openat(s->tmp, m->id,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0440);
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
	STAILQ_INSERT_TAIL(&s->batch, m, next);
	s->count++;
	return 0;
}

/*
 * The file's bytes, then its name in new.  link(2) instead of rename(2):
 * only it fails on a name that is there already.
 */
static int
sync_and_place(struct spool *s, struct spooled *m)
{
	stop_point("spool-sync");
	if (fsync(m->fd) == -1)
		return -1;
	stop_point("spool-synced");
	if (linkat(s->tmp, m->id, s->new, m->id, 0) == -1)
		return -1;
	stop_point("spool-linked");
	return 0;
}

static void
fail_all(struct spool *s, struct spool_batch *batch, int error)
{
	struct spooled *m;

	STAILQ_FOREACH(m, batch, next) {
		if (m->error != 0)
			continue;
		m->error = error;
		(void)unlinkat(s->new, m->id, 0);
	}
}

/* Makes the batch durable; each error says how that went. */
static void
store(struct spool *s, struct spool_batch *batch)
{
	struct spooled *m;
	unsigned placed = 0;

	STAILQ_FOREACH(m, batch, next) {
		if (sync_and_place(s, m) == -1)
			m->error = errno;
		else
			placed++;
	}
	stop_point("spool-folder-sync");
	if (placed > 0 && fsync(s->new) == -1)
		fail_all(s, batch, errno);
	stop_point("spool-folder-synced");
	/* The names in tmp may be found again after a crash: swept then. */
	STAILQ_FOREACH(m, batch, next)
		spool_abort(s, m);
}

void
spool_commit(struct spool *s, void (*done)(void *, struct spooled *),
    void *ctx)
{
	struct spool_batch batch = STAILQ_HEAD_INITIALIZER(batch);
	struct spooled *m;

	STAILQ_CONCAT(&batch, &s->batch);
	s->count = 0;
	store(s, &batch);
	while ((m = STAILQ_FIRST(&batch)) != NULL) {
		STAILQ_REMOVE_HEAD(&batch, next);
		done(ctx, m);
	}
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
