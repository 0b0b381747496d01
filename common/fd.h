#ifndef FD_H
#define FD_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define countof(a)	(sizeof(a) / sizeof((a)[0]))

/* A deadline that never comes. */
#define FD_FOREVER	INT64_MAX

/* Milliseconds of the monotonic clock; deadlines are given in them. */
int64_t	fd_now(void);

/* Closes *fd unless it is -1, and sets it to -1; errno is kept. */
void	fd_close(int *fd);

/* Each returns 0, or -1 with errno. */
int	fd_nonblock(int fd, bool on);

/*
 * Write or read exactly n bytes, going on after EINTR and short counts.
 * 0, or -1 with errno; fd_read_all and fd_pread_all say EPIPE when the file
 * ends too early.
 */
int	fd_write_all(int fd, const void *, size_t n);
int	fd_pwrite_all(int fd, const void *, size_t n, off_t);
int	fd_read_all(int fd, void *, size_t n);
int	fd_pread_all(int fd, void *, size_t n, off_t);

/*
 * Waits until fd is readable (write: writable) or the deadline has come.
 * 1 ready, 0 deadline, -1 errno; EINTR is returned when stop_asked().
 */
int	fd_wait(int fd, bool write, int64_t deadline);

/*
 * SIGTERM as a flag.  stop_arm() blocks the signal but while fd_wait() waits,
 * so that no request to stop is ever lost between a test and a wait; only
 * processes with plain blocking code use it (programs with a loop have
 * loop_signal()).
 */
void	stop_arm(void);
bool	stop_asked(void);

#endif
