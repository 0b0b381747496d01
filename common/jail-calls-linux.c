/*
 * Which system calls a card leaves open: the one table to read for what a
 * process can ask of the kernel after it was taken over.  kill stands here
 * for who forks (Landlock keeps it to its own children); ptrace,
 * process_vm_*, pidfd_*, mount, bpf, io_uring and execve stand nowhere.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <linux/fs.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>

#include "fd.h"
#include "jail_parts.h"

/* Flags of openat(2) that do more than reading. */
#define NOT_READING	((uint32_t)(O_ACCMODE | O_CREAT | O_TRUNC | \
			    O_TMPFILE | O_PATH) & ~(uint32_t)O_DIRECTORY)
/* Flags a C library gives to clone(2) for fork(2); nothing else passes. */
#define FORK_FLAGS	((uint32_t)(CSIGNAL | CLONE_CHILD_SETTID | \
			    CLONE_CHILD_CLEARTID))
#define SOCKET_TYPE	0xfu	/* the type without SOCK_CLOEXEC … */
#define ALL		0xffffffffu

#define MAY_FILES	(MAY_READ | MAY_WRITE)
/* Plain blocking code, which waits with poll(2) and uses send, recv; who
 * forks such processes needs their calls too, as filters only add up. */
#define NO_LOOP		.without = MAY_LOOP

#define ANY		.args = 0
#define IS(n, v)	.args = 1, .arg = { { n, ALL, v } }
#define NONE_OF(n, m)	.args = 1, .arg = { { n, m, 0 } }
#define OPTION(l, o)	.args = 2, .arg = { { 1, ALL, l }, { 2, ALL, o } }
#define SOCKET(f, t, p)	.args = 3, .arg = { { 0, ALL, f }, \
			    { 1, SOCKET_TYPE, t }, { 2, ALL, p } }

