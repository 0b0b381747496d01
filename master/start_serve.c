/*
 * What others ask of root.  keeper orders by numbers; it is unprivileged and
 * hears what conf, programs and administrators say, so it may have been taken
 * over, and each number is checked.  auth asks for open files of a fixed
 * list.  Nothing here waits for anybody, and no name or path comes in.
 */
#include "start.h"

#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "fd.h"
#include "files_server.h"
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

void
serve_order(struct house *h)
{
	struct call c = { .answer = { .what = WORD_ANSWER }, .sock = -1 };
	const struct order *o = &c.order;
	int sent = -1;

	if (recv(h->keeper, &c.order, sizeof(*o), MSG_DONTWAIT | MSG_TRUNC) ==
	    sizeof(*o) && o->what < ORDER_COUNT && o->proc < PROC_COUNT) {
		c.answer.error = orders[o->what](h, &c);
		sent = pass_send(h->keeper, &c.answer, sizeof(c.answer),
		    c.sock);
		fd_close(&c.sock);
	}
	/* Whoever is not understood, or does not listen, makes way. */
	if (sent == -1)
		(void)kill(h->child[PROC_KEEPER].pid, SIGKILL);
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

void
serve_file(struct house *h)
{
	const struct files_row rows[FILES_COUNT] = {
		[FILES_PASSWD_TABLE] = { h->folders[FOLDER_SECRETS],
		    "passwd.cdb" },
		[FILES_SHADOW] = { AT_FDCWD, "/etc/shadow" }
	};

	if (files_answer(h->auth, rows) == -1)
		fd_close(&h->auth);
}
