#ifndef COPY_H
#define COPY_H

#include <stdint.h>

struct letter;

/*
 * The message as a mailbox or a program gets it: Return-Path and Delivered-To
 * in front [RFC5321 4.4, RFC9228], older Return-Path fields removed, lines
 * ended by LF.
 */
enum copy_result {
	COPY_OK,
	COPY_LOOP,		/* it was delivered to this address before */
	COPY_UNREADABLE,	/* errno: the message in the queue */
	COPY_FAILED		/* errno: the file that was written to */
};

struct copy_size {
	uint64_t	stored;		/* bytes written */
	uint64_t	wire;		/* the same with CRLF */
};

/* Writes to the descriptor `to`, in memory that does not grow with the
 * message. */
enum copy_result copy_letter(const struct letter *, const char *address,
		    int to, struct copy_size *);

#endif
