/*
 * Executing programs.  Between fork and exec the child goes down a ladder:
 * room, descriptors, groups, uid, capabilities; no program executes an
 * instruction as root.
 */
#include "start.h"

#include <sys/socket.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "die.h"
#include "ladder.h"

#define FDS_MAX	(FD_FIRST + EDGE_COUNT + FOLDER_COUNT + PORTS_MAX + PROC_COUNT)

/* The descriptors of a program in the order of house.h; how many. */
static int
gather(const struct house *h, enum proc p, int fds[FDS_MAX])
{
	size_t i;
	int n = FD_FIRST;

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

static void
execute(const struct house *h, enum proc p, int *fds, const char *const argv[])
{
	static const char *const env[] = { "PATH=/usr/bin:/bin", "TZ=UTC0",
	    NULL };
	const struct child *c = &h->child[p];
	char path[1024];
	sigset_t none;

	/* Sessions of an earlier life stay in reach of signals. */
	if (setpgid(0, c->group) == -1 || fchdir(h->rooms[p]) == -1)
		die_temp("run/%s", argv[0]);
	ladder_descriptors(fds, gather(h, p, fds));
	ladder_down(c->uid, c->gid);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	(void)snprintf(path, sizeof(path), "%s/%s", h->libexec, argv[0]);
	execve(path, (char *const *)(uintptr_t)argv,
	    (char *const *)(uintptr_t)env);
	die_temp("%s", path);
}

pid_t
spawn(struct house *h, enum proc p, int input, const char *const argv[],
    int *sock)
{
	struct child *c = &h->child[p];
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return -1;
	*sock = pair[0];
	pid = fork();
	if (pid == 0)
		execute(h, p, (int[FDS_MAX]){ input, h->null, STDERR_FILENO,
		    c->record[1], pair[1] }, argv);
	close(pair[1]);
	if (pid == -1)
		return -1;
	/* Whoever of the two comes first makes the group. */
	(void)setpgid(pid, c->group);
	if (c->group == 0)
		c->group = pid;
	return c->pid = pid;
}
