/*
 * Writes the arrivals log.  A segment whose write or sync failed is never
 * written again: the kernel may have dropped its pages, and a second sync
 * would lie.  The next segment begins with a cut that says so, and no message
 * is promised in it before the cut is durable, as both go in one sync.
 */
#include "arrivals_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "fd.h"
#include "stop_point.h"

#include "crc.h"
#include "message.h"
#include "segments.h"
#include "syncer.h"

enum { BUFFER = 256 * 1024, VOIDS = 256, SIZE_MIN = 1024 * 1024 };

struct arrivals_writer {
	struct segments	 segments;
	struct syncer	*syncer;
	uint64_t	 message_max;
	void		(*spoiled)(void *, uint64_t);
	void		*ctx;

	uint64_t	 next;		/* generation to begin; 0: none yet */
	uint64_t	 freed;
	uint64_t	 spoiled_last;
	int64_t		 not_before;	/* a disk that fails gets a rest */
	struct arrivals_cut cuts[ARRIVALS_SEGMENTS];	/* owed */
	unsigned	 cut_count;
	char		 voids[VOIDS][LIMIT_ID + 1];		/* owed */
	unsigned	 void_count;
	unsigned	 voids_put;	/* … of them, not yet synced */

	/* The segment under way. */
	int		 fd;		/* -1: none */
	bool		 leave;		/* nothing more goes into it */
	uint64_t	 generation;
	uint64_t	 limit;		/* its size */
	uint64_t	 at;		/* where buf will stand in it */
	uint64_t	 sequence;	/* of the last record */
	uint64_t	 synced;	/* … of the last durable one */
	unsigned	 batch;		/* records since the last sync */
	size_t		 len;
	unsigned char	 buf[BUFFER];

	void		(*done)(void *, int);
	void		*done_ctx;
};

struct arrivals_writer *
arrivals_new(struct loop *loop, int folder, struct syncer *log,
    struct syncer *files, void (*spoiled)(void *, uint64_t), void *ctx)
{
	struct arrivals_writer *w = calloc(1, sizeof(*w));

	if (w == NULL)
		die_temp("arrivals log");
	segments_init(&w->segments, folder, loop, files);
	w->syncer = log;
	w->spoiled = spoiled;
	w->ctx = ctx;
	w->fd = -1;
	return w;
}

/* --- which segment ------------------------------------------------------ */

/* Generations whose place is spoilt are left out. */
static void
skip_spoilt(struct arrivals_writer *w)
{
	int i;

	for (i = 0; i < ARRIVALS_SEGMENTS; i++, w->next++)
		if (!w->segments.spoilt[w->next % ARRIVALS_SEGMENTS])
			return;
}

static bool
is_free(const struct arrivals_writer *w, uint64_t generation)
{
	return generation <= ARRIVALS_SEGMENTS ||
	    generation - ARRIVALS_SEGMENTS <= w->freed;
}

/* The next segment is made ready, and the one behind it. */
static void
prepare(struct arrivals_writer *w)
{
	if (w->next == 0)
		return;
	if (is_free(w, w->next))
		segments_want(&w->segments, w->next);
	if (is_free(w, w->next + 1))
		segments_want(&w->segments, w->next + 1);
}

void
arrivals_resize(struct arrivals_writer *w, uint64_t size, uint64_t message)
{
	w->message_max = message;
	if (size < SIZE_MIN || !syncer_has_system)
		size = 0;
	size /= ARRIVALS_SEGMENTS;
	if (size != w->segments.size)
		w->leave = true;
	segments_resize(&w->segments, size);
	prepare(w);
}

void
arrivals_told_next(struct arrivals_writer *w, uint64_t generation)
{
	/* What was begun before queue looked ends here. */
	w->leave = true;
	if (generation == 0)
		w->next = 0;
	else if (w->next < generation)
		w->next = generation;
	prepare(w);
}

void
arrivals_told_free(struct arrivals_writer *w, uint64_t generation)
{
	if (w->freed < generation)
		w->freed = generation;
	prepare(w);
}

