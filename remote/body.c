/*
 * The body of a message on its way out.  The file holds exactly the bytes of
 * the wire, CRLF and all; only dots at the start of a line are doubled here.
 */
#include "body.h"

#include <stdbool.h>
#include <string.h>

#include "fd.h"
#include "out.h"

/*
 * Sends one block; *line_start says whether a line begins at its start.  Only
 * a dot behind a line end matters, so that is all that is looked for.
 */
static void
send_block(struct out *o, const char *p, size_t n, bool *line_start)
{
	const char *end = p + n, *dot;

	if (*line_start && *p == '.')
		out_add(o, ".", 1);
	*line_start = end[-1] == '\n';
	while ((dot = memmem(p, (size_t)(end - p), "\n.", 2)) != NULL) {
		dot++;
		out_add(o, p, (size_t)(dot - p));
		out_add(o, ".", 1);
		p = dot;
	}
	out_add(o, p, (size_t)(end - p));
}

int
body_send(struct out *o, int fd, uint64_t offset, uint64_t size)
{
	char block[16 * 1024];
	bool line_start = true;
	size_t n;

	while (size > 0 && !o->failed) {
		n = size < sizeof(block) ? (size_t)size : sizeof(block);
		if (fd_pread_all(fd, block, n, (off_t)offset) == -1)
			return -1;
		send_block(o, block, n, &line_start);
		offset += n;
		size -= n;
	}
	if (!line_start)
		out_puts(o, "\r\n");
	out_puts(o, ".\r\n");
	return 0;
}
