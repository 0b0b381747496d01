/*
 * Makes the files of the arrivals log: zeros written in small slices, so that
 * mail waits for none of it, then one sync of the file and one of the folder.
 * A file that cannot be made (a full disk) is tried again later; meanwhile
 * each message is synced by itself.
 */
#include "segments.h"

#include <sys/statvfs.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "event.h"
#include "fd.h"
#include "loop.h"

#include "syncer.h"

enum {
	SLICE = 4,		/* times ZEROS: written at once */
	ZEROS = 64 * 1024,
	SLICE_MS = 1,
	AGAIN_MS = 60 * 1000,
	ROOM = 4		/* times a segment must be free for one */
};

static unsigned
place_of(uint64_t generation)
{
	return (unsigned)(generation % ARRIVALS_SEGMENTS);
}

static void	on_slice(void *);

void
segments_init(struct segments *s, int folder, struct loop *loop,
    struct syncer *syncer)
{
	struct arrivals_head head;
	uint64_t size;
	unsigned i;

	memset(s, 0, sizeof(*s));
	s->folder = folder;
	s->syncer = syncer;
	s->fd = -1;
	s->slice = timer_new(loop, on_slice, s);
	/* What was used once was initialised before. */
	for (i = 0; i < ARRIVALS_SEGMENTS; i++)
		if (arrivals_first(folder, i, &head, &size))
			s->made[i] = size;
}

void
segments_resize(struct segments *s, uint64_t size)
{
	s->size = size;
}

static bool
is_made(const struct segments *s, unsigned place)
{
	return s->size != 0 && s->made[place] == s->size &&
	    !s->spoilt[place];
}

bool
segments_ready(const struct segments *s, uint64_t generation)
{
	return is_made(s, place_of(generation));
}

static int
open_place(const struct segments *s, unsigned place, int flags)
{
	char name[ARRIVALS_NAME];

	arrivals_name(name, place);
	return openat(s->folder, name,
	    O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags, 0640);
}

int
segments_open(struct segments *s, uint64_t generation)
{
	/* In use it is never made anew. */
	s->wanted[place_of(generation)] = false;
	return open_place(s, place_of(generation), 0);
}

void
segments_spoil(struct segments *s, uint64_t generation)
{
	s->spoilt[place_of(generation)] = true;
}

/* --- making ------------------------------------------------------------- */

static void
tell(const char *why)
{
	struct event e;

	event_open(&e, EV_TROUBLE);
	event_str(&e, "what", "making a segment of the arrivals log");
	event_str(&e, "why", why);
	event_send(&e);
}

static void
give_up(struct segments *s, int error)
{
	tell(strerror(error));
	/* A part of one would only take room. */
	if (s->fd != -1 && ftruncate(s->fd, 0) == -1)
		tell(strerror(errno));
	fd_close(&s->fd);
	s->making = false;
	timer_set(s->slice, AGAIN_MS);
}

static void
on_folder_synced(void *ctx, int error)
{
	struct segments *s = ctx;

	if (error != 0) {
		give_up(s, error);
		return;
	}
	fd_close(&s->fd);
	s->made[s->place] = s->goal;
	s->making = false;
	timer_set(s->slice, SLICE_MS);
}

static void
on_file_synced(void *ctx, int error)
{
	struct segments *s = ctx;

	if (error == 0 && syncer_ask(s->syncer, SYNC_FILE, s->folder,
	    on_folder_synced, s) == -1)
		error = errno;
	if (error != 0)
		give_up(s, error);
}

/* The log must not take the room that mail needs. */
static bool
has_room(const struct segments *s)
{
	struct statvfs st;

	return fstatvfs(s->folder, &st) == 0 &&
	    (uint64_t)st.f_bavail * st.f_frsize / ROOM >= s->size;
}

/* The next one to make: false when there is none. */
static bool
choose(struct segments *s)
{
	unsigned i;

	for (i = 0; i < ARRIVALS_SEGMENTS; i++) {
		if (!s->wanted[i])
			continue;
		if (s->size != 0 && !s->spoilt[i] && !is_made(s, i)) {
			s->place = i;
			return true;
		}
		s->wanted[i] = false;
	}
	return false;
}

static int
begin(struct segments *s)
{
	s->made[s->place] = 0;
	s->goal = s->size;
	s->at = 0;
	s->fd = open_place(s, s->place, O_CREAT);
	if (s->fd == -1)
		return -1;
	s->making = true;
	/* What was there may be longer, or have holes. */
	return ftruncate(s->fd, 0);
}

/* Some more zeros; those behind the goal are cut off again. */
static int
write_slice(struct segments *s)
{
	static const unsigned char zeros[ZEROS];
	int i;

	for (i = 0; i < SLICE && s->at < s->goal; i++, s->at += ZEROS)
		if (fd_pwrite_all(s->fd, zeros, ZEROS, (off_t)s->at) == -1)
			return -1;
	if (s->at < s->goal) {
		timer_set(s->slice, SLICE_MS);
		return 0;
	}
	if (ftruncate(s->fd, (off_t)s->goal) == -1)
		return -1;
	return syncer_ask(s->syncer, SYNC_FILE, s->fd, on_file_synced, s);
}

static void
on_slice(void *arg)
{
	struct segments *s = arg;

	if (!s->making && !choose(s))
		return;
	if (!s->making && !has_room(s)) {
		timer_set(s->slice, AGAIN_MS);
		return;
	}
	if ((!s->making && begin(s) == -1) || write_slice(s) == -1)
		give_up(s, errno);
}

void
segments_want(struct segments *s, uint64_t generation)
{
	unsigned place = place_of(generation);

	if (s->size == 0 || is_made(s, place) || s->spoilt[place] ||
	    s->wanted[place])
		return;
	s->wanted[place] = true;
	if (!s->making)
		timer_set(s->slice, SLICE_MS);
}
