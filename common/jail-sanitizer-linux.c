/*
 * A build with -fsanitize=address: its runtime maps shadow memory, prints
 * reports with addresses looked up in files, and takes terabytes of address
 * space.  Such a build is for tests; its jail is wider by exactly this list,
 * has no limit of address space, and leaks are not looked for in programs
 * that enter one (that would need ptrace).  In other builds all is empty.
 */
#include <stddef.h>

#include "jail_parts.h"

#ifndef __has_feature
#define __has_feature(x)	0
#endif

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)

const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0:handle_abort=0";
}

const char *const jail_sanitizer_calls[] = {
	"madvise", "mmap", "mprotect", "mremap", "munmap",
	"openat", "readlink", "readlinkat", "newfstatat", "fstat", "lseek",
	"getcwd", "uname", "sysinfo", "getrlimit", "prlimit64", "personality",
	"futex", "sched_yield", "sigaltstack", "pipe", "pipe2", "dup", "dup2",
	"getpid", "getppid", "gettid", "tgkill", "prctl", "writev",
	NULL
};

bool
jail_sanitized(void)
{
	return true;
}

#else

const char *const jail_sanitizer_calls[] = { NULL };

bool
jail_sanitized(void)
{
	return false;
}

#endif
