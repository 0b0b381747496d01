#ifndef DATA_H
#define DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "head.h"

/*
 * The text after DATA [RFC5321 4.1.1.4, 4.5.2]: a machine that is fed what
 * the client sends, takes the dot-stuffing off, finds the end, and notes what
 * is wrong on the way.  Only CRLF ends a line and only CRLF.CRLF the text
 * (the CRLF of the DATA command counts as the first).
 */
enum data_fault {
	DATA_GOOD,
	DATA_BARE,	/* a bare CR or LF, or a NUL: somebody smuggles */
	DATA_TOO_BIG,
	DATA_LOOP	/* more than LIMIT_HOPS Received fields */
};

/* Where the machine stands: what the bytes before the next one were. */
enum data_state {
	DATA_LINE_START, DATA_TEXT, DATA_CR,
	DATA_DOT,		/* a dot at the start of a line */
	DATA_DOT_CR,		/* a dot at the start of a line, and CR */
	DATA_OVER
};

struct data {
	enum data_state	 state;
	enum data_fault	 fault;	/* the gravest one found */
	uint64_t	 size;	/* bytes of the message so far, as it will be
				 * kept: CRLF line ends, no stuffing */
	uint64_t	 limit;	/* 0: none */
	unsigned	 hops;	/* Received fields */
	bool		 in_header;
	struct head	 head;
};

void	data_init(struct data *, uint64_t limit);

/*
 * Eats at most n bytes of in, up to and with the end of the text, and returns
 * how many.  The message goes to out, which has room for n bytes; *out_len is
 * how many came.  Nothing the machine writes is worth keeping once fault is
 * set.
 */
size_t	data_feed(struct data *, const char *in, size_t n, char *out,
	    size_t *out_len);

#endif
