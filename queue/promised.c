/*
 * What was promised.  A record of the arrivals log is a promise unless a cut
 * stands in front of it, a later record unsays it, or the states log says
 * that the message is finished.
 */
#include "promised.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "fd.h"
#include "frame.h"

#include "arrivals_read.h"
#include "record.h"
#include "states.h"
#include "states_format.h"

static int
by_age(const void *a, const void *b)
{
	const struct arrivals_head *p = &((const struct promise *)a)->head;
	const struct arrivals_head *q = &((const struct promise *)b)->head;

	if (p->generation != q->generation)
		return p->generation < q->generation ? -1 : 1;
	return p->sequence < q->sequence ? -1 : p->sequence > q->sequence;
}

static int
by_id(const void *a, const void *b)
{
	const struct promise *const *p = a, *const *q = b;

	return strcmp((*p)->head.id, (*q)->head.id);
}

static int
add(struct promised *p, const struct arrivals_record *record, unsigned place)
{
	struct promise *more;
	size_t room;

	if (p->count == p->room) {
		room = p->room == 0 ? 256 : p->room * 2;
		more = reallocarray(p->all, room, sizeof(*more));
		if (more == NULL)
			return -1;
		p->all = more;
		p->room = room;
	}
	p->all[p->count++] = (struct promise){
		record->head, (uint64_t)record->at, (uint8_t)place, false
	};
	return 0;
}

/* --- the segments ------------------------------------------------------- */

static void
tell(unsigned place, const char *why)
{
	char what[40];
	struct event e;

	(void)snprintf(what, sizeof(what), "arrivals log, segment %u", place);
	event_open(&e, EV_TROUBLE);
	event_str(&e, "what", what);
	event_str(&e, "why", why);
	event_send(&e);
}

/* Whole records with a gap before them are out of sight: say so. */
static void
look_beyond(const struct arrivals_reader *r, unsigned place)
{
	char why[80];
	uint64_t n;

	if (r->generation == 0 || arrivals_beyond(r, &n) == -1 || n == 0)
		return;
	(void)snprintf(why, sizeof(why), "records behind a gap, not read (%ju)",
	    (uintmax_t)n);
	tell(place, why);
}

static int
read_segment(struct promised *p, unsigned place)
{
	struct arrivals_record record;
	struct arrivals_reader r;
	int got;

	arrivals_reader_init(&r, p->fds[place]);
	while ((got = arrivals_next(&r, &record)) == 1) {
		if (record.head.generation % ARRIVALS_SEGMENTS != place)
			break;
		if (add(p, &record, place) == -1)
			return -1;
		if (record.head.generation > p->newest)
			p->newest = record.head.generation;
	}
	if (got == -1)
		tell(place, strerror(errno));
	else
		look_beyond(&r, place);
	return 0;
}

static int
read_segments(struct promised *p, int arrivals)
{
	char name[ARRIVALS_NAME];
	unsigned i;

	for (i = 0; i < ARRIVALS_SEGMENTS; i++) {
		arrivals_name(name, i);
		p->fds[i] = openat(arrivals, name,
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (p->fds[i] == -1 && errno != ENOENT) {
			if (errno == EMFILE || errno == ENFILE)
				return -1;
			tell(i, strerror(errno));
		}
		if (p->fds[i] != -1 && read_segment(p, i) == -1)
			return -1;
	}
	return 0;
}

/* --- what is over ------------------------------------------------------- */

/* The first of those with this id, or where it would stand. */
static size_t
find(const struct promised *p, const char *id)
{
	size_t low = 0, high = p->count, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (strcmp(p->by_id[mid]->head.id, id) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool
promised_has(const struct promised *p, const char *id)
{
	size_t i = find(p, id);

	return i < p->count && strcmp(p->by_id[i]->head.id, id) == 0;
}

static void
is_over(struct promised *p, const char *id)
{
	size_t i;

	for (i = find(p, id); i < p->count &&
	    strcmp(p->by_id[i]->head.id, id) == 0; i++)
		p->by_id[i]->over = true;
}

/* Nothing behind the cut was answered with 250. */
static void
apply_cut(struct promised *p, const struct arrivals_cut *cut)
{
	struct promise *one;

	for (one = p->all; one < p->all + p->count; one++)
		if (one->head.generation == cut->generation &&
		    one->head.sequence > cut->sequence)
			one->over = true;
}

/* Cuts first: what stands behind one unsays nothing. */
static int
apply_records(struct promised *p)
{
	unsigned char bytes[ARRIVALS_CUT_SIZE];
	struct arrivals_cut cut;
	struct promise *one;

	for (one = p->all; one < p->all + p->count; one++) {
		if (one->head.type != ARRIVALS_CUT)
			continue;
		if (fd_pread_all(p->fds[one->place], bytes, sizeof(bytes),
		    (off_t)one->at) == -1)
			return -1;
		arrivals_get_cut(bytes, &cut);
		apply_cut(p, &cut);
	}
	for (one = p->all; one < p->all + p->count; one++)
		if (one->head.type == ARRIVALS_VOID && !one->over)
			is_over(p, one->head.id);
	return 0;
}

static void
got_record(void *ctx, const struct frame *frame)
{
	struct promised *p = ctx;
	struct record_entry entry;
	struct record_low low;

	if (frame->verb == RECORD_FINISHED &&
	    frame_get(frame, &record_finished, &entry) == 0) {
		is_over(p, entry.id);
	} else if (frame->verb == RECORD_LOW &&
	    frame_get(frame, &record_low, &low) == 0) {
		p->low = low.generation;
		(void)strlcpy(p->since, low.since, sizeof(p->since));
	}
}

static int
read_states(struct promised *p, int log)
{
	struct states_found found;
	char name[STATES_NAME];
	uint64_t number;
	int error, fd, result;

	if (states_newest(log, &number) == -1)
		return -1;
	if (number == 0)
		return 0;
	states_name(name, number, false);
	fd = openat(log, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return -1;
	result = states_read(fd, got_record, p, &found);
	error = errno;
	fd_close(&fd);
	errno = error;
	return result;
}

/* --- together ----------------------------------------------------------- */

static int
sort(struct promised *p)
{
	size_t i;

	p->by_id = reallocarray(NULL, p->count + 1, sizeof(*p->by_id));
	if (p->by_id == NULL)
		return -1;
	if (p->count > 0)
		qsort(p->all, p->count, sizeof(*p->all), by_age);
	for (i = 0; i < p->count; i++)
		p->by_id[i] = &p->all[i];
	qsort(p->by_id, p->count, sizeof(struct promise *), by_id);
	return 0;
}

int
promised_read(struct promised *p, int arrivals, int log)
{
	unsigned i;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < ARRIVALS_SEGMENTS; i++)
		p->fds[i] = -1;
	if (read_segments(p, arrivals) == 0 && sort(p) == 0 &&
	    apply_records(p) == 0 && read_states(p, log) == 0)
		return 0;
	promised_free(p);
	return -1;
}

void
promised_free(struct promised *p)
{
	int error = errno;
	unsigned i;

	for (i = 0; i < ARRIVALS_SEGMENTS; i++)
		fd_close(&p->fds[i]);
	free(p->all);
	free(p->by_id);
	p->all = NULL;
	p->by_id = NULL;
	p->count = p->room = 0;
	errno = error;
}
