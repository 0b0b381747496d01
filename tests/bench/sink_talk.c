/*
 * One client of the sink.  Commands are lines; of a message the header is
 * held until it is whole, for its Message-ID, and the rest is skipped up to
 * the dot.  A line or header longer than the buffer ends the connection.
 */
#include "sink_talk.h"

#include <sys/socket.h>
#include <netinet/in.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"

static const char end_of_data[] = "\r\n.\r\n";

struct sink_talk {
	int	 fd;
	enum { COMMANDS, HEADER, BODY, OVER } state;
	size_t	 matched;		/* of end_of_data */
	long	 message;
	int	*rcpts;
	size_t	 count, room;
	char	 in[32768];
	size_t	 in_len;
	char	 out[32768];
	size_t	 out_len;
};

static void
put(struct sink_talk *t, const char *text)
{
	size_t n = strlen(text);

	if (n > sizeof(t->out) - t->out_len)
		measure_fail("a client does not read its replies");
	memcpy(t->out + t->out_len, text, n);
	t->out_len += n;
}

static void
flush(struct sink_talk *t)
{
	if (t->out_len > 0 && write(t->fd, t->out, t->out_len) == -1 &&
	    errno != EPIPE && errno != ECONNRESET)
		measure_fail("write: %s", strerror(errno));
	t->out_len = 0;
}

/* The first number in text, or -1. */
static long
number_in(const char *text, const char *end)
{
	while (text < end && (*text < '0' || *text > '9'))
		text++;
	return text < end ? strtol(text, NULL, 10) : -1;
}

static void
say_hello(struct sink *s, struct sink_talk *t, const char *line)
{
	(void)s, (void)line;
	put(t, "250-sink\r\n250-PIPELINING\r\n250-SIZE 104857600\r\n"
	    "250 8BITMIME\r\n");
}

static void
begin(struct sink *s, struct sink_talk *t, const char *line)
{
	(void)s, (void)line;
	t->count = 0;
	put(t, "250 ok\r\n");
}

static void
add_rcpt(struct sink *s, struct sink_talk *t, const char *line)
{
	const char *at = strchr(line, '@');

	(void)s;
	if (t->count == t->room) {
		t->room = t->room * 2 + 16;
		t->rcpts = reallocarray(t->rcpts, t->room, sizeof(*t->rcpts));
		if (t->rcpts == NULL)
			measure_fail("out of memory");
	}
	t->rcpts[t->count++] =
	    (int)number_in(line, at != NULL ? at : line + strlen(line));
	put(t, "250 ok\r\n");
}

static void
begin_data(struct sink *s, struct sink_talk *t, const char *line)
{
	(void)s, (void)line;
	if (t->count == 0) {
		put(t, "554 no valid recipients\r\n");
		return;
	}
	put(t, "354 go on\r\n");
	t->state = HEADER;
	t->matched = 0;
	t->message = -1;
}

static void
agree(struct sink *s, struct sink_talk *t, const char *line)
{
	(void)s, (void)line;
	put(t, "250 ok\r\n");
}

static void
quit(struct sink *s, struct sink_talk *t, const char *line)
{
	(void)s, (void)line;
	put(t, "221 bye\r\n");
	t->state = OVER;
}

static const struct verb {
	const char	*name;
	void		(*handle)(struct sink *, struct sink_talk *,
			    const char *);
} verbs[] = {
	{ "RCPT", add_rcpt },
	{ "MAIL", begin },
	{ "DATA", begin_data },
	{ "EHLO", say_hello },
	{ "HELO", agree },
	{ "RSET", begin },
	{ "NOOP", agree },
	{ "QUIT", quit }
};

static void
command(struct sink *s, struct sink_talk *t, const char *line)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strncasecmp(line, verbs[i].name, 4) == 0) {
			verbs[i].handle(s, t, line);
			return;
		}
	}
	put(t, "502 not here\r\n");
}

/* The whole message is here. */
static void
finish(struct sink *s, struct sink_talk *t)
{
	size_t i;

	s->last = measure_now();
	if (s->transactions++ == 0)
		s->first = s->last;
	s->recipients += (long)t->count;
	if (s->ledger != NULL) {
		(void)fprintf(s->ledger, "%ld", t->message);
		for (i = 0; i < t->count; i++)
			(void)fprintf(s->ledger, " %d", t->rcpts[i]);
		(void)fputc('\n', s->ledger);
	}
	t->count = 0;
	t->state = COMMANDS;
	put(t, "250 ok\r\n");
}

/* Each takes what it can of n > 0 bytes; how many, 0 when it needs more. */
static size_t
take_command(struct sink *s, struct sink_talk *t, char *p, size_t n)
{
	char *end = memchr(p, '\n', n);

	if (end == NULL)
		return 0;
	*end = '\0';
	command(s, t, p);
	return (size_t)(end - p) + 1;
}

static size_t
take_header(struct sink *s, struct sink_talk *t, char *p, size_t n)
{
	static const char field[] = "\r\nMessage-ID:";
	const char *end = memmem(p, n, "\r\n\r\n", 4), *q;

	(void)s;
	if (end == NULL)
		return 0;
	for (q = p; q < end - sizeof(field); q++)
		if (*q == '\r' &&
		    strncasecmp(q, field, sizeof(field) - 1) == 0)
			t->message = number_in(q + sizeof(field) - 1, end);
	t->state = BODY;
	return (size_t)(end - p);
}

static size_t
take_body(struct sink *s, struct sink_talk *t, char *p, size_t n)
{
	size_t i = 0;

	while (i < n && t->state == BODY) {
		if (t->matched == 0) {
			char *cr = memchr(p + i, '\r', n - i);

			if (cr == NULL)
				return n;
			i = (size_t)(cr - p);
		}
		if (p[i] == end_of_data[t->matched])
			t->matched++;
		else
			t->matched = p[i] == '\r';
		i++;
		if (t->matched == sizeof(end_of_data) - 1)
			finish(s, t);
	}
	return i;
}

static void
take(struct sink *s, struct sink_talk *t)
{
	static size_t (*const takers[])(struct sink *, struct sink_talk *,
	    char *, size_t) = {
		[COMMANDS] = take_command,
		[HEADER] = take_header,
		[BODY] = take_body
	};
	size_t off = 0, n = 1;

	while (off < t->in_len && n > 0 && t->state != OVER) {
		n = takers[t->state](s, t, t->in + off, t->in_len - off);
		off += n;
	}
	t->in_len -= off;
	memmove(t->in, t->in + off, t->in_len);
	if (t->in_len == sizeof(t->in))
		t->state = OVER;
}

struct sink_talk *
sink_open(struct sink *s, int fd)
{
	struct sink_talk *t = measure_memory(1, sizeof(*t));

	t->fd = fd;
	s->connections++;
	if (++s->open > s->peak)
		s->peak = s->open;
	put(t, "220 sink ESMTP\r\n");
	flush(t);
	return t;
}

void
sink_read(struct sink *s, struct sink_talk *t)
{
	ssize_t n = read(t->fd, t->in + t->in_len,
	    sizeof(t->in) - t->in_len);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n > 0) {
		s->bytes += n;
		t->in_len += (size_t)n;
		take(s, t);
		flush(t);
	}
	if (n <= 0 || t->state == OVER) {
		(void)close(t->fd);
		free(t->rcpts);
		free(t);
		s->open--;
	}
}