const struct jail_call jail_call_rows[] = {
	/* Everybody: the descriptors it has. */
	{ "read", 0, ANY }, { "write", 0, ANY }, { "writev", 0, ANY },
	{ "pread64", 0, ANY }, { "recvmsg", 0, ANY }, { "sendmsg", 0, ANY },
	{ "ppoll", 0, ANY }, { "close", 0, ANY }, { "fstat", 0, ANY },
	{ "newfstatat", 0, IS(3, AT_EMPTY_PATH) },
	{ "fcntl", 0, IS(1, F_GETFL) }, { "fcntl", 0, IS(1, F_SETFL) },
	{ "fcntl", 0, IS(1, F_GETFD) }, { "fcntl", 0, IS(1, F_SETFD) },
	{ "fcntl", 0, IS(1, F_DUPFD_CLOEXEC) },
	/* … memory that is never code, time, chance, signals, the end. */
	{ "brk", 0, ANY }, { "munmap", 0, ANY },
	{ "mmap", 0, NONE_OF(2, PROT_EXEC) },
	{ "clock_gettime", 0, ANY }, { "getpid", 0, ANY },
	{ "getrandom", 0, ANY }, { "rt_sigaction", 0, ANY },
	{ "rt_sigprocmask", 0, ANY }, { "rt_sigreturn", 0, ANY },
	{ "exit_group", 0, ANY },
#ifndef __GLIBC__
	/* musl takes other calls for the same. */
	{ "mprotect", 0, NONE_OF(2, PROT_EXEC) }, { "readv", 0, ANY },
	{ "epoll_pwait", MAY_LOOP, ANY },
	{ "stat", MAY_FILES | MAY_JAIL, ANY },
	{ "lstat", MAY_FILES | MAY_JAIL, ANY },
	{ "open", MAY_WRITE, ANY },
	{ "open", MAY_READ, NONE_OF(1, NOT_READING) },
	{ "rename", MAY_WRITE, .use = FOLDER_RENAME },
	{ "fork", MAY_FORK, ANY }, { "gettid", MAY_FORK, ANY },
	{ "set_tid_address", MAY_FORK, ANY },
#endif
	{ "poll", 0, NO_LOOP }, { "recvfrom", 0, NO_LOOP },
	{ "sendto", 0, NO_LOOP },

	/* An event loop, which was made before the jail. */
	{ "epoll_ctl", MAY_LOOP, ANY },
	{ "epoll_wait", MAY_LOOP, ANY },
	{ "epoll_pwait", MAY_LOOP, .lacking = "epoll_wait" },

	{ "accept4", MAY_ACCEPT, ANY },
	{ "getsockopt", MAY_PEER, OPTION(SOL_SOCKET, SO_PEERCRED) },

	{ "socket", MAY_CONNECT | MAY_LOOKUP, IS(0, AF_UNIX) },
	{ "connect", MAY_CONNECT | MAY_INET | MAY_LOOKUP, ANY },
	{ "shutdown", MAY_CONNECT | MAY_INET, NO_LOOP },
	/* Clients: an answer leaves at once, a dead one is noticed. */
	{ "setsockopt", MAY_CONNECT | MAY_ACCEPT, NO_LOOP,
	    OPTION(IPPROTO_TCP, TCP_NODELAY) },
	{ "setsockopt", MAY_CONNECT | MAY_ACCEPT, NO_LOOP,
	    OPTION(SOL_SOCKET, SO_KEEPALIVE) },

	/* TCP and UDP and nothing else the kernel would load a module for. */
	{ "socket", MAY_INET, SOCKET(AF_INET, SOCK_STREAM, 0) },
	{ "socket", MAY_INET, SOCKET(AF_INET, SOCK_STREAM, IPPROTO_TCP) },
	{ "socket", MAY_INET, SOCKET(AF_INET, SOCK_DGRAM, 0) },
	{ "socket", MAY_INET, SOCKET(AF_INET, SOCK_DGRAM, IPPROTO_UDP) },
	{ "socket", MAY_INET, SOCKET(AF_INET6, SOCK_STREAM, 0) },
	{ "socket", MAY_INET, SOCKET(AF_INET6, SOCK_STREAM, IPPROTO_TCP) },
	{ "socket", MAY_INET, SOCKET(AF_INET6, SOCK_DGRAM, 0) },
	{ "socket", MAY_INET, SOCKET(AF_INET6, SOCK_DGRAM, IPPROTO_UDP) },
	{ "bind", MAY_INET, ANY }, { "getsockname", MAY_INET, ANY },
	{ "sendto", MAY_INET, ANY }, { "recvfrom", MAY_INET, ANY },
	{ "gettimeofday", MAY_INET | MAY_LOOKUP, ANY },
	{ "getsockopt", MAY_INET, OPTION(SOL_SOCKET, SO_ERROR) },
	{ "getsockopt", MAY_INET, OPTION(SOL_SOCKET, SO_RCVBUF) },
	{ "getsockopt", MAY_INET, OPTION(SOL_SOCKET, SO_SNDBUF) },
	{ "setsockopt", MAY_INET, OPTION(SOL_SOCKET, SO_RCVBUF) },
	{ "setsockopt", MAY_INET, OPTION(SOL_SOCKET, SO_SNDBUF) },
	{ "setsockopt", MAY_INET, OPTION(SOL_SOCKET, SO_REUSEADDR) },
	{ "setsockopt", MAY_INET, OPTION(SOL_SOCKET, SO_KEEPALIVE) },
	{ "setsockopt", MAY_INET, OPTION(IPPROTO_TCP, TCP_NODELAY) },
	{ "setsockopt", MAY_INET, OPTION(IPPROTO_TCP, TCP_MAXSEG) },
	{ "setsockopt", MAY_INET, OPTION(IPPROTO_IP, IP_MTU_DISCOVER) },
	{ "setsockopt", MAY_INET, OPTION(IPPROTO_IP,
	    IP_BIND_ADDRESS_NO_PORT) },
	{ "setsockopt", MAY_INET, OPTION(IPPROTO_IPV6, IPV6_V6ONLY) },
	{ "setsockopt", MAY_INET, OPTION(IPPROTO_IPV6, IPV6_MTU) },
	{ "setsockopt", MAY_INET, OPTION(IPPROTO_IPV6, IPV6_MTU_DISCOVER) },

	{ "socketpair", MAY_PAIR, IS(0, AF_UNIX) },

	{ "clone", MAY_FORK, NONE_OF(0, ~FORK_FLAGS) },
	{ "wait4", MAY_FORK, ANY }, { "kill", MAY_FORK, ANY },
	/* A child moves its one descriptor and closes the others. */
	{ "dup2", MAY_FORK, ANY }, { "close_range", MAY_FORK, ANY },
	{ "dup3", MAY_FORK, ANY, .lacking = "dup2" },

	/* What jail_enter_prepared() itself calls. */
	{ "seccomp", MAY_JAIL, .args = 2,
	    .arg = { { 0, ALL, SECCOMP_SET_MODE_FILTER }, { 1, ALL, 0 } } },
	{ "capset", MAY_JAIL, ANY },
	{ "landlock_create_ruleset", MAY_JAIL, ANY },
	{ "landlock_add_rule", MAY_JAIL, ANY },
	{ "landlock_restrict_self", MAY_JAIL, ANY },
	{ "prlimit64", MAY_JAIL, IS(0, 0) },
	{ "prctl", MAY_JAIL, IS(0, PR_SET_DUMPABLE) },
	{ "prctl", MAY_JAIL, IS(0, PR_SET_NO_NEW_PRIVS) },
	{ "prctl", MAY_JAIL, IS(0, PR_CAPBSET_DROP) },
	{ "prctl", MAY_JAIL, IS(0, PR_CAP_AMBIENT) },

	/* Files; Landlock says which. */
	{ "newfstatat", MAY_FILES | MAY_JAIL | MAY_LOOKUP, ANY },
	{ "openat", MAY_READ, NONE_OF(2, NOT_READING) },
	{ "lseek", MAY_FILES | MAY_SYNC, NO_LOOP },
	{ "lseek", MAY_LOOKUP, ANY },
	{ "getdents64", MAY_READ, .use = FOLDER_LIST },
	{ "openat", MAY_WRITE, ANY },
	{ "pwrite64", MAY_WRITE, .use = FOLDER_CREATE },
	{ "ftruncate", MAY_WRITE, .use = FOLDER_CREATE },
	{ "renameat", MAY_WRITE, .use = FOLDER_RENAME },
	{ "renameat2", MAY_WRITE, .use = FOLDER_RENAME,
	    .lacking = "renameat" },
	{ "renameat2", MAY_WRITE, .use = FOLDER_PLACE,
	    IS(4, RENAME_NOREPLACE) },
	/* … and how much room there is. */
	{ "fstatfs", MAY_WRITE, .use = FOLDER_PLACE },
	{ "linkat", MAY_WRITE, .use = FOLDER_LINK },
	/* RENAME_NOREPLACE: to move as linkat and unlinkat do, in one. */
	{ "renameat2", MAY_WRITE, .use = FOLDER_LINK, IS(4, 1) },
	{ "unlinkat", MAY_WRITE, .use = FOLDER_REMOVE },
	{ "mkdirat", MAY_WRITE, .use = FOLDER_SUBDIRS },

	{ "fsync", MAY_SYNC, ANY }, { "fdatasync", MAY_SYNC, ANY },
	{ "syncfs", MAY_SYNC, .without = MAY_FILES },

	{ "fcntl", MAY_LOCK, IS(1, F_SETLK) },
	{ "fcntl", MAY_LOCK, IS(1, F_SETLKW) },
	{ "fcntl", MAY_LOCK, IS(1, F_GETLK) },
	{ "flock", MAY_LOCK, ANY },

	/* Workers compare the owner of what they find with themselves. */
	{ "getuid", MAY_WRITE, NO_LOOP }, { "geteuid", MAY_WRITE, NO_LOOP },

	/*
	 * NSS: whatever module answers, it is loaded from a file (read-only
	 * code), reads files or asks a daemon.
	 */
	{ "mmap", MAY_LOOKUP, .args = 2,
	    .arg = { { 2, PROT_WRITE, 0 }, { 3, MAP_ANONYMOUS, 0 } } },
	{ "mprotect", MAY_LOOKUP, NONE_OF(2, PROT_EXEC) },
	{ "madvise", MAY_LOOKUP, ANY }, { "mremap", MAY_LOOKUP, ANY },
	{ "openat", MAY_LOOKUP, NONE_OF(2, NOT_READING & ~(uint32_t)O_PATH) },
	{ "access", MAY_LOOKUP, ANY }, { "faccessat", MAY_LOOKUP, ANY },
	{ "faccessat2", MAY_LOOKUP, ANY }, { "readlink", MAY_LOOKUP, ANY },
	{ "readlinkat", MAY_LOOKUP, ANY }, { "stat", MAY_LOOKUP, ANY },
	{ "lstat", MAY_LOOKUP, ANY }, { "statx", MAY_LOOKUP, ANY },
	{ "statfs", MAY_LOOKUP, ANY }, { "fstatfs", MAY_LOOKUP, ANY },
	{ "getdents64", MAY_LOOKUP, ANY }, { "readv", MAY_LOOKUP, ANY },
	{ "dup", MAY_LOOKUP, ANY }, { "poll", MAY_LOOKUP, ANY },
	{ "select", MAY_LOOKUP, ANY }, { "pselect6", MAY_LOOKUP, ANY },
	{ "timerfd_create", MAY_LOOKUP, ANY },
	{ "timerfd_settime", MAY_LOOKUP, ANY },
	{ "eventfd2", MAY_LOOKUP, ANY },
	{ "recvfrom", MAY_LOOKUP, ANY }, { "sendto", MAY_LOOKUP, ANY },
	{ "getsockname", MAY_LOOKUP, ANY },
	{ "getpeername", MAY_LOOKUP, ANY },
	{ "getsockopt", MAY_LOOKUP, ANY }, { "setsockopt", MAY_LOOKUP, ANY },
	{ "futex", MAY_LOOKUP, ANY }, { "gettid", MAY_LOOKUP, ANY },
	{ "getuid", MAY_LOOKUP, ANY }, { "geteuid", MAY_LOOKUP, ANY },
	{ "getgid", MAY_LOOKUP, ANY }, { "getegid", MAY_LOOKUP, ANY },
	{ "prctl", MAY_LOOKUP, IS(0, PR_CAPBSET_READ) },
	{ "getppid", MAY_LOOKUP, ANY }, { "uname", MAY_LOOKUP, ANY },
	{ "clock_nanosleep", MAY_LOOKUP, ANY },
};

