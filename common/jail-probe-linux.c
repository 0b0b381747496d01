/*
 * What the self-test tries on Linux alone: each wall by itself (Landlock
 * without the filter, the filter without the root), and each system call
 * that must be in nobody's filter.  The calls are made with arguments that do
 * no harm if they get through.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <linux/capability.h>
#include <linux/seccomp.h>

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "jail_parts.h"

/* --- within the walls ---------------------------------------------------- */

static bool
gains_privileges(const struct rehearsal *r)
{
	(void)r;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1;
}

static bool
keeps_capabilities(const struct rehearsal *r)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3];
	size_t i;

	(void)r;
	if (syscall(SYS_capget, &head, caps) == -1)
		return true;
	for (i = 0; i < countof(caps); i++)
		if ((caps[i].effective | caps[i].permitted |
		    caps[i].inheritable) != 0)
			return true;
	return false;
}

/* Landlock alone: a way out that neither chroot nor modes would stop. */
static bool
lists_outside(const struct rehearsal *r)
{
	return r->listed && openat(r->outside, ".", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC) != -1;
}

static bool
writes_device(const struct rehearsal *r)
{
	return openat(r->outside, "dev/null", O_WRONLY | O_CLOEXEC) != -1;
}

static bool
keeps_root(const struct rehearsal *r)
{
	struct stat before, now;

	return r->card->root != NULL && (stat("/", &now) == -1 ||
	    fstat(r->outside, &before) == -1 ||
	    (before.st_dev == now.st_dev && before.st_ino == now.st_ino));
}

const struct attempt jail_attempts_walls[] = {
	{ "gain privileges by executing a file", 0, gains_privileges },
	{ "use a capability", 0, keeps_capabilities },
	{ "see the root directory", 0, keeps_root },
	{ "list folders that are not its own (Landlock)",
	    MAY_EXEC | MAY_LOOKUP, lists_outside },
	{ "write to files that are not its own (Landlock)", MAY_EXEC,
	    writes_device },
	{ NULL, 0, NULL }
};

/* --- behind the lock ----------------------------------------------------- */

static const struct {
	const char	*name;
	unsigned	 unless;
} forbidden[] = {
	{ "execve", 0 }, { "execveat", 0 }, { "ptrace", 0 },
	{ "process_vm_readv", 0 }, { "process_vm_writev", 0 },
	{ "process_madvise", 0 }, { "pidfd_open", 0 }, { "pidfd_getfd", 0 },
	{ "pidfd_send_signal", 0 }, { "tkill", 0 }, { "rt_sigqueueinfo", 0 },
	{ "rt_tgsigqueueinfo", 0 }, { "kill", MAY_FORK },
	{ "clone", MAY_FORK }, { "fork", MAY_FORK }, { "vfork", 0 },
	{ "unshare", 0 }, { "setns", 0 }, { "mount", 0 }, { "umount2", 0 },
	{ "pivot_root", 0 }, { "chroot", 0 }, { "open_tree", 0 },
	{ "fsopen", 0 }, { "move_mount", 0 }, { "name_to_handle_at", 0 },
	{ "open_by_handle_at", 0 }, { "bpf", 0 }, { "perf_event_open", 0 },
	{ "userfaultfd", 0 }, { "io_uring_setup", 0 },
	{ "io_uring_enter", 0 }, { "io_setup", 0 }, { "keyctl", 0 },
	{ "add_key", 0 }, { "setuid", 0 }, { "setresuid", 0 },
	{ "setgroups", 0 }, { "mknodat", 0 }, { "symlinkat", 0 },
	{ "fchmodat", 0 }, { "fchownat", 0 }, { "truncate", 0 },
	{ "listen", 0 }, { "socketpair", MAY_PAIR },
	{ "bind", MAY_INET }, { "connect", MAY_CONNECT | MAY_INET |
	    MAY_LOOKUP }, { "openat", MAY_READ | MAY_WRITE | MAY_LOOKUP },
	{ "openat2", 0 }, { "memfd_create", 0 }, { "personality", 0 },
	{ "modify_ldt", 0 }, { "init_module", 0 }, { "kexec_load", 0 },
	{ "remap_file_pages", 0 }, { "pkey_mprotect", 0 },
	{ "seccomp", MAY_JAIL }, { "prctl", MAY_JAIL },
};

/*
 * The filter must have answered, not the kernel: success is anything that
 * was not caught.  -1 is no descriptor, address or process for any of them
 * … but for kill(2), hence signal -1.
 */
static bool
calls_forbidden(const struct rehearsal *r)
{
	size_t i;
	int call;

	for (i = 0; i < countof(forbidden); i++) {
		call = seccomp_syscall_resolve_name(forbidden[i].name);
		if (call < 0 || (r->card->may & forbidden[i].unless) != 0 ||
		    (jail_sanitized() &&
		    jail_call_allowed(r->card, forbidden[i].name)))
			continue;
		*r->caught = 0;
		(void)syscall(call, -1, -1, -1, -1, -1, -1);
		if (!*r->caught)
			return true;
	}
	return false;
}

static bool
makes_code(const struct rehearsal *r)
{
	if (jail_sanitized())
		return false;
	(void)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return !*r->caught;
}

static bool
turns_into_code(const struct rehearsal *r)
{
	if (jail_sanitized())
		return false;
	(void)syscall(SYS_mprotect, NULL, 4096, PROT_READ | PROT_EXEC);
	return !*r->caught;
}

const struct attempt jail_attempts_locked[] = {
	{ "make a system call it must not (seccomp)", 0, calls_forbidden },
	{ "map new code", 0, makes_code },
	{ "turn data into code", 0, turns_into_code },
	{ NULL, 0, NULL }
};

/* --- the real lock ------------------------------------------------------- */

static void __attribute__((noreturn))
break_lock(const struct jail *jail)
{
	jail_walls(jail);
	jail_shut(jail, false);
	(void)syscall(SYS_chroot, NULL);
	_exit(0);
}

const char *
jail_probe_lock(const struct jail *jail)
{
	pid_t pid;
	int status;

	if ((jail->card->may & MAY_EXEC) != 0)
		return NULL;
	pid = fork();
	if (pid == -1)
		die_temp("jail: %s: probe", jail->card->name);
	if (pid == 0)
		break_lock(jail);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			die_temp("jail: %s: probe", jail->card->name);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return NULL;
	return "go on after a forbidden system call (seccomp)";
}