uint64_t
arrivals_spoiled(const struct arrivals_writer *w)
{
	return w->spoiled_last > w->freed ? w->spoiled_last : 0;
}

static bool
can_begin(const struct arrivals_writer *w)
{
	return w->next != 0 && is_free(w, w->next) &&
	    segments_ready(&w->segments, w->next) &&
	    (w->not_before == 0 || fd_now() >= w->not_before);
}

/* Of the segment under way nothing counts behind what is durable. */
static void
spoil(struct arrivals_writer *w)
{
	fd_close(&w->fd);
	w->batch = 0;
	w->len = 0;
	segments_spoil(&w->segments, w->generation);
	w->voids_put = 0;
	if (w->cut_count < ARRIVALS_SEGMENTS)
		w->cuts[w->cut_count++] = (struct arrivals_cut){
			w->generation, w->synced };
	w->spoiled_last = w->generation;
	w->not_before = fd_now() + ARRIVALS_REST_MS;
	if (w->next != 0) {
		skip_spoilt(w);
		prepare(w);
	}
	w->spoiled(w->ctx, w->generation);
}

/* --- records ------------------------------------------------------------ */

static int
flush(struct arrivals_writer *w)
{
	if (w->len == 0)
		return 0;
	stop_point("log-write");
	if (fd_pwrite_all(w->fd, w->buf, w->len, (off_t)w->at) == -1)
		return -1;
	stop_point("log-written");
	w->at += w->len;
	w->len = 0;
	return 0;
}

static uint64_t
room(const struct arrivals_writer *w)
{
	return w->limit - w->at - w->len;
}

static void
number(struct arrivals_writer *w, struct arrivals_head *head)
{
	head->generation = w->generation;
	head->sequence = ++w->sequence;
	w->batch++;
}

/* A record whose contents are at hand and fit the buffer with their head. */
static int
put(struct arrivals_writer *w, struct arrivals_head *head, const void *data)
{
	size_t n = ARRIVALS_HEAD + head->length;

	if (n > BUFFER - w->len && flush(w) == -1)
		return -1;
	number(w, head);
	head->crc = crc32c(0, data, head->length);
	arrivals_put_head(w->buf + w->len, head);
	if (head->length > 0)
		memcpy(w->buf + w->len + ARRIVALS_HEAD, data, head->length);
	w->len += n;
	return 0;
}

/* One that is read back from its file, piece by piece; its head is last. */
static int
copy(struct arrivals_writer *w, struct arrivals_head *head, int fd)
{
	unsigned char first[ARRIVALS_HEAD];
	uint64_t begin, done;
	size_t n;

	if (flush(w) == -1)
		return -1;
	number(w, head);
	begin = w->at;
	w->at += ARRIVALS_HEAD;
	for (done = 0; done < head->length; done += n) {
		n = BUFFER;
		if (n > head->length - done)
			n = (size_t)(head->length - done);
		if (fd_pread_all(fd, w->buf, n, (off_t)done) == -1)
			return -1;
		head->crc = crc32c(head->crc, w->buf, n);
		w->len = n;
		if (flush(w) == -1)
			return -1;
	}
	arrivals_put_head(first, head);
	return fd_pwrite_all(w->fd, first, sizeof(first), (off_t)begin);
}

static int
put_cuts(struct arrivals_writer *w)
{
	unsigned char data[ARRIVALS_CUT_SIZE];
	struct arrivals_head head = {
		.type = ARRIVALS_CUT, .length = sizeof(data)
	};
	unsigned i;

	for (i = 0; i < w->cut_count; i++) {
		arrivals_put_cut(data, &w->cuts[i]);
		if (put(w, &head, data) == -1)
			return -1;
	}
	return 0;
}

/*
 * Leaves the segment under way, if any.  The caller knows can_begin().  A
 * generation that could not be begun is not used up: queue would wait for it.
 */
