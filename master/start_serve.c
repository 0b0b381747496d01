/*
 * What others ask of root.  keeper orders by numbers; it is unprivileged and
 * hears what conf, programs and administrators say, so it may have been taken
 * over, and each number is checked.  auth asks for open files of a fixed
 * list.  Nothing here waits for anybody, and no name or path comes in.
 */
#include "start.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "fd.h"
#include "pass.h"
#include "wire_files.h"

/* What conf is executed for, the text it reads; NULL: malote.conf. */
static const struct {
	const char	*mode, *text;
} jobs[TEXT_COUNT] = {
	[TEXT_CONF] = { "settings", NULL },
	[TEXT_ALIASES] = { "aliases", "aliases" },
	[TEXT_ALIASES_PROGRAMS] = { "aliases-programs", "aliases" },
	[TEXT_USERS] = { "users", "users" }
};

static int
start(struct house *h, struct call *c)
{
	const enum proc p = c->order.proc;
	const char *argv[] = { house_procs[p].name, NULL };

	if (!h->built || p < PROC_BECOME || p >= PROC_CONF ||
	    h->child[p].pid != 0)
		return EINVAL;
	c->answer.number = spawn(h, p, h->null, argv, &c->sock);
	return c->answer.number == -1 ? EAGAIN : 0;
}

static int
send_signal(struct house *h, struct call *c)
{
	const pid_t group = h->child[c->order.proc].group;
	const int signo = (int)c->order.number;

	if (signo != 0 && signo != SIGTERM && signo != SIGKILL)
		return EINVAL;
	return group != 0 && kill(-group, signo) == 0 ? 0 : ESRCH;
}

/* Only one conf at a time, and tables only in a house that stands. */
static int
job(struct house *h, struct call *c)
{
	const uint32_t n = c->order.number;
	const char *argv[] = { "conf", NULL, h->leaf, NULL };
	int text;

	if (n >= TEXT_COUNT || h->child[PROC_CONF].pid != 0 ||
	    (n != TEXT_CONF && !h->built))
		return EINVAL;
	argv[1] = jobs[n].mode;
	if (jobs[n].text != NULL)
		argv[2] = jobs[n].text;
	text = openat(h->folders[FOLDER_ETC], argv[2], O_RDONLY | O_NONBLOCK |
	    O_CLOEXEC);
	/* A table without a text is an empty one. */
	if (text == -1 && (errno != ENOENT || n == TEXT_CONF))
		return errno;
	c->answer.number = spawn(h, PROC_CONF, text == -1 ? h->null : text,
	    argv, &c->sock);
	fd_close(&text);
	return c->answer.number == -1 ? EAGAIN : 0;
}

static int (*const orders[ORDER_COUNT])(struct house *, struct call *) = {
	house_build, start, send_signal, job
};

int
serve_order(struct house *h)
{
	struct call c = { .answer = { .what = WORD_ANSWER }, .sock = -1 };
	const struct order *o = &c.order;
	int sent;

	if (recv(h->keeper, &c.order, sizeof(*o), MSG_DONTWAIT | MSG_TRUNC) !=
	    sizeof(*o) || o->what >= ORDER_COUNT || o->proc >= PROC_COUNT)
		return -1;
	c.answer.error = orders[o->what](h, &c);
	sent = pass_send(h->keeper, &c.answer, sizeof(c.answer), c.sock);
	fd_close(&c.sock);
	return sent;
}

/* --- the edge files ------------------------------------------------------ */

/* auth calls once; a new caller takes the place of the one before. */
void
serve_welcome(struct house *h)
{
	fd_close(&h->auth);
	h->auth = accept4(h->sockets[EDGE_FILES_AUTH], NULL, NULL,
	    SOCK_CLOEXEC);
}

static int
open_file(const struct house *h, uint32_t number)
{
	struct stat st;
	int fd = -1;

	if (number == FILES_PASSWD_TABLE)
		fd = openat(h->folders[FOLDER_SECRETS], "passwd.cdb",
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	else if (number == FILES_SHADOW)
		fd = open("/etc/shadow", O_RDONLY | O_CLOEXEC);
	if (fd != -1 && (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)))
		fd_close(&fd);
	return fd;
}

/* Whoever speaks nonsense, or does not listen, is left. */
void
serve_file(struct house *h)
{
	struct files_open ask = { 0 };
	struct files_none no = { 0, ENOENT };
	struct frame frame;
	int fd, good;

	good = frame_recv_now(h->auth, &frame, &fd) == 1 && fd == -1 &&
	    frame_get(&frame, &files_open, &ask) == 0;
	fd_close(&fd);
	if (good)
		fd = open_file(h, no.number = ask.number);
	if (!good || frame_put(&frame, fd == -1 ? &files_none : &files_file,
	    fd == -1 ? (const void *)&no : &ask) == -1 ||
	    pass_send(h->auth, frame.data, frame.len, fd) == -1)
		fd_close(&h->auth);
	fd_close(&fd);
}
