#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct out;

/*
 * The one reader of protocol lines (SMTP and POP3 commands, replies of next
 * hops) and of raw data between them.  Only CRLF ends a line [RFC5321 2.3.8].
 * Blocking, with a deadline; before it waits it flushes `out`, so that
 * pipelined commands are answered in as few writes as possible [RFC2920].
 */
#define LINE_BUFFER	8192

struct line {
	int		 fd;
	struct out	*out;		/* flushed before waiting, or NULL */
	size_t		 start, end;	/* unread bytes of buf */
	char		 buf[LINE_BUFFER];
};

enum line_result {
	LINE_OK,
	LINE_EOF,	/* the peer closed (a partial line is lost) */
	LINE_TIMEOUT,
	LINE_STOP,	/* SIGTERM came while waiting */
	LINE_ERROR,	/* errno */
	LINE_LONG,	/* more than max bytes without CRLF: it was skipped */
	LINE_BARE,	/* a bare CR or LF, or a NUL, inside: it was skipped */
};

void	line_init(struct line *, int fd, struct out *);

/*
 * The next line without its CRLF, NUL-terminated in place, valid until the
 * next call; *len without the NUL.  max < LINE_BUFFER - 2 bytes.  After
 * LINE_LONG and LINE_BARE the whole line has been swallowed (up to its CRLF,
 * in bounded memory and linear time) and the next call reads the next one.
 */
enum line_result line_get(struct line *, char **text, size_t *len, size_t max,
	    int64_t deadline);

/*
 * Raw bytes as they came: at least one, at most what is buffered.  The bytes
 * are consumed by line_take(n).
 */
enum line_result line_peek(struct line *, const char **data, size_t *len,
	    int64_t deadline);
void	line_take(struct line *, size_t n);

/* Whether more input has already been read (a client that pipelines). */
bool	line_pending(const struct line *);

#endif