const size_t jail_call_count = countof(jail_call_rows);

/*
 * There is one thread, so futex(2) wakes nobody; malloc(3) lives without
 * mremap(2) and madvise(2); a poll(2) that a SIGSTOP interrupted is told so
 * instead of being restarted; streams ask whether they are a terminal;
 * qsort(3) asks how much memory there is; fork(2) tries clone3 first; libevent
 * asks whether it is set-id, by comparing answers that are then alike.
 */
const struct jail_refused jail_refused_rows[] = {
	{ "clone3", ENOSYS }, { "futex", EINVAL }, { "getegid", ENOSYS },
	{ "geteuid", ENOSYS }, { "getgid", ENOSYS },
	{ "gettimeofday", ENOSYS }, { "getuid", ENOSYS },
	{ "ioctl", ENOTTY }, { "madvise", EINVAL }, { "mremap", ENOMEM },
	{ "restart_syscall", EINTR }, { "rseq", ENOSYS },
	{ "set_robust_list", ENOSYS }, { "sysinfo", ENOSYS },
};

const size_t jail_refused_count = countof(jail_refused_rows);

/* A card whose folders are not known yet may get any use of them. */
static bool
uses(const struct card *card, unsigned use)
{
	unsigned all = 0;
	size_t i;

	for (i = 0; i < CARD_FOLDERS; i++)
		all |= card->folders[i].use;
	return all == 0 || (all & use) != 0;
}

