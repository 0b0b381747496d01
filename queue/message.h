#ifndef MESSAGE_H
#define MESSAGE_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limits.h"

/*
 * The message file [malote-queue(5)]: one line of fixed width,
 *
 *	malote1 ENVELOPE BODY CRC-ENVELOPE CRC-BODY\n
 *
 * (lengths in 8 and 16 decimal digits, CRC-32C in 8 hexadecimal ones), the
 * envelope as netstrings `name value`, one to a line, then the bytes that go
 * on the wire.  It never changes once it is in new.
 */
#define MESSAGE_HEAD	52		/* bytes of the first line */
#define MESSAGE_ADDRESS	(LIMIT_ADDRESS + 8) /* an address as text, quoted */
#define MESSAGE_NAME	256		/* bytes of a name, NUL included */
#define MESSAGE_VALUE	LIMIT_PARAMS	/* bytes of the longest value */

/* The envelope less its recipients. */
struct message {
	char		id[LIMIT_ID + 1];
	uint64_t	arrival;	/* seconds since the epoch */
	char		client[MESSAGE_NAME];	/* numeric; "" when local */
	char		client_name[MESSAGE_NAME];
	char		helo[MESSAGE_NAME];
	char		protocol[MESSAGE_NAME];
	char		listener[MESSAGE_NAME];
	char		login[LIMIT_LOGIN + 1];
	char		account[24];	/* "uid N" of a local sender, or "" */
	char		report_of[LIMIT_ID + 16]; /* "ID SERIAL", or "" */
	char		sender[MESSAGE_ADDRESS]; /* "": the null path */
	char		params[LIMIT_PARAMS + 1]; /* of MAIL, or "" */
	uint32_t	rcpt_count;	/* at least 1 */
	uint64_t	offset;		/* where the body begins */
	uint64_t	size;		/* bytes of the body */
	uint32_t	body_crc;
};

/*
 * Reads and checks the envelope of an open file, in memory that does not
 * depend on its size: the checksum first, then the fields.  rcpt() (may be
 * NULL) is called for each recipient in order, with strings that live until
 * it returns; 0 goes on, -1 ends the reading.
 *
 * 0; or -1 with *why a reason in a few words and errno: EBADMSG the file is
 * damaged and will always be, ECANCELED rcpt() said -1, else the errno of
 * fstat(2) or pread(2): nothing is known about the file.
 */
int	message_read(int fd, struct message *,
	    int (*rcpt)(void *ctx, const char *address, const char *params),
	    void *ctx, const char **why);

/* The body against its checksum; returns as message_read(). */
int	message_check_body(int fd, const struct message *, const char **why);

/*
 * The parameter NAME of "NAME=value NAME=value …" without case, copied to
 * buf: true, or false (and "") when there is none or it does not fit.
 */
bool	message_param(const char *params, const char *name, char *buf,
	    size_t size);

/*
 * Writing, in bounded memory: everything passes through one buffer.  Failure
 * is returned each time as -1 with errno: EINVAL a control byte in a value,
 * EMSGSIZE a value or the envelope too long, or that of pwrite(2).
 */
#define MESSAGE_BUFFER	8192

struct message_writer {
	int		fd;		/* the caller's */
	uint64_t	at;		/* where buf stands in the file */
	size_t		len;
	uint64_t	envelope;	/* bytes so far */
	uint64_t	body;
	uint32_t	envelope_crc;
	uint32_t	body_crc;
	unsigned char	buf[MESSAGE_BUFFER];
};

void	message_begin(struct message_writer *, int fd);
/* All fields but the recipients; call first, once.  Counts are ignored. */
int	message_put_head(struct message_writer *, const struct message *);
int	message_put_rcpt(struct message_writer *, const char *address,
	    const char *params);
/* Then the body in pieces. */
int	message_put_body(struct message_writer *, const void *, size_t);
/* Writes what is left and the first line. */
int	message_finish(struct message_writer *);

/* Afterwards: the length of the file, and all its bytes, or NULL when they
 * were too many to be still at hand. */
uint64_t	 message_length(const struct message_writer *);
const void	*message_bytes(const struct message_writer *);

#endif
