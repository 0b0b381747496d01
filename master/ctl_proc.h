#ifndef CTL_PROC_H
#define CTL_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * What the kernel says about processes.  What it does not say to this caller
 * is "?" (a root directory can be read by root alone).
 */
struct proc_facts {
	pid_t		 pid, group;
	unsigned	 uid;
	bool		 no_new_privs;
	bool		 seccomp;
	char		 root[32];	/* "/", or the last part of its path */
	char		 caps[64];	/* effective: names, or "none" */
};

struct proc_list {
	struct proc_facts	*list;
	size_t			 count;
};

/* All processes; die_temp() when they cannot be read. */
void	proc_read(struct proc_list *);
void	proc_free(struct proc_list *);
const struct proc_facts	*proc_find(const struct proc_list *, long pid);

#endif
