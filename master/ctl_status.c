/*
 * malote status: the processes of malote with account and jail, as the
 * kernel tells them, not as we would like them to be.
 */
#include <dirent.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctl.h"
#include "ctl_proc.h"
#include "date.h"
#include "die.h"
#include "fate.h"
#include "house.h"

struct table {
	size_t			 count;
	struct control_row	 rows[PROC_COUNT];
};

static void
add_row(void *ctx, const struct control_row *row)
{
	struct table *t = ctx;

	if (t->count < PROC_COUNT && row->proc < PROC_COUNT)
		t->rows[t->count++] = *row;
}

/* The name of an account, or its number when it has none. */
static void
account_name(char *buf, size_t size, unsigned uid)
{
	const struct passwd *pw = getpwuid((uid_t)uid);

	if (pw != NULL)
		(void)strlcpy(buf, pw->pw_name, size);
	else
		(void)snprintf(buf, size, "%u", uid);
}

static void
print_process(const char *name, const struct proc_facts *f, const char *up,
    unsigned starts)
{
	char account[32];

	account_name(account, sizeof(account), f->uid);
	printf("%-12s %7ld  %-10s %-8s %-5s %-8s %-16s %9s", name,
	    (long)f->pid, account, f->root, f->no_new_privs ? "yes" : "no",
	    f->seccomp ? "filter" : "none", f->caps, up);
	if (starts != 0)
		printf(" %6u", starts);
	putchar('\n');
}

/* Its children and what is left of earlier ones: one line for each. */
static void
print_sessions(const struct proc_list *all, const struct proc_facts *leader)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (all->list[i].group == leader->group &&
		    all->list[i].pid != leader->pid)
			print_process("  session", &all->list[i], "", 0);
}

static void
print_row(const struct proc_list *all, const struct control_row *row,
    bool sessions)
{
	const char *name = house_procs[row->proc].name;
	const struct proc_facts *f = proc_find(all, (long)row->pid);
	char up[DATE_SIZE];

	date_span(up, row->since == 0 ? 0 : (int64_t)time(NULL) -
	    (int64_t)row->since);
	if (row->pid == 0) {
		printf("%-12s       -  not running; started %u times\n", name,
		    (unsigned)row->starts);
	} else if (f == NULL) {
		printf("%-12s %7u  no longer there\n", name,
		    (unsigned)row->pid);
	} else {
		print_process(name, f, up, (unsigned)row->starts);
		if (sessions && row->proc != PROC_MALOTE)
			print_sessions(all, f);
	}
}

int
main(int argc, char *argv[])
{
	struct table table = { 0 };
	struct proc_list all;
	bool sessions = false;
	struct fate end;
	size_t i;
	int c;

	die_name("malote status");
	while ((c = getopt(argc, argv, "a")) != -1) {
		if (c != 'a')
			die(EXIT_USAGE, "usage: malote status [-a]");
		sessions = true;
	}
	end = ctl_master('s', add_row, &table);
	if (end.kind != FATE_DONE)
		die(EXIT_WRONG, "%s", end.text);
	proc_read(&all);
	printf("%-12s %7s  %-10s %-8s %-5s %-8s %-16s %9s %6s\n", "PROGRAM",
	    "PID", "ACCOUNT", "ROOT", "NNP", "SECCOMP", "CAPABILITIES", "UP",
	    "STARTS");
	for (i = 0; i < table.count; i++)
		print_row(&all, &table.rows[i], sessions);
	proc_free(&all);
	return EXIT_DONE;
}
