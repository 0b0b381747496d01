/*
 * Runs of conf: malote opens what conf may read and write, conf reads and
 * writes it under its own account, and malote renames what came out whole.
 */
#include "start.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"

#define JOB_TIMEOUT	(600 * 1000)

/* A text table beside malote.conf and what is made of it. */
static const struct text {
	const char	*name, *table, *secret;
} texts[JOB_COUNT] = {
	[JOB_ALIASES] = { "aliases", "aliases.cdb", NULL },
	[JOB_USERS] = { "users", "users.cdb", "passwd.cdb" }
};

static int
output(int at, gid_t gid, mode_t mode)
{
	int fd;

	(void)unlinkat(at, "new", 0);
	fd = openat(at, "new", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd != -1 && (fchown(fd, 0, gid) == -1 || fchmod(fd, mode) == -1))
		fd_close(&fd);
	return fd;
}

/* Runs conf on the open file; its frames come by the socket. */
static pid_t
run(struct house *h, int text, int sock)
{
	const struct text *t = &texts[h->job.kind];
	const char *argv[] = { "conf", "settings", h->conf, NULL, NULL, NULL };
	int fds[8] = { text, h->null, STDERR_FILENO,
	    h->child[PROC_CONF].record[1], sock, h->null, h->etc, h->null };
	pid_t pid = -1;

	if (t->name != NULL) {
		argv[1] = "table";
		argv[2] = h->programs ? "-p" : "--";
		argv[3] = t->name;
		argv[4] = t->name;
		fds[5] = output(h->folders[FOLDER_TABLES],
		    h->child[PROC_ALIAS].gid, 0440);
		fds[7] = output(h->secret, 0, 0600);
	}
	if (fds[5] != -1 && fds[7] != -1)
		pid = child_spawn(h, PROC_CONF, fds, 8, argv);
	if (t->name != NULL) {
		fd_close(&fds[5]);
		fd_close(&fds[7]);
	}
	return pid;
}

void
job_begin(struct house *h, enum job_kind kind)
{
	const char *name = texts[kind].name ? texts[kind].name : h->leaf;
	int pair[2], text, p;

	for (p = 0; kind == JOB_SETTINGS && p < PROC_COUNT; p++)
		rows_clear(&h->child[p].next);
	h->job = (struct job){ kind, 0, -1, -1, false,
	    fd_now() + JOB_TIMEOUT };
	h->refused = NULL;
	text = openat(h->etc, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	/* A table without a text is an empty one. */
	if (text == -1 && errno == ENOENT && kind != JOB_SETTINGS)
		text = fcntl(h->null, F_DUPFD_CLOEXEC, 0);
	if (text != -1 && edge_pair(pair) == 0) {
		h->job.sock = pair[0];
		h->job.pid = run(h, text, pair[1]);
		close(pair[1]);
	}
	if (h->job.pid <= 0) {
		fprintf(stderr, "malote: %s: %s\n", name, strerror(errno));
		job_ended(h, -1);
	}
	fd_close(&text);
}

/* One frame of conf: 1, or 0 when there is none now or any more. */
static int
hear(struct house *h)
{
	const struct settings_settings end = { h->boot };
	struct settings_for who;
	int fd, n, p;

	n = frame_recv_now(h->job.sock, &h->frame, &fd);
	if (n != 1 || fd != -1) {
		if (n == 0)
			fd_close(&h->job.sock);
		fd_close(&fd);
		return 0;
	}
	if (frame_get(&h->frame, &settings_for, &who) == 0)
		h->job.proc = who.proc < PROC_COUNT ? (int)who.proc : -1;
	else if (h->frame.verb == SETTINGS_SETTING && h->job.proc != -1)
		return rows_add(&h->child[h->job.proc].next, &h->frame) == 0;
	else if (h->frame.verb == SETTINGS_SETTINGS &&
	    frame_put(&h->frame, &settings_settings, &end) == 0) {
		h->job.whole = true;
		for (p = 0; p < PROC_COUNT; p++)
			if (rows_add(&h->child[p].next, &h->frame) == -1)
				h->job.whole = false;
	}
	return 1;
}

void
job_hear(struct house *h)
{
	while (h->job.sock != -1 && hear(h) == 1)
		;
}

/* Root's own rows shape the house, and a house stands until it is left. */
static bool
house_same(const struct house *h)
{
	const struct rows *a = &h->child[PROC_MALOTE].rows;
	const struct rows *b = &h->child[PROC_MALOTE].next;

	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static void
settings_done(struct house *h, bool well)
{
	if (!well)
		h->refused = "the configuration is faulty";
	else if (h->up && !house_same(h))
		h->refused = "listen, account, control-group, uid-min and "
		    "alias-programs change only with a new start";
	if (h->up && h->refused == NULL)
		round_begin(h);
	else if (h->up)
		serve_reloaded(h, h->refused);
}

static void
table_done(const struct house *h, const struct text *t, bool well)
{
	int tables = h->folders[FOLDER_TABLES];

	if (well && t->secret != NULL)
		well = renameat(h->secret, "new", h->secret, t->secret) == 0;
	if (well)
		well = renameat(tables, "new", tables, t->table) == 0;
	start_event(h, "%s name=%s", well ? "table" : "table-faulty", t->name);
	(void)unlinkat(h->secret, "new", 0);
	(void)unlinkat(tables, "new", 0);
}

void
job_ended(struct house *h, int status)
{
	enum job_kind kind = h->job.kind;

	if (h->job.sock != -1)
		job_hear(h);
	fd_close(&h->job.sock);
	h->job.kind = JOB_NONE;
	h->job.pid = 0;
	if (kind == JOB_SETTINGS)
		settings_done(h, status == 0 && h->job.whole);
	else
		table_done(h, &texts[kind], status == 0);
}

static struct stamp
look_at(const struct house *h, const char *name)
{
	struct stamp s;
	struct stat st;

	memset(&s, 0, sizeof(s));
	if (fstatat(h->etc, name, &st, 0) == -1)
		return s;
	s.time[0] = st.st_mtim.tv_sec;
	s.time[1] = st.st_mtim.tv_nsec;
	s.size = (uint64_t)st.st_size;
	s.inode = (uint64_t)st.st_ino;
	return s;
}

bool
tables_look(struct house *h)
{
	struct stamp now;
	int k;

	for (k = JOB_ALIASES; k < JOB_COUNT; k++) {
		now = look_at(h, texts[k].name);
		if (memcmp(&now, &h->stamps[k], sizeof(now)) == 0)
			continue;
		h->stamps[k] = now;
		job_begin(h, (enum job_kind)k);
		return true;
	}
	return false;
}
