/*
 * The settings of a program, received once at start and again at each
 * reload.  They come from conf through malote; the words were checked there,
 * so an odd one here is a bug of ours and never a stranger's doing.
 */
#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "frame.h"
#include "limits.h"
#include "wire_settings.h"

struct one_row {
	enum param	 param;
	char		*text;		/* the words, NULs between them */
	const char	**words;	/* into text; NULL at the end */
	size_t		 count;
};

struct settings {
	struct one_row	*rows;
	size_t		 count;
	size_t		 room;
	char		 boot[64];
};

static struct settings *
settings_new(void)
{
	struct settings *s = calloc(1, sizeof(*s));

	if (s == NULL)
		die_temp("settings");
	return s;
}

void
settings_free(struct settings *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->count; i++) {
		free(s->rows[i].text);
		free(s->rows[i].words);
	}
	free(s->rows);
	free(s);
}

/* Cuts the row's text at its newlines. */
static void
split_words(struct one_row *r)
{
	char *p;
	size_t n = 2;

	for (p = r->text; *p != '\0'; p++)
		n += *p == '\n';
	r->words = calloc(n, sizeof(*r->words));
	if (r->words == NULL)
		die_temp("settings");
	p = r->text;
	while (p != NULL)
		r->words[r->count++] = strsep(&p, "\n");
	r->count--;		/* a final newline ends the last word */
	if (*r->words[r->count] != '\0')
		r->count++;
	else
		r->words[r->count] = NULL;
}

static void
add_row(struct settings *s, const struct settings_setting *msg)
{
	struct one_row *r;

	if (msg->param >= P_COUNT)
		die_bug("settings: unknown parameter");
	if (s->count == s->room) {
		s->room = s->room == 0 ? 32 : s->room * 2;
		r = reallocarray(s->rows, s->room, sizeof(*r));
		if (r == NULL)
			die_temp("settings");
		s->rows = r;
	}
	r = &s->rows[s->count++];
	memset(r, 0, sizeof(*r));
	r->param = (enum param)msg->param;
	r->text = strdup(msg->words);
	if (r->text == NULL)
		die_temp("settings");
	split_words(r);
}

/* The next frame from malote; malote gone is the end of this program. */
static void
hear(struct frame *frame)
{
	int fd, n;

	n = frame_recv(FD_SETTINGS, frame, &fd, FD_FOREVER);
	if (n == 0 || (n == -1 && errno == EINTR))
		exit(EXIT_DONE);
	if (n == -1 || fd != -1)
		die_temp("settings edge");
}

static void
tell(const struct wire *wire, const void *msg)
{
	if (frame_tell(FD_SETTINGS, wire, msg, -1, FD_FOREVER) == -1)
		exit(EXIT_DONE);
}

/* Reads one whole set, from the given first frame on. */
static struct settings *
hear_set(struct frame *frame)
{
	struct settings *s = settings_new();
	struct settings_setting row;
	struct settings_settings end;

	while (frame_get(frame, &settings_setting, &row) == 0) {
		add_row(s, &row);
		hear(frame);
	}
	if (frame_get(frame, &settings_settings, &end) == -1)
		die_bug("settings edge: wrong frame");
	(void)strlcpy(s->boot, end.boot, sizeof(s->boot));
	return s;
}

/* One set, and NULL or why it cannot be used. */
static struct settings *
hear_and_judge(const char *(*accept)(void *, const struct settings *),
    void *ctx, const char **why)
{
	struct settings *s;
	struct frame frame;

	hear(&frame);
	s = hear_set(&frame);
	*why = accept == NULL ? NULL : accept(ctx, s);
	return s;
}

/* Tells whether the set will do; true when malote says that it counts. */
static bool
answer(const char *why)
{
	struct settings_refused refused = { why };
	struct frame frame;

	if (why == NULL)
		tell(&settings_ready, NULL);
	else
		tell(&settings_refused, &refused);
	hear(&frame);
	return why == NULL && frame_get(&frame, &settings_go, NULL) == 0;
}

struct settings *
settings_hear(const char *(*accept)(void *, const struct settings *),
    void *ctx)
{
	struct settings_refused refused;
	struct settings *s = hear_and_judge(accept, ctx, &refused.why);

	if (refused.why != NULL) {
		tell(&settings_refused, &refused);
		die(EXIT_WRONG, "%s", refused.why);
	}
	return s;
}

void
settings_go_on(void)
{
	if (!answer(NULL))
		die_bug("settings edge: GO expected");
}

struct settings *
settings_start(const char *(*accept)(void *, const struct settings *),
    void *ctx)
{
	struct settings *s = settings_hear(accept, ctx);

	settings_go_on();
	return s;
}

struct settings *
settings_poll(const char *(*accept)(void *, const struct settings *),
    void *ctx)
{
	const char *why;
	struct settings *s = hear_and_judge(accept, ctx, &why);

	if (answer(why))
		return s;
	settings_free(s);
	return NULL;
}

bool
settings_row(const struct settings *s, enum param param, size_t i,
    struct row *row)
{
	size_t k;

	for (k = 0; k < s->count; k++)
		if (s->rows[k].param == param && i-- == 0) {
			row->count = s->rows[k].count;
			row->words = s->rows[k].words;
			return true;
		}
	return false;
}

const char *
settings_text(const struct settings *s, enum param param)
{
	struct row row;

	if (!settings_row(s, param, 0, &row) || row.count == 0)
		die_bug("a setting that this program is not sent");
	return row.words[0];
}

uint64_t
settings_number(const struct settings *s, enum param param)
{
	const char *error;
	long long n;

	n = strtonum(settings_text(s, param), 0, INT64_MAX, &error);
	if (error != NULL)
		die_bug("a setting that is no number");
	return (uint64_t)n;
}

bool
settings_same(const struct settings *a, const struct settings *b,
    enum param param)
{
	struct row x = { 0, NULL }, y = { 0, NULL };
	bool has_x, has_y;
	size_t i, k;

	for (i = 0; ; i++) {
		has_x = settings_row(a, param, i, &x);
		has_y = settings_row(b, param, i, &y);
		if (!has_x || !has_y)
			return has_x == has_y;
		if (x.count != y.count)
			return false;
		for (k = 0; k < x.count; k++)
			if (strcmp(x.words[k], y.words[k]) != 0)
				return false;
	}
}

const char *
settings_boot(const struct settings *s)
{
	return s->boot;
}
