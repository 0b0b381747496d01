/*
 * Looking up one account.  Runs in a child of who, so that a name service
 * that hangs, leaks or crashes takes nobody with it.
 */
#include "lookup.h"

#include <errno.h>
#include <pwd.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "fd.h"
#include "wire_who.h"

enum { ENTRY_MAX = 64 * 1024 };

void
lookup_warm_up(void)
{
	char space[ENTRY_MAX];
	struct passwd entry, *found;

	/* A name nobody has goes through all of them. */
	(void)getpwnam_r("malote.nobody", &entry, space, sizeof(space),
	    &found);
}

/*
 * POSIX leaves open how "no such name" is told: a null result with one of
 * these is it, anything else means that nobody could look.
 */
static int
means_nobody(int error)
{
	return error == 0 || error == ENOENT || error == ESRCH;
}

static int
answer(int sock, const struct who_who *m, char *space)
{
	struct passwd entry, *found;
	struct who_yes yes = { .tag = m->tag };
	struct who_no no = { m->tag };
	struct who_later later = { m->tag };
	int error;

	error = getpwnam_r(m->name, &entry, space, ENTRY_MAX, &found);
	if (found != NULL && entry.pw_dir != NULL) {
		yes.uid = entry.pw_uid;
		yes.home = entry.pw_dir;
		return frame_tell(sock, &who_yes, &yes, -1, FD_FOREVER);
	}
	if (found == NULL && means_nobody(error))
		return frame_tell(sock, &who_no, &no, -1, FD_FOREVER);
	return frame_tell(sock, &who_later, &later, -1, FD_FOREVER);
}

void
lookup_serve(int sock)
{
	struct who_who m;
	struct frame frame;
	char *space = malloc(ENTRY_MAX);
	int fd;

	while (space != NULL && frame_recv(sock, &frame, &fd, FD_FOREVER) == 1)
		if (frame_get(&frame, &who_who, &m) == -1 ||
		    answer(sock, &m, space) == -1)
			break;
	_exit(0);
}
