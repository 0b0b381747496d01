#ifndef REPORT_SOURCE_H
#define REPORT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The message that is reported on: a descriptor of its file, read by
 * pread(2) only, and what of it is to be returned.
 */
struct report_source {
	int		fd;
	uint64_t	offset;
	uint64_t	size;		/* to be returned */
	bool		whole;		/* the message, not only its header */
	bool		eight_bit;	/* bytes above 0x7f in it */
};

/*
 * Decides what is returned [RFC3461 4.3]: want_whole as long as the message
 * is at most whole_max bytes, else its header.  Copies its Message-ID.
 * offset and size: of the body in the file.  0, or -1 with errno when the
 * message cannot be read; then nothing is returned (size 0).
 */
int	report_source_open(struct report_source *, bool want_whole,
	    uint64_t whole_max, char *message_id, size_t id_size);
/* Up to n bytes at an offset of what is returned: as pread(2), 0 at its end. */
long	report_source_read(const struct report_source *, uint64_t at, void *,
	    size_t n);

#endif
