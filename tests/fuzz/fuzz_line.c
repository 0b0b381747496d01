/* needs: */
/*
 * The line reader against a model: the bytes are cut into packets by the
 * first of them, and what comes out must be what a simple splitter says.
 */
#include <sys/socket.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "line.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { MAX = 100 };

/* The next line of the model: its result and where it ends; -1 at the end. */
static int
model(const uint8_t *p, size_t n, size_t *used)
{
	int bare = 0;
	size_t i;

	for (i = 0; i + 1 < n; i++) {
		if (p[i] == '\r' && p[i + 1] == '\n') {
			*used = i + 2;
			return bare ? LINE_BARE : i > MAX ? LINE_LONG :
			    LINE_OK;
		}
		if (p[i] == '\r' || p[i] == '\n' || p[i] == '\0')
			bare = 1;
	}
	return -1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	size_t step, at = 0, len, used = 0;
	struct line l;
	char *text;
	int pair[2], want, got;

	if (n < 2 || n > 60000)
		return 0;
	step = (size_t)data[0] + 1;
	data++;
	n--;
	if (n / step > 200)
		step = n / 200 + 1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == -1)
		return 0;
	for (at = 0; at < n; at += step)
		if (send(pair[0], data + at, n - at < step ? n - at : step,
		    MSG_DONTWAIT) == -1)
			n = at;
	close(pair[0]);
	line_init(&l, pair[1], NULL);
	for (at = 0; ; at += used) {
		want = model(data + at, n - at, &used);
		got = (int)line_get(&l, &text, &len, MAX, FD_FOREVER);
		if (want == -1) {
			if (got != LINE_EOF)
				abort();
			break;
		}
		/* A line both bare and long may be called either. */
		if (got != want && !(used - 2 > MAX && (got == LINE_LONG ||
		    got == LINE_BARE)))
			abort();
		if (got == LINE_OK && (len != used - 2 ||
		    memcmp(text, data + at, len) != 0))
			abort();
	}
	close(pair[1]);
	return 0;
}
