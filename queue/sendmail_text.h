#ifndef SENDMAIL_TEXT_H
#define SENDMAIL_TEXT_H

#include <stdbool.h>

struct str;

/*
 * A message as programs write it, turned into wire form: LF, CRLF and a lone
 * CR each end a line and become CRLF.  Unless keep_dot, a line that is only
 * "." ends the message.
 */
struct sendmail_text {
	int	fd;
	bool	keep_dot;
	bool	over;		/* the end was seen */
	bool	cr;		/* the last byte was a CR, already turned */
	bool	dot;		/* a dot at the start of a line waits */
	bool	line_start;
};

#define SENDMAIL_BLOCK	8192	/* bytes read at once */

void	sendmail_text_init(struct sendmail_text *, int fd, bool keep_dot);

/*
 * Reads one block and adds it to out, at most twice SENDMAIL_BLOCK + 4 bytes.
 * 1, 0 when the message was over already, or -1 with errno.
 */
int	sendmail_text_read(struct sendmail_text *, struct str *out);

#endif
