/* needs: remote/replies */
/*
 * Replies of next hops: bounded, and never a code that was not sent.  A peer
 * whose last byte is a T falls silent, any other one closes.
 */
#include <sys/socket.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../remote/replies.h"
#include "fd.h"
#include "limits.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
need(int right)
{
	if (!right)
		abort();
}

static void
each(void *ctx, const char *text)
{
	need(++*(int *)ctx <= LIMIT_REPLY_LINES);
	need(strchr(text, '\n') == NULL);
}

/* On the heap, so that each buffer ends where the sanitizer looks. */
static void
read_all(int fd, int64_t deadline)
{
	struct reply *r = malloc(sizeof(*r));
	struct line *l = malloc(sizeof(*l));
	struct fate why, fate;
	int lines = 0;

	need(r != NULL && l != NULL);
	line_init(l, fd, NULL);
	while (replies_read(l, r, each, &lines, deadline, &why) == 0) {
		need(r->code >= 200 && r->code <= 599);
		need(strlen(r->text) < sizeof(r->text));
		(void)fate_from_reply(&fate, r->code, r->text);
		lines = 0;
	}
	need(why.kind == FATE_DEFER);
	free(l);
	free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	int silent = n > 0 && data[n - 1] == 'T', pair[2];

	if (n > 60000 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		return 0;
	if (send(pair[0], data, n, MSG_DONTWAIT) == (ssize_t)n) {
		if (!silent)
			fd_close(&pair[0]);
		read_all(pair[1], silent ? fd_now() : FD_FOREVER);
	}
	fd_close(&pair[0]);
	close(pair[1]);
	return 0;
}
