/*
 * The two edges malote serves itself: files (auth asks for one of a fixed
 * list, and gets a descriptor that malote never reads) and control (verbs of
 * one letter).  Nothing here waits for anybody.
 */
#include "start.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fate.h"
#include "fd.h"
#include "wire_control.h"
#include "wire_files.h"

enum { POLL_ADMINS = POLL_CALLS + CALLS_MAX };

/* A caller too many takes the place of the first one. */
void
serve_accept(struct house *h, int listener)
{
	int first = listener == POLL_FILES ? POLL_CALLS : POLL_ADMINS, i;
	int fd;

	fd = accept4(h->poll[listener].fd, NULL, NULL, SOCK_CLOEXEC);
	for (i = first; i < first + CALLS_MAX && h->poll[i].fd != -1; i++)
		;
	if (i == first + CALLS_MAX)
		fd_close(&h->poll[i = first].fd);
	if (i >= POLL_ADMINS)
		h->asked[i - POLL_ADMINS] = false;
	h->poll[i].fd = fd;
	h->poll[i].revents = 0;
}

/* Whoever cannot take an answer at once is left. */
static void
answer(struct house *h, int i, const struct wire *wire, const void *msg,
    int fd)
{
	if (h->poll[i].fd != -1 && (frame_put(&h->frame, wire, msg) == -1 ||
	    frame_send_now(h->poll[i].fd, h->frame.data, h->frame.len,
	    fd) == -1))
		fd_close(&h->poll[i].fd);
}

/* The fixed list: FILES_PASSWD_TABLE, FILES_SHADOW. */
static void
files(struct house *h, int i)
{
	struct files_open ask;
	struct files_none no = { 0, ENOENT };
	struct files_file yes;
	struct stat st;
	int fd = -1;

	if (frame_get(&h->frame, &files_open, &ask) == -1) {
		fd_close(&h->poll[i].fd);
		return;
	}
	yes.number = no.number = ask.number;
	if (ask.number == FILES_PASSWD_TABLE)
		fd = openat(h->secret, "passwd.cdb", O_RDONLY | O_CLOEXEC);
	else if (ask.number == FILES_SHADOW)
		fd = open("/etc/shadow", O_RDONLY | O_CLOEXEC);
	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		answer(h, i, &files_file, &yes, fd);
	else
		answer(h, i, &files_none, &no, -1);
	fd_close(&fd);
}

static void
end(struct house *h, int i, const char *why)
{
	struct control_end last;

	if (why == NULL)
		fate_set(&last.fate, 250, "2.0.0", "done");
	else
		fate_set(&last.fate, 451, "4.3.0", "%s", why);
	answer(h, i, &control_end, &last, -1);
}

static void
status(struct house *h, int i)
{
	const struct child *c;
	struct control_row row;

	for (c = h->child; c < h->child + PROC_CONF; c++) {
		row = (struct control_row){ (uint32_t)(c - h->child),
		    (uint32_t)c->pid, c->starts, c->since };
		answer(h, i, &control_row, &row, -1);
	}
	end(h, i, NULL);
}

static void
control(struct house *h, int i)
{
	struct control_master ask;

	if (frame_get(&h->frame, &control_master, &ask) == -1)
		fd_close(&h->poll[i].fd);
	else if (ask.letter == 's')
		status(h, i);
	else if (ask.letter == 'r')
		h->reload = h->asked[i - POLL_ADMINS] = true;
	else if (ask.letter == 't') {
		memset(h->stamps, 0xff, sizeof(h->stamps));
		h->look = 0;
		end(h, i, NULL);
	} else
		end(h, i, "no such letter");
}

void
serve_call(struct house *h, int i)
{
	int fd, n = frame_recv_now(h->poll[i].fd, &h->frame, &fd);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n != 1 || fd != -1) {
		fd_close(&fd);
		fd_close(&h->poll[i].fd);
	} else if (i < POLL_ADMINS)
		files(h, i);
	else
		control(h, i);
}

void
serve_reloaded(struct house *h, const char *why)
{
	int i;

	if (why == NULL)
		start_event(h, "reloaded");
	for (i = 0; i < CALLS_MAX; i++) {
		if (h->asked[i])
			end(h, POLL_ADMINS + i, why);
		h->asked[i] = false;
	}
}
