/*
 * Linux: facts about processes from /proc.  The texts there are the
 * kernel's; a process name in them may hold anything, so it is stepped over
 * from the end.
 */
#include "ctl_proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"

static const struct {
	unsigned	 bit;
	const char	*name;
} names[] = {
	{ 5, "kill" }, { 6, "setgid" }, { 7, "setuid" },
	{ 18, "sys_chroot" }, { 21, "sys_admin" }
};

/* A file of /proc as text: its length, or -1. */
static ssize_t
slurp(const char *pid, const char *leaf, char *buf, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%s/%s", pid, leaf);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	n = read(fd, buf, size - 1);
	close(fd);
	if (n >= 0)
		buf[n] = '\0';
	return n;
}

static uint64_t
field(const char *text, const char *name, int base)
{
	const char *p = strstr(text, name);

	return p == NULL ? 0 : strtoull(p + strlen(name), NULL, base);
}

static void
capabilities(struct proc_facts *f, uint64_t set)
{
	size_t i;

	f->caps[0] = '\0';
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((set >> names[i].bit & 1) == 0)
			continue;
		if (f->caps[0] != '\0')
			(void)strlcat(f->caps, ",", sizeof(f->caps));
		(void)strlcat(f->caps, names[i].name, sizeof(f->caps));
		set &= ~(UINT64_C(1) << names[i].bit);
	}
	if (set >> 32 != 0)
		(void)strlcpy(f->caps, "all", sizeof(f->caps));
	else if (set != 0)
		(void)strlcat(f->caps, ",…", sizeof(f->caps));
	else if (f->caps[0] == '\0')
		(void)strlcpy(f->caps, "none", sizeof(f->caps));
}

/* The last part of the path of its root directory tells enough. */
static void
root_of(struct proc_facts *f, const char *pid)
{
	char path[64], target[1024];
	const char *slash;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%s/root", pid);
	n = readlink(path, target, sizeof(target) - 1);
	if (n == -1) {
		(void)strlcpy(f->root, "?", sizeof(f->root));
		return;
	}
	target[n] = '\0';
	slash = strrchr(target, '/');
	(void)strlcpy(f->root, slash == NULL || slash[1] == '\0' ? target :
	    slash + 1, sizeof(f->root));
}

static bool
facts(struct proc_facts *f, const char *pid)
{
	char text[8192];
	const char *p;

	memset(f, 0, sizeof(*f));
	f->pid = (pid_t)strtol(pid, NULL, 10);
	/* pid (name) state parent group … */
	if (slurp(pid, "stat", text, sizeof(text)) <= 0 ||
	    (p = strrchr(text, ')')) == NULL ||
	    sscanf(p + 1, " %*c %*d %d", &f->group) != 1)
		return false;
	if (slurp(pid, "status", text, sizeof(text)) <= 0)
		return false;
	p = strstr(text, "\nUid:");
	if (p == NULL || sscanf(p, "\nUid: %*u %u", &f->uid) != 1)
		return false;
	f->no_new_privs = field(text, "\nNoNewPrivs:", 10) != 0;
	f->seccomp = field(text, "\nSeccomp:", 10) != 0;
	capabilities(f, field(text, "\nCapEff:", 16));
	root_of(f, pid);
	return true;
}

void
proc_read(struct proc_list *all)
{
	const struct dirent *e;
	struct proc_facts *p;
	size_t room = 0;
	DIR *dir;

	*all = (struct proc_list){ NULL, 0 };
	dir = opendir("/proc");
	if (dir == NULL)
		die_temp("/proc");
	while ((e = readdir(dir)) != NULL) {
		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		if (all->count == room) {
			room = room == 0 ? 256 : room * 2;
			p = reallocarray(all->list, room, sizeof(*p));
			if (p == NULL)
				die_temp("status");
			all->list = p;
		}
		all->count += facts(&all->list[all->count], e->d_name);
	}
	closedir(dir);
}

void
proc_free(struct proc_list *all)
{
	free(all->list);
	*all = (struct proc_list){ NULL, 0 };
}

const struct proc_facts *
proc_find(const struct proc_list *all, long pid)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (all->list[i].pid == pid)
			return &all->list[i];
	return NULL;
}
