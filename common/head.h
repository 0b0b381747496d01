#ifndef HEAD_H
#define HEAD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Message headers [RFC5322 2.2, 3.6], read once, front to back, in bounded
 * memory: a reader that is fed bytes as they pass by and calls back for each
 * field.  Lines end with CRLF or LF.
 */
struct head;

/*
 * field(): name (as written, without colon) and value (unfolded: line ends
 * removed, first blank run removed), both NUL-terminated and cut at
 * HEAD_VALUE bytes; NULs inside are replaced by '?'.
 */
#define HEAD_VALUE	2048

struct head {
	void	(*field)(void *ctx, const char *name, const char *value);
	void	*ctx;
	enum { HEAD_START, HEAD_NAME, HEAD_BODY_OF_FIELD, HEAD_LINE_END,
	    HEAD_OVER } state;
	char	name[80];
	size_t	name_len;
	char	value[HEAD_VALUE];
	size_t	value_len;
};

void	head_init(struct head *, void (*field)(void *, const char *,
	    const char *), void *ctx);
/* Feeds n bytes.  true while the header goes on, false once it is over. */
bool	head_feed(struct head *, const char *, size_t n);
/* The message is over: reports the last field. */
void	head_end(struct head *);

#endif
