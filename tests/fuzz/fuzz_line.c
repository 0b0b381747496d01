/* needs: */
/*
 * The line reader against a model: the first of the bytes says into how
 * large packets the others are cut, or that they come as one stream, and what
 * comes out must be what a simple splitter says.
 */
#include <sys/socket.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "line.h"
#include "out.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { MAX = 100 };

static void
need(int right)
{
	if (!right)
		abort();
}

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

/* What a silent peer, a broken one and one that does not listen give. */
static void
no_line(struct line *l)
{
	static struct out out;
	char *text;
	size_t len;
	int pair[2];

	need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	line_init(l, pair[0], NULL);
	need(line_get(l, &text, &len, MAX, fd_now()) == LINE_TIMEOUT);
	line_init(l, open("/", O_RDONLY | O_DIRECTORY), NULL);
	need(line_get(l, &text, &len, MAX, FD_FOREVER) == LINE_ERROR);
	out_init(&out, l->fd, 0);
	out_puts(&out, "x");
	line_init(l, pair[0], &out);
	need(line_get(l, &text, &len, MAX, FD_FOREVER) == LINE_ERROR);
	close(out.fd);
	close(pair[0]);
	close(pair[1]);
}

/* Takes up to n bytes raw, as after DATA; how many. */
static size_t
take_raw(struct line *l, const uint8_t *p, size_t n)
{
	const char *raw;
	size_t len, all = 0;

	for (; all < n; all += len) {
		if (line_peek(l, &raw, &len, FD_FOREVER) != LINE_OK)
			break;
		if (len > n - all)
			len = n - all;
		need(memcmp(raw, p + all, len) == 0);
		line_take(l, len);
	}
	return all;
}

static void
compare(struct line *l, const uint8_t *p, size_t n)
{
	size_t len, used = 0;
	char *text;
	int want, got;

	for (;; p += used, n -= used) {
		want = model(p, n, &used);
		got = (int)line_get(l, &text, &len, MAX, FD_FOREVER);
		if (want == -1) {
			need(got == LINE_EOF);
			return;
		}
		/* A line both bare and long may be called either. */
		need(got == want || (used - 2 > MAX && (got == LINE_LONG ||
		    got == LINE_BARE)));
		need(got != LINE_OK || (len == used - 2 &&
		    memcmp(text, p, len) == 0 && text[len] == '\0'));
		need(line_pending(l) == (l->start < l->end));
	}
}

/* A connection on which the n bytes have been sent. */
static int
connection(const uint8_t *p, size_t n, int type, size_t step)
{
	int pair[2];
	size_t at;

	need(socketpair(AF_UNIX, type, 0, pair) == 0);
	for (at = 0; at < n; at += step)
		need(send(pair[0], p + at, n - at < step ? n - at : step,
		    MSG_DONTWAIT) > 0);
	close(pair[0]);
	return pair[1];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct line *l;
	size_t step, raw = 0;
	int how, fd;

	if (n < 2 || n > 60000)
		return 0;
	/* On the heap its buffer ends where the sanitizer looks. */
	if (l == NULL) {
		l = malloc(sizeof(*l));
		no_line(l);
	}
	how = *data++;
	step = (size_t)how + 1;
	if (--n / step > 200)
		step = n / 200 + 1;
	fd = how < 128 ? connection(data, n, SOCK_SEQPACKET, step) :
	    connection(data, n, SOCK_STREAM, n);
	line_init(l, fd, NULL);
	if (step % 4 == 0)
		raw = take_raw(l, data, step + 3 < n ? step + 3 : n);
	compare(l, data + raw, n - raw);
	close(fd);
	return 0;
}
