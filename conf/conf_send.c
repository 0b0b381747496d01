/*
 * The way out of conf: a good configuration, told to malote in frames, or
 * shown to a person.
 */
#include "conf_send.h"

#include <string.h>

#include "die.h"
#include "fd.h"
#include "frame.h"
#include "limits.h"
#include "wire_settings.h"

static void
tell(int sock, const struct wire *wire, const void *msg)
{
	if (frame_tell(sock, wire, msg, -1,
	    fd_now() + TIMEOUT_EDGE * 1000) == -1)
		die_temp("settings edge");
}

static void
send_program(const struct config *c, int sock, enum proc proc)
{
	struct settings_for head = { .proc = proc };
	struct settings_setting row;
	size_t i;

	tell(sock, &settings_for, &head);
	for (i = 0; i < c->count; i++) {
		if (!config_row_is_for(c, &c->rows[i], proc))
			continue;
		row.param = c->rows[i].param;
		row.words = config_words(c, &c->rows[i]);
		tell(sock, &settings_setting, &row);
	}
}

void
config_send(const struct config *c, int sock)
{
	struct settings_settings end = { .boot = "" };
	int proc;

	for (proc = 0; proc < PROC_COUNT; proc++)
		send_program(c, sock, (enum proc)proc);
	tell(sock, &settings_settings, &end);
}

/* A word as it could stand in the file. */
static void
dump_word(const char *word, size_t n, FILE *to)
{
	size_t i;
	bool quoted = n == 0 || *word == '#' || memchr(word, ' ', n) != NULL ||
	    memchr(word, '"', n) != NULL || memchr(word, '\t', n) != NULL;

	fputs(quoted ? " \"" : " ", to);
	for (i = 0; i < n; i++) {
		if (quoted && (word[i] == '"' || word[i] == '\\'))
			fputc('\\', to);
		fputc(word[i], to);
	}
	if (quoted)
		fputc('"', to);
}

void
config_dump(const struct config *c, FILE *to)
{
	const char *p;
	size_t i, n;

	for (i = 0; i < c->count; i++) {
		fputs(params[c->rows[i].param].name, to);
		p = config_words(c, &c->rows[i]);
		do {
			n = strcspn(p, "\n");
			dump_word(p, n, to);
			p += n;
		} while (*p++ == '\n' && *p != '\0');
		fputc('\n', to);
	}
}
