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

/* A caller too many takes the place of the first one. */
void
serve_accept(struct house *h, int kind, int listener)
{
	int *calls = h->calls[kind], fd, i;

	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd == -1)
		return;
	for (i = 0; i < CALLS_MAX && calls[i] != -1; i++)
		;
	if (i == CALLS_MAX) {
		fd_close(&calls[0]);
		memmove(calls, calls + 1, (CALLS_MAX - 1) * sizeof(*calls));
		i--;
	}
	calls[i] = fd;
}

/* Whoever cannot take an answer at once is left. */
static void
answer(struct house *h, int *call, const struct wire *wire, const void *msg,
    int fd)
{
	if (*call != -1 && (frame_put(&h->frame, wire, msg) == -1 ||
	    frame_send_now(*call, h->frame.data, h->frame.len, fd) == -1))
		fd_close(call);
}

/* The fixed list: FILES_PASSWD_TABLE, FILES_SHADOW. */
static void
files(struct house *h, int *call)
{
	struct files_open ask;
	struct files_file yes;
	struct files_none no = { 0, ENOENT };
	struct stat st;
	int fd = -1;

	if (frame_get(&h->frame, &files_open, &ask) == -1) {
		fd_close(call);
		return;
	}
	yes.number = no.number = ask.number;
	if (ask.number == FILES_PASSWD_TABLE)
		fd = openat(h->secret, "passwd.cdb", O_RDONLY | O_CLOEXEC);
	else if (ask.number == FILES_SHADOW)
		fd = open("/etc/shadow", O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		no.error = (uint32_t)errno;
	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		answer(h, call, &files_file, &yes, fd);
	else
		answer(h, call, &files_none, &no, -1);
	fd_close(&fd);
}

static void
end(struct house *h, int *call, const char *why)
{
	struct control_end last;

	if (why == NULL)
		fate_set(&last.fate, 250, "2.0.0", "done");
	else
		fate_set(&last.fate, 451, "4.3.0", "%s", why);
	answer(h, call, &control_end, &last, -1);
}

static void
status(struct house *h, int *call)
{
	struct control_row row;
	int p;

	for (p = 0; p < PROC_CONF; p++) {
		row.proc = (uint32_t)p;
		row.pid = (uint32_t)h->child[p].pid;
		row.starts = h->child[p].starts;
		row.since = h->child[p].since;
		answer(h, call, &control_row, &row, -1);
	}
	end(h, call, NULL);
}

static void
control(struct house *h, int *call, bool *waits)
{
	struct control_master ask;

	if (frame_get(&h->frame, &control_master, &ask) == -1)
		fd_close(call);
	else if (ask.letter == 's')
		status(h, call);
	else if (ask.letter == 'r')
		h->reload = *waits = true;
	else if (ask.letter == 't') {
		memset(h->stamps, 0xff, sizeof(h->stamps));
		h->look = 0;
		end(h, call, NULL);
	} else
		end(h, call, "no such letter");
}

void
serve_call(struct house *h, int kind, int i)
{
	int *call = &h->calls[kind][i];
	int fd, n;

	n = frame_recv_now(*call, &h->frame, &fd);
	if (n == -1 && errno == EAGAIN)
		return;
	if (n != 1 || fd != -1) {
		fd_close(&fd);
		fd_close(call);
	} else if (kind == 0)
		files(h, call);
	else
		control(h, call, &h->asked[i]);
}

void
serve_reloaded(struct house *h, const char *why)
{
	int i;

	if (why == NULL)
		start_event(h, "reloaded");
	for (i = 0; i < CALLS_MAX; i++) {
		if (h->asked[i])
			end(h, &h->calls[1][i], why);
		h->asked[i] = false;
	}
}
