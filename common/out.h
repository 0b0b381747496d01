#ifndef OUT_H
#define OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Buffered output of a session.  Failure is sticky: after a write failed or
 * its deadline came, everything is dropped and out_failed() says so; the
 * session looks at it once per command.
 */
#define OUT_BUFFER	16384

struct out {
	int	 fd;
	int	 timeout;	/* ms a blocked write may last */
	bool	 failed;
	size_t	 len;
	char	 buf[OUT_BUFFER];
};

void	out_init(struct out *, int fd, int timeout_ms);
void	out_add(struct out *, const void *, size_t);
void	out_puts(struct out *, const char *);
void	out_number(struct out *, uint64_t);	/* as decimal digits */
/* Formats at most 1,000 bytes; more is a bug. */
void	out_printf(struct out *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* 0, or -1 when the output has failed. */
int	out_flush(struct out *);

#endif
