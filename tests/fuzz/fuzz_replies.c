/* needs: remote/replies */
/* Replies of next hops: bounded, and never a code that was not sent. */
#include <sys/socket.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../remote/replies.h"
#include "fd.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
each(void *ctx, const char *text)
{
	++*(int *)ctx;
	if (strchr(text, '\n') != NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct reply r;
	struct fate why, fate;
	struct line l;
	int pair[2], lines = 0;

	if (n > 60000 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		return 0;
	if (send(pair[0], data, n, MSG_DONTWAIT) == -1) {
		close(pair[0]);
		close(pair[1]);
		return 0;
	}
	close(pair[0]);
	line_init(&l, pair[1], NULL);
	while (replies_read(&l, &r, each, &lines, FD_FOREVER, &why) == 0) {
		if (r.code < 200 || r.code > 599)
			abort();
		(void)fate_from_reply(&fate, r.code, r.text);
	}
	if (why.kind != FATE_DEFER)
		abort();
	close(pair[1]);
	return 0;
}