bool
jail_call_applies(const struct jail_call *row, const struct card *card)
{
	if (row->may != 0 && (row->may & card->may) == 0)
		return false;
	if (row->use != 0 && !uses(card, row->use))
		return false;
	if ((card->may & MAY_JAIL) == 0 && (row->without & card->may) != 0)
		return false;
	return row->lacking == NULL ||
	    seccomp_syscall_resolve_name(row->lacking) < 0;
}

bool
jail_call_allowed(const struct card *card, const char *name)
{
	const char *const *s;
	size_t i;

	for (i = 0; i < jail_call_count; i++)
		if (strcmp(jail_call_rows[i].name, name) == 0 &&
		    jail_call_applies(&jail_call_rows[i], card))
			return true;
	for (s = jail_sanitizer_calls; *s != NULL; s++)
		if (strcmp(*s, name) == 0)
			return true;
	return false;
}

/* Has an earlier row of that name told of it? */
static bool
told(const struct card *card, const struct jail_call *row)
{
	const struct jail_call *r;

	for (r = jail_call_rows; r < row; r++)
		if (strcmp(r->name, row->name) == 0 &&
		    jail_call_applies(r, card))
			return true;
	return false;
}

size_t
jail_calls(const struct card *card, void (*each)(void *, const char *),
    void *ctx)
{
	const struct jail_call *row;
	size_t i, n = 0;

	if (card->may & MAY_EXEC)
		return 0;
	for (i = 0; i < jail_call_count; i++) {
		row = &jail_call_rows[i];
		if (!jail_call_applies(row, card) || told(card, row) ||
		    seccomp_syscall_resolve_name(row->name) < 0)
			continue;
		n++;
		if (each != NULL)
			each(ctx, row->name);
	}
	return n;
}