static int
begin(struct arrivals_writer *w)
{
	int fd;

	stop_point("log-segment");
	fd = segments_open(&w->segments, w->next);
	if (fd == -1)
		return -1;
	fd_close(&w->fd);
	w->fd = fd;
	w->generation = w->next++;
	skip_spoilt(w);
	/* No stranger can write what would pass for the next record. */
	arc4random_buf(&w->sequence, sizeof(w->sequence));
	w->sequence >>= 2;
	w->synced = w->sequence;
	w->limit = w->segments.size;
	w->at = 0;
	w->len = 0;
	w->leave = false;
	prepare(w);
	return put_cuts(w);
}

/* Room for n more bytes in a segment. */
static enum arrivals_added
make_room(struct arrivals_writer *w, uint64_t n)
{
	if (w->fd != -1 && !w->leave && n <= room(w))
		return ARRIVALS_ADDED;
	if (w->batch > 0)
		return ARRIVALS_LATER;
	if (!can_begin(w) || n > w->segments.size -
	    w->cut_count * (ARRIVALS_HEAD + ARRIVALS_CUT_SIZE))
		return ARRIVALS_REFUSED;
	return begin(w) == 0 ? ARRIVALS_ADDED : ARRIVALS_REFUSED;
}

enum arrivals_added
arrivals_add(struct arrivals_writer *w, const char *id,
    const struct message_writer *m, uint64_t *generation)
{
	const uint64_t length = message_length(m);
	const void *bytes = message_bytes(m);
	struct arrivals_head head = {
		.type = ARRIVALS_MESSAGE, .length = (uint32_t)length
	};
	enum arrivals_added added;
	int done;

	if (length > w->message_max)
		return ARRIVALS_REFUSED;
	added = make_room(w, ARRIVALS_HEAD + length);
	if (added != ARRIVALS_ADDED)
		return added;
	(void)strlcpy(head.id, id, sizeof(head.id));
	done = bytes != NULL ? put(w, &head, bytes) : copy(w, &head, m->fd);
	if (done == -1) {
		spoil(w);
		return ARRIVALS_FAILED;
	}
	*generation = w->generation;
	return ARRIVALS_ADDED;
}

void
arrivals_void(struct arrivals_writer *w, const char *id)
{
	if (w->void_count < VOIDS)
		(void)strlcpy(w->voids[w->void_count++], id,
		    sizeof(w->voids[0]));
}

/* --- syncing ------------------------------------------------------------ */

/* What could not be said for want of room is said with the next batch. */
static void
put_voids(struct arrivals_writer *w)
{
	struct arrivals_head head = { .type = ARRIVALS_VOID };

	while (w->voids_put < w->void_count &&
	    make_room(w, ARRIVALS_HEAD) == ARRIVALS_ADDED) {
		(void)strlcpy(head.id, w->voids[w->voids_put],
		    sizeof(head.id));
		if (put(w, &head, "") == -1)
			break;
		w->voids_put++;
	}
}

/* Those that are durable are not owed any more. */
static void
forget_voids(struct arrivals_writer *w)
{
	w->void_count -= w->voids_put;
	memmove(w->voids, w->voids + w->voids_put,
	    w->void_count * sizeof(w->voids[0]));
	w->voids_put = 0;
}

bool
arrivals_pending(struct arrivals_writer *w)
{
	if (w->batch == 0 && w->cut_count > 0 && can_begin(w))
		(void)begin(w);
	put_voids(w);
	return w->batch > 0;
}

static void
on_synced(void *ctx, int error)
{
	struct arrivals_writer *w = ctx;

	if (error == 0) {
		stop_point("log-synced");
		w->synced = w->sequence;
		w->batch = 0;
		w->cut_count = 0;
		w->not_before = 0;
		forget_voids(w);
	} else
		spoil(w);
	w->done(w->done_ctx, error);
}

int
arrivals_sync(struct arrivals_writer *w, void (*done)(void *, int), void *ctx)
{
	int error;

	w->done = done;
	w->done_ctx = ctx;
	if (flush(w) == 0 && syncer_ask(w->syncer, SYNC_DATA, w->fd,
	    on_synced, w) == 0) {
		stop_point("log-sync");
		return 0;
	}
	error = errno;
	spoil(w);
	errno = error;
	return -1;
}
