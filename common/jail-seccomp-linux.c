/*
 * The system call filter: the rows of jail-calls-linux.c that apply to a
 * card, compiled once by libseccomp and loaded with the bare system call,
 * because a child that is forked for every session has no time to compile.
 * Whatever no row allows kills the process.
 */
#include <sys/mman.h>
#include <sys/syscall.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "jail_parts.h"

#define PROGRAM_MAX	4096	/* instructions the kernel takes */

struct jail_filter {
	struct sock_fprog	program;
	struct sock_fprog	rehearsal;	/* SIGSYS instead of death */
};

/* --- compiling ---------------------------------------------------------- */

static void
add(scmp_filter_ctx ctx, const char *name, uint32_t action, unsigned n,
    const struct scmp_arg_cmp *args)
{
	int error, call = seccomp_syscall_resolve_name(name);

	if (call < 0)
		return;		/* unknown to this processor: forbidden */
	error = seccomp_rule_add_array(ctx, action, call, n, args);
	if (error < 0 && error != -EEXIST) {
		errno = -error;
		die_temp("jail: filter rule for %s", name);
	}
}

/* Arguments are compared by their lower half: they are ints to the kernel. */
static void
add_row(scmp_filter_ctx ctx, const struct jail_call *row)
{
	struct scmp_arg_cmp args[countof(row->arg)];
	unsigned i;

	for (i = 0; i < row->args; i++) {
		args[i].arg = row->arg[i].number;
		args[i].op = SCMP_CMP_MASKED_EQ;
		args[i].datum_a = row->arg[i].mask;
		args[i].datum_b = row->arg[i].value;
	}
	add(ctx, row->name, SCMP_ACT_ALLOW, row->args, args);
}

static void
add_rows(scmp_filter_ctx ctx, const struct card *card)
{
	const struct jail_refused *r;
	const char *const *name;
	size_t i;

	for (i = 0; i < jail_call_count; i++)
		if (jail_call_applies(&jail_call_rows[i], card))
			add_row(ctx, &jail_call_rows[i]);
	for (name = jail_sanitizer_calls; *name != NULL; name++)
		add(ctx, *name, SCMP_ACT_ALLOW, 0, NULL);
	for (i = 0; i < jail_refused_count; i++) {
		r = &jail_refused_rows[i];
		if (!jail_call_allowed(card, r->name))
			add(ctx, r->name, SCMP_ACT_ERRNO((uint32_t)r->error),
			    0, NULL);
	}
}

/* libseccomp exports to a descriptor only. */
static struct sock_fprog
export(scmp_filter_ctx ctx)
{
	struct sock_fprog program = { 0 };
	size_t size;
	off_t end;
	int fd = memfd_create("filter", MFD_CLOEXEC);

	if (fd == -1 || seccomp_export_bpf(ctx, fd) != 0 ||
	    (end = lseek(fd, 0, SEEK_END)) <= 0)
		die_temp("jail: filter");
	size = (size_t)end;
	if (size / sizeof(struct sock_filter) > PROGRAM_MAX)
		die_bug("a filter too long for the kernel");
	program.len = (unsigned short)(size / sizeof(struct sock_filter));
	program.filter = malloc(size);
	if (program.filter == NULL ||
	    fd_pread_all(fd, program.filter, size, 0) == -1)
		die_temp("jail: filter");
	close(fd);
	return program;
}

static struct sock_fprog
soften(const struct sock_fprog *hard)
{
	struct sock_fprog soft = *hard;
	unsigned short i;

	soft.filter = calloc(hard->len, sizeof(*soft.filter));
	if (soft.filter == NULL)
		die_temp("jail: filter");
	memcpy(soft.filter, hard->filter, hard->len * sizeof(*soft.filter));
	for (i = 0; i < soft.len; i++)
		if (soft.filter[i].code == (BPF_RET | BPF_K) &&
		    soft.filter[i].k == SECCOMP_RET_KILL_PROCESS)
			soft.filter[i].k = SECCOMP_RET_TRAP;
	return soft;
}

static void __attribute__((noreturn))
lacking(const char *who)
{
	die(EXIT_NOPERM, "jail: %s: this kernel lacks system call filters"
	    " (seccomp, Linux 4.14); malote does not run without them", who);
}

struct jail_filter *
jail_filter_build(const struct card *card)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	struct jail_filter *filter = calloc(1, sizeof(*filter));

	if (ctx == NULL)
		lacking(card->name);
	if (filter == NULL)
		die_temp("jail: %s: filter", card->name);
	/* i386 and x32 calls of a process that was taken over */
	if (seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH,
	    SCMP_ACT_KILL_PROCESS) != 0)
		die_bug("libseccomp without KILL_PROCESS");
	add_rows(ctx, card);
	filter->program = export(ctx);
	filter->rehearsal = soften(&filter->program);
	seccomp_release(ctx);
	return filter;
}

void
jail_filter_free(struct jail_filter *filter)
{
	if (filter == NULL)
		return;
	free(filter->program.filter);
	free(filter->rehearsal.filter);
	free(filter);
}

/* --- loading ------------------------------------------------------------ */

void
jail_filter_load(const struct jail_filter *filter, bool rehearsal)
{
	const struct sock_fprog *p = rehearsal ? &filter->rehearsal :
	    &filter->program;

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, p) == -1)
		lacking("filter");
}
