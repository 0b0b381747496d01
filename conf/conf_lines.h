#ifndef CONF_LINES_H
#define CONF_LINES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The lines of a text file, in bounded memory.  A line is checked before
 * anybody parses it: no NUL, no control byte but the tab, valid UTF-8.
 */
struct lines {
	int		 fd;		/* -1: the text is all in buf */
	unsigned	 number;	/* of the line got last, from 1 */
	size_t		 left;		/* bytes the file may still have */
	bool		 over;		/* nothing more to be read */
	size_t		 start, end;	/* unread bytes of buf */
	size_t		 room;
	char		*buf;
	const char	*why;		/* what was wrong with a bad line */
};

enum lines_got {
	LINES_OVER,	/* the file is over */
	LINES_LINE,	/* *text is a line, without its newline */
	LINES_BAD	/* see why; the line was skipped */
};

/* Reads at most max bytes of fd, which stays the caller's. */
void		lines_init(struct lines *, int fd, size_t max);
/* The same from memory (tests). */
void		lines_init_text(struct lines *, const char *, size_t len);
void		lines_free(struct lines *);

/*
 * The next line, NUL-terminated, the caller's to change until the next call.
 * At most LIMIT_ALIAS_LINE bytes.  A read error is die_temp().
 */
enum lines_got	lines_next(struct lines *, char **text);

/* What is wrong with a line, or NULL. */
const char	*lines_fault(const char *, size_t len);

#endif
