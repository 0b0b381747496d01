/*
 * Runs of conf: malote opens what conf may read and write, conf reads and
 * writes it under its own account, and malote renames what came out whole.
 */
#include "start.h"

#include <sys/stat.h>
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

/* Runs conf on the open text; its frames come by the socket. */
static pid_t
run(const struct house *h, int text, int sock)
{
	const struct text *t = &texts[h->job.kind];
	const char *table[] = { "conf", "table", h->programs ? "-p" : "--",
	    t->name, t->name, NULL };
	const char *settings[] = { "conf", "settings", h->leaf, NULL };
	int fds[] = { text, h->null, STDERR_FILENO,
	    h->child[PROC_CONF].record[1], sock, -1, h->etc_fd, -1 };
	pid_t pid = -1;

	if (h->job.kind == JOB_SETTINGS)
		return child_spawn(h, PROC_CONF, fds, 5, settings);
	fds[5] = output(h->folders[FOLDER_TABLES], h->child[PROC_ALIAS].gid,
	    0440);
	fds[7] = output(h->secret, 0, 0600);
	if (fds[5] != -1 && fds[7] != -1)
		pid = child_spawn(h, PROC_CONF, fds, 8, table);
	fd_close(&fds[5]);
	fd_close(&fds[7]);
	return pid;
}

void
job_begin(struct house *h, enum job_kind kind)
{
	const char *name = kind == JOB_SETTINGS ? h->leaf : texts[kind].name;
	int pair[2] = { -1, -1 }, text, p;

	for (p = 0; kind == JOB_SETTINGS && p < PROC_COUNT; p++)
		rows_clear(&h->child[p].next);
	h->job = (struct job){ kind, -1, PROC_COUNT, false,
	    fd_now() + JOB_TIMEOUT };
	h->refused = NULL;
	text = openat(h->etc_fd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	/* A table without a text is an empty one. */
	if (text == -1 && errno == ENOENT && kind != JOB_SETTINGS)
		text = fcntl(h->null, F_DUPFD_CLOEXEC, 0);
	if (text != -1 && edge_pair(pair) == 0)
		h->job.pid = run(h, text, pair[1]);
	h->poll[POLL_JOB].fd = pair[0];
	fd_close(&pair[1]);
	if (h->job.pid == -1) {
		fprintf(stderr, "malote: %s: %s\n", name, strerror(errno));
		job_ended(h, -1);
	}
	fd_close(&text);
}

/* One frame of conf: whether there may be more. */
static bool
hear(struct house *h)
{
	const struct settings_settings end = { h->boot };
	struct settings_for who;
	int fd, n, p;

	n = frame_recv_now(h->poll[POLL_JOB].fd, &h->frame, &fd);
	if (n != 1 || fd != -1) {
		fd_close(&fd);
		if (n == 0)
			fd_close(&h->poll[POLL_JOB].fd);
		return false;
	}
	if (frame_get(&h->frame, &settings_for, &who) == 0)
		h->job.proc = who.proc < PROC_COUNT ? who.proc : PROC_COUNT;
	else if (h->frame.verb == SETTINGS_SETTING)
		return h->job.proc < PROC_COUNT &&
		    rows_add(&h->child[h->job.proc].next, &h->frame) == 0;
	else if (h->frame.verb == SETTINGS_SETTINGS) {
		h->job.whole = frame_put(&h->frame, &settings_settings,
		    &end) == 0;
		for (p = 0; p < PROC_COUNT; p++)
			h->job.whole &= rows_add(&h->child[p].next,
			    &h->frame) == 0;
	}
	return true;
}

void
job_hear(struct house *h)
{
	while (h->poll[POLL_JOB].fd != -1 && hear(h))
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
	int p;

	if (!well)
		h->refused = "the configuration is faulty";
	else if (h->up && !house_same(h))
		h->refused = "listen, account, control-group, uid-min and "
		    "alias-programs change only with a new start";
	for (p = 0; p < PROC_COUNT; p++)
		if (h->child[p].stage == STAGE_TOLD)
			h->refused = "a program is just being started";
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

	job_hear(h);
	fd_close(&h->poll[POLL_JOB].fd);
	h->job.kind = JOB_NONE;
	h->job.pid = 0;
	if (kind == JOB_SETTINGS)
		settings_done(h, status == 0 && h->job.whole);
	else
		table_done(h, &texts[kind], status == 0);
}

bool
tables_look(struct house *h)
{
	struct stamp now;
	struct stat st;
	int k;

	for (k = JOB_ALIASES; k < JOB_COUNT; k++) {
		now = (struct stamp){ 0, 0, 0, 0 };
		if (fstatat(h->etc_fd, texts[k].name, &st, 0) == 0)
			now = (struct stamp){ st.st_mtim.tv_sec,
			    st.st_mtim.tv_nsec, st.st_size,
			    (int64_t)st.st_ino };
		if (memcmp(&now, &h->stamps[k], sizeof(now)) == 0)
			continue;
		h->stamps[k] = now;
		job_begin(h, (enum job_kind)k);
		return true;
	}
	return false;
}
