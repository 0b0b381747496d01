#ifndef SENDMAIL_HEAD_H
#define SENDMAIL_HEAD_H

#include <stdbool.h>
#include <stddef.h>

struct str;

/*
 * The header of a message that was written on this host: its recipients, and
 * what it lacks [RFC6409 8].
 */
struct sendmail_head {
	bool	has_date, has_from, has_message_id;
	bool	resent;		/* Resent-To, -Cc or -Bcc stand in it */
};

/*
 * Where the header of text (wire form) ends: the offset of its empty line, or
 * of the first line that is no field.  *over: whether that end was seen; if
 * not, more text is needed.
 */
size_t	sendmail_head_end(const char *text, size_t n, bool *over);

/*
 * Copies the header (n bytes as found above) to out without Bcc fields and
 * without an mbox "From " line, and notes what stands in it.
 */
void	sendmail_head_copy(struct sendmail_head *, const char *text, size_t n,
	    struct str *out);

/*
 * Calls each() for the recipients in To, Cc and Bcc, or, in a resent message,
 * in the Resent- ones; returns as address_list() does.
 */
int	sendmail_head_rcpts(const struct sendmail_head *, const char *text,
	    size_t n, int (*each)(void *, const char *), void *ctx);

#endif
