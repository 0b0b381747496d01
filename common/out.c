/*
 * Buffered output of sessions.  The descriptor may be blocking or not; a
 * peer that does not read costs at most the timeout.
 */
#include "out.h"

#include <sys/socket.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"

void
out_init(struct out *o, int fd, int timeout)
{
	o->fd = fd;
	o->timeout = timeout;
	o->failed = false;
	o->len = 0;
}

/* Never blocks, whatever the descriptor's mode: sockets take MSG_DONTWAIT. */
static ssize_t
write_now(int fd, const char *data, size_t n)
{
	ssize_t w;

	w = send(fd, data, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (w == -1 && errno == ENOTSOCK)
		w = write(fd, data, n);
	return w;
}

/* Writes all of it before the deadline, or fails for good. */
static void
drain(struct out *o, const char *data, size_t n)
{
	int64_t deadline = fd_now() + o->timeout;
	ssize_t w;

	while (n > 0 && !o->failed) {
		w = write_now(o->fd, data, n);
		if (w > 0) {
			data += w;
			n -= (size_t)w;
		} else if (w == -1 && errno == EAGAIN)
			o->failed = fd_wait(o->fd, true, deadline) != 1;
		else if (w == -1 && errno != EINTR)
			o->failed = true;
	}
}

int
out_flush(struct out *o)
{
	if (!o->failed)
		drain(o, o->buf, o->len);
	o->len = 0;
	return o->failed ? -1 : 0;
}

void
out_add(struct out *o, const void *data, size_t n)
{
	if (n > sizeof(o->buf) - o->len)
		(void)out_flush(o);
	if (n > sizeof(o->buf)) {
		drain(o, data, n);
		return;
	}
	memcpy(o->buf + o->len, data, n);
	o->len += n;
}

void
out_puts(struct out *o, const char *text)
{
	out_add(o, text, strlen(text));
}

void
out_number(struct out *o, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	out_add(o, digits + at, sizeof(digits) - at);
}

void
out_printf(struct out *o, const char *format, ...)
{
	char text[1001];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(text))
		die_bug("out_printf: too long");
	out_add(o, text, (size_t)n);
}
