/*
 * Starting, restarting and stopping programs.  Between fork and exec the
 * child goes down a ladder: room, descriptors, groups, uid, capabilities; no
 * program but become executes an instruction as root after it.
 */
#include "start.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "start_ladder.h"

#define FDS_MAX	(FD_FIRST + EDGE_COUNT + FOLDER_COUNT + PORTS_MAX + PROC_COUNT)

enum { READY_TIMEOUT = 30 * 1000, STOP_TIMEOUT = 10 * 1000 };

/* Descriptors 0..n-1 as given, and no others. */
static void
place(const int *fds, int n)
{
	int high[FDS_MAX], i;

	for (i = 0; i < n; i++)
		if ((high[i] = fcntl(fds[i], F_DUPFD, n)) == -1)
			die_temp("descriptors");
	for (i = 0; i < n; i++)
		if (dup2(high[i], i) == -1)
			die_temp("descriptors");
	closefrom(n);
}

static void
signals_reset(void)
{
	sigset_t none;
	int i;

	for (i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

pid_t
child_spawn(const struct house *h, enum proc p, const int *fds, int n,
    const char *const argv[])
{
	static const char *const env[] = { "PATH=/usr/bin:/bin", "TZ=UTC0",
	    NULL };
	const struct child *c = &h->child[p];
	char path[1024];
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	/* Orphaned sessions of an earlier life stay in reach of signals. */
	if (c->group == 0 || setpgid(0, c->group) == -1)
		(void)setpgid(0, 0);
	if (fchdir(h->rooms[p]) == -1)
		die_temp("run/%s", house_procs[p].name);
	place(fds, n);
	ladder_down(c->uid, c->gid, p == PROC_BECOME ? KEEP_BECOME :
	    p == PROC_WHO ? KEEP_NOTHING : KEEP_CHROOT);
	signals_reset();
	(void)snprintf(path, sizeof(path), "%s/%s", h->libexec, argv[0]);
	execve(path, (char *const *)(uintptr_t)argv,
	    (char *const *)(uintptr_t)env);
	die_temp("%s", path);
}

/* The descriptors of a program in the order of house.h. */
static int
gather(const struct house *h, enum proc p, int settings, int *fds)
{
	const int first[FD_FIRST] = { h->null, h->null, STDERR_FILENO,
	    h->child[p].record[1], settings };
	size_t i;
	int n;

	for (n = 0; n < FD_FIRST; n++)
		fds[n] = first[n];
	for (i = 0; i < EDGE_COUNT; i++)
		if (house_edges[i].server == p)
			fds[n++] = h->sockets[i];
	for (i = 0; i < house_key_count; i++)
		if (house_keys[i].proc == p)
			fds[n++] = h->folders[house_keys[i].folder];
	for (i = 0; i < h->port_count; i++)
		if (h->ports[i].proc == p)
			fds[n++] = h->ports[i].fd;
	for (i = 0; p == PROC_RECORDER && i < PROC_COUNT; i++)
		fds[n++] = h->child[i].record[0];
	return n;
}

/* Forks it; become is told whose accounts are ours, to stay away from them. */
static pid_t
spawn(const struct house *h, enum proc p, int settings)
{
	const char *argv[PROC_COUNT + 3] = { house_procs[p].name };
	char uids[PROC_COUNT][16];
	int fds[FDS_MAX], i, n = 1;

	if (p == PROC_BECOME) {
		argv[n++] = h->libexec;
		for (i = PROC_RECORDER; i < PROC_COUNT; i++) {
			(void)snprintf(uids[i], sizeof(uids[i]), "%u",
			    (unsigned)h->child[i].uid);
			argv[n++] = uids[i];
		}
	}
	return child_spawn(h, p, fds, gather(h, p, settings, fds), argv);
}

void
child_start(struct house *h, enum proc p, bool alone)
{
	struct child *c = &h->child[p];
	int pair[2] = { -1, -1 };
	pid_t pid = -1;

	c->born = fd_now();
	if (edge_pair(pair) == 0)
		pid = spawn(h, p, pair[1]);
	fd_close(&pair[1]);
	if (pid == -1) {
		fd_close(&pair[0]);
		c->due = c->born + 1 + backoff_next(&c->wait, 0);
		return;
	}
	if (c->group == 0 || setpgid(pid, c->group) == -1) {
		(void)setpgid(pid, pid);
		c->group = pid;
	}
	h->poll[p].fd = pair[0];
	c->pid = pid;
	c->stage = STAGE_TOLD;
	c->alone = alone;
	c->telling = alone ? &c->rows : &c->next;
	c->told = 0;
	c->deadline = c->born + READY_TIMEOUT;
	c->due = 0;
	c->starts++;
	c->since = (uint64_t)time(NULL);
	start_event(h, "started proc=%s pid=%ld starts=%u",
	    house_procs[p].name, (long)pid, (unsigned)c->starts);
	rows_tell(h, p);
}

void
child_tick(struct house *h, enum proc p, int64_t now)
{
	struct child *c = &h->child[p];

	if (c->due != 0 && c->due <= now)
		child_start(h, p, true);
	else if (c->stage == STAGE_TOLD && c->deadline <= now) {
		fprintf(stderr, "malote: %s does not get ready\n",
		    house_procs[p].name);
		(void)kill(c->pid, SIGKILL);
		c->deadline = now + READY_TIMEOUT;
	}
}

static void
ended(struct house *h, enum proc p, int status)
{
	struct child *c = &h->child[p];
	int64_t now = fd_now();

	c->due = now + 1 + backoff_next(&c->wait, now - c->born);
	start_event(h, "ended proc=%s pid=%ld status=%d next=%lld",
	    house_procs[p].name, (long)c->pid, WIFSIGNALED(status) ?
	    128 + WTERMSIG(status) : WEXITSTATUS(status),
	    (long long)(c->due - now));
	/* Nobody left in its group: the number may soon be another's. */
	if (kill(-c->group, 0) == -1)
		c->group = 0;
	fd_close(&h->poll[p].fd);
	c->pid = 0;
	c->telling = NULL;
	c->stage = STAGE_DOWN;
	if (h->round)
		round_fail(h, p, "ended before it was ready");
}

void
child_reap(struct house *h)
{
	int p, status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == h->job.pid)
			job_ended(h, status);
		for (p = PROC_BECOME; p < PROC_CONF; p++)
			if (pid == h->child[p].pid)
				ended(h, (enum proc)p, status);
	}
}

static bool
gone(const struct child *c)
{
	return c->pid == 0 && (c->group == 0 || kill(-c->group, 0) == -1);
}

/*
 * In the reverse order of starting, each with its sessions before the next,
 * so that a session ends while those it speaks to still run.
 */
void
child_stop_all(struct house *h)
{
	int64_t last = fd_now() + STOP_TIMEOUT, until;
	struct child *c;
	int e, p;

	start_event(h, "stopped");
	for (p = PROC_CONF - 1; p > PROC_MALOTE; p--) {
		c = &h->child[p];
		if (c->group == 0)
			continue;
		(void)kill(-c->group, SIGTERM);
		until = fd_now() + 500 > last ? fd_now() + 500 : last;
		while (!gone(c) && fd_now() < until) {
			(void)usleep(10 * 1000);
			child_reap(h);
		}
		if (!gone(c))
			(void)kill(-c->group, SIGKILL);
	}
	for (e = 0; e < EDGE_COUNT; e++)
		if (h->sockets[e] != -1)
			(void)unlinkat(h->rooms[house_edges[e].client],
			    house_edges[e].leaf, 0);
}
