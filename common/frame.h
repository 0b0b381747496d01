#ifndef FRAME_H
#define FRAME_H

#include <stddef.h>
#include <stdint.h>

struct fate;

/*
 * One message of an edge: u32 length, u16 verb, then typed, length-prefixed
 * fields.  An edge is a SOCK_SEQPACKET socket of the Unix domain, so a frame
 * is one packet and a descriptor that travels belongs to exactly one frame;
 * only a bundle (bundle.h) has several frames in its packet.  Integers are
 * big-endian.
 */
#define FRAME_MAX	(64 * 1024)	/* bytes of a whole frame */
#define FRAME_HEAD	6		/* u32 length of the whole, u16 verb */
#define FRAME_CHUNK	(32 * 1024)	/* most body bytes in one frame */

struct frame {
	uint16_t	verb;
	size_t		len;		/* of the whole frame */
	unsigned char	data[FRAME_MAX];
};

struct bytes {
	const unsigned char	*data;
	size_t			 len;
};

/* Field types: what a frame can carry. */
enum wire_type { WIRE_U32, WIRE_U64, WIRE_STR, WIRE_BYTES, WIRE_FATE };

struct wire_field {
	enum wire_type	type;
	size_t		offset;		/* in the verb's struct */
};

/*
 * A verb of an edge: its number, the struct it travels as and, field by
 * field, where in that struct things stand.  In the struct WIRE_U32 is a
 * uint32_t, WIRE_U64 a uint64_t, WIRE_STR a const char *, WIRE_BYTES a struct
 * bytes, WIRE_FATE a struct fate.  `fd` says whether a descriptor travels.
 */
struct wire {
	uint16_t		 verb;
	const char		*name;
	int			 fd;
	size_t			 size;	/* of the struct, <= WIRE_SIZE_MAX */
	const struct wire_field	*fields;
	size_t			 count;
};

#define WIRE_SIZE_MAX	1024

/*
 * Writes msg as a frame.  0, or -1 with errno EMSGSIZE when it does not fit
 * and EINVAL when a string is NULL or longer than 64 KiB.
 */
int	frame_put(struct frame *, const struct wire *, const void *msg);
/* The same at data, in at most room bytes: its length, 0 with errno. */
size_t	frame_write(unsigned char *data, size_t room, const struct wire *,
	    const void *msg);

/*
 * Reads the frame into msg (wire->size bytes).  Strings and bytes point into
 * the frame.  0, or -1 with errno EPROTO when anything is not exactly as the
 * wire says: another verb, a length past what remains, a NUL in a string, a
 * fate that contradicts itself, or bytes left over.
 */
int	frame_get(const struct frame *, const struct wire *, void *msg);
/* The same from the bytes of a whole frame, whose length was looked at. */
int	frame_read(const struct bytes *, const struct wire *, void *msg);

/* Checks a frame as received: -1 (EPROTO) unless len and head agree. */
int	frame_check(struct frame *, size_t received);

/*
 * Blocking ends of an edge.  A passed descriptor stays the caller's; a
 * received one is the caller's, close-on-exec; *fd is -1 when none came.
 * frame_send: 0, or -1 with errno (ETIMEDOUT at the deadline).
 * frame_recv: 1, 0 when the other end closed, or -1 with errno.
 */
int	frame_send(int sock, const struct frame *, int fd, int64_t deadline);
int	frame_recv(int sock, struct frame *, int *fd, int64_t deadline);

/* One non-blocking try of each; -1 with EAGAIN when it would block. */
int	frame_send_now(int sock, const void *data, size_t len, int fd);
int	frame_recv_now(int sock, struct frame *, int *fd);

/* frame_put and frame_send in one. */
int	frame_tell(int sock, const struct wire *, const void *msg, int fd,
	    int64_t deadline);

/*
 * Connects to the socket of an edge.  Returns the descriptor (blocking,
 * close-on-exec), or -1 with errno.
 */
int	edge_connect(const char *path);

/* A connected pair for an edge: 0, or -1 with errno.  Both close-on-exec. */
int	edge_pair(int pair[2]);

#endif
