/*
 * Line ends.  Whatever a program on this host writes, only CRLF leaves here.
 */
#include "sendmail_text.h"

#include <errno.h>
#include <unistd.h>

#include "str.h"

void
sendmail_text_init(struct sendmail_text *t, int fd, bool keep_dot)
{
	t->fd = fd;
	t->keep_dot = keep_dot;
	t->over = t->cr = t->dot = false;
	t->line_start = true;
}

static void
end_line(struct sendmail_text *t, struct str *out)
{
	if (t->dot) {
		t->over = true;
		return;
	}
	str_add(out, "\r\n", 2);
	t->line_start = true;
}

static void
turn(struct sendmail_text *t, char c, struct str *out)
{
	bool after_cr = t->cr;

	t->cr = c == '\r';
	if (c == '\n' && after_cr)
		return;
	if (c == '\r' || c == '\n') {
		end_line(t, out);
		return;
	}
	if (t->dot)
		str_putc(out, '.');
	t->dot = c == '.' && t->line_start && !t->keep_dot;
	if (!t->dot)
		str_putc(out, c);
	t->line_start = false;
}

/* The input ends without "."; its last line gets an end if it has none. */
static void
end_input(struct sendmail_text *t, struct str *out)
{
	if (t->dot)
		str_putc(out, '.');
	t->dot = false;
	if (!t->line_start)
		end_line(t, out);
	t->over = true;
}

int
sendmail_text_read(struct sendmail_text *t, struct str *out)
{
	char buf[SENDMAIL_BLOCK];
	ssize_t n, i;

	if (t->over)
		return 0;
	do
		n = read(t->fd, buf, sizeof(buf));
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return -1;
	if (n == 0)
		end_input(t, out);
	for (i = 0; i < n && !t->over; i++)
		turn(t, buf[i], out);
	return out->failed ? -1 : 1;
}
