/*
 * Writing events.  The one place where values are escaped: a byte that could
 * end a value, a line or a terminal's patience becomes \xHH, so that no text
 * from outside can forge a second event or a key.
 */
#include "event.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "event_gather.h"
#include "fd.h"
#include "house.h"

/* What is kept between events: how many were lost, whether to write, and the
 * whole lines that wait. */
static struct {
	uint64_t	lost;
	bool		muted;
	pid_t		gatherer;	/* 0: nobody gathers */
	uint64_t	lines;
	size_t		len;
	char		text[4096];	/* PIPE_BUF */
} state;

void
event_mute(void)
{
	state.muted = true;
}

static void
add(struct event *e, const char *data, size_t n)
{
	/* One byte stays free for the newline. */
	if (n > sizeof(e->line) - 1 - e->len)
		return;
	memcpy(e->line + e->len, data, n);
	e->len += n;
}

static void
add_text(struct event *e, const char *text)
{
	add(e, text, strlen(text));
}

#define EVENT_NUMBER	21	/* 2^64 has 20 digits */

/* Not by printf(3): its pages would be a session's only ones of their kind. */
static const char *
digits(char text[EVENT_NUMBER], uint64_t value)
{
	size_t i = EVENT_NUMBER - 1;

	text[i] = '\0';
	do
		text[--i] = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	return &text[i];
}

void
event_open(struct event *e, enum event_name name)
{
	pid_t pid = getpid();
	char text[EVENT_NUMBER];

	if (event_rows[name].name != name)
		die_bug("event table out of order");
	e->name = name;
	e->gathered = pid == state.gatherer;
	e->len = 0;
	add_text(e, digits(text, (uint64_t)pid));
	add_text(e, " ");
	add_text(e, event_rows[name].text);
}

/* Whether key is one of the words of the event's row. */
static bool
key_is_known(enum event_name name, const char *key)
{
	const char *p = event_rows[name].keys;
	size_t n = strlen(key);

	for (;;) {
		if (strncmp(p, key, n) == 0 && (p[n] == ' ' || p[n] == '\0'))
			return true;
		p = strchr(p, ' ');
		if (p == NULL)
			return false;
		p++;
	}
}

static void
add_value(struct event *e, const char *value)
{
	const unsigned char *p = (const unsigned char *)value;
	static const char hex[] = "0123456789abcdef";
	char escaped[4] = "\\x";

	for (; *p != '\0'; p++) {
		/* A cut value leaves room for what is still to come. */
		if (e->len > sizeof(e->line) - 64)
			return;
		if (*p > 0x20 && *p != '\\' && *p != 0x7f && *p != '"') {
			add(e, (const char *)p, 1);
			continue;
		}
		escaped[2] = hex[*p >> 4];
		escaped[3] = hex[*p & 0xf];
		add(e, escaped, sizeof(escaped));
	}
}

void
event_str(struct event *e, const char *key, const char *value)
{
	if (!key_is_known(e->name, key))
		die_bug("event key is not in its row");
	add_text(e, " ");
	add_text(e, key);
	add_text(e, "=");
	add_value(e, value == NULL ? "" : value);
}

void
event_num(struct event *e, const char *key, uint64_t value)
{
	char text[EVENT_NUMBER];

	event_str(e, key, digits(text, value));
}

static bool
write_text(const char *text, size_t len)
{
	ssize_t n;

	do
		n = write(FD_RECORD, text, len);
	while (n == -1 && errno == EINTR);
	return n != -1;
}

/* Once the pipe has room again, tells how much was lost. */
static void
tell_lost(void)
{
	struct event e;

	event_open(&e, EV_LOST);
	event_num(&e, "n", state.lost);
	e.line[e.len++] = '\n';
	if (write_text(e.line, e.len))
		state.lost = 0;
}

/* Writes whole lines, or counts them as lost. */
static void
write_lines(const char *text, size_t len, uint64_t lines)
{
	if (state.lost != 0)
		tell_lost();
	if (state.lost != 0 || !write_text(text, len))
		state.lost += lines;
}

void
event_flush(void)
{
	if (state.lines == 0 || state.gatherer != getpid())
		return;
	write_lines(state.text, state.len, state.lines);
	state.lines = state.len = 0;
}

void
event_gather(void)
{
	if (state.gatherer == 0 && atexit(event_flush) != 0)
		return;
	state.gatherer = getpid();
	state.lines = state.len = 0;
}

void
event_send(struct event *e)
{
	if (state.muted)
		return;
	e->line[e->len++] = '\n';
	if (!e->gathered) {
		write_lines(e->line, e->len, 1);
		return;
	}
	if (e->len > sizeof(state.text) - state.len)
		event_flush();
	memcpy(state.text + state.len, e->line, e->len);
	state.len += e->len;
	state.lines++;
}

void
event_one(enum event_name name, const char *key, const char *value)
{
	struct event e;

	event_open(&e, name);
	event_str(&e, key, value);
	event_send(&e);
}
