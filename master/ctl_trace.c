/*
 * malote trace [-n] ID|ADDRESS|MESSAGE-ID: the life of a message, from the
 * events files.  First the ids that the words name are gathered, then every
 * line about one of them is printed, in order.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "die.h"
#include "limits.h"
#include "trace_line.h"

enum { IDS_MAX = 10000 };

struct trace {
	const char	*query;
	bool		 raw;
	size_t		 count;
	char		(*ids)[LIMIT_ID + 1];
};

static bool
has_id(const struct trace *t, const char *id)
{
	size_t i;

	for (i = t->count; i > 0; i--)
		if (strcmp(t->ids[i - 1], id) == 0)
			return true;
	return false;
}

static void
add_id(struct trace *t, const char *id)
{
	if (*id == '\0' || has_id(t, id))
		return;
	if (t->count == IDS_MAX)
		die(EXIT_WRONG, "more than %d messages: say it more exactly",
		    IDS_MAX);
	(void)strlcpy(t->ids[t->count++], id, sizeof(t->ids[0]));
}

/* A message is followed into the reports about it. */
static void
gather(struct trace *t, const char *line)
{
	char id[TRACE_VALUE], report[TRACE_VALUE];

	if (!trace_value(line, "id", id, sizeof(id)))
		return;
	if (!has_id(t, id) && !trace_matches(line, t->query))
		return;
	add_id(t, id);
	if (trace_value(line, "report", report, sizeof(report)))
		add_id(t, report);
}

static void
print(struct trace *t, const char *line)
{
	char id[TRACE_VALUE];

	if (!trace_value(line, "id", id, sizeof(id)) || !has_id(t, id))
		return;
	if (t->raw)
		puts(line);
	else
		trace_print(line, t->count > 1, stdout);
}

static void
read_file(struct trace *t, const char *folder, const char *name,
    void (*line_is)(struct trace *, const char *))
{
	char path[2048], *line = NULL;
	size_t room = 0;
	ssize_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "re");
	if (f == NULL && errno == ENOENT)
		return;		/* turned over in this moment */
	if (f == NULL)
		die_temp("%s", path);
	while ((n = getline(&line, &room, f)) != -1) {
		if (n > 0 && line[n - 1] == '\n')
			line[n - 1] = '\0';
		line_is(t, line);
	}
	free(line);
	fclose(f);
}

static int
is_events(const struct dirent *e)
{
	return (e->d_name[0] >= '0' && e->d_name[0] <= '9') ||
	    strcmp(e->d_name, "current") == 0;
}

/* Full files bear their time as a name, so `current` sorts last. */
static void
read_all(struct trace *t, void (*line_is)(struct trace *, const char *))
{
	struct dirent **list;
	char folder[1024];
	int i, n;

	ctl_path(folder, sizeof(folder), "events");
	n = scandir(folder, &list, is_events, alphasort);
	if (n == -1)
		die_temp("%s", folder);
	for (i = 0; i < n; i++) {
		read_file(t, folder, list[i]->d_name, line_is);
		free(list[i]);
	}
	free(list);
}

int
main(int argc, char *argv[])
{
	struct trace t = { 0 };
	int c;

	die_name("malote trace");
	while ((c = getopt(argc, argv, "n")) != -1) {
		if (c != 'n')
			break;
		t.raw = true;
	}
	if (c != -1 || argc - optind != 1)
		die(EXIT_USAGE,
		    "usage: malote trace [-n] id|address|message-id");
	t.query = argv[optind];
	t.ids = calloc(IDS_MAX, sizeof(*t.ids));
	if (t.ids == NULL)
		die_temp("trace");
	read_all(&t, gather);
	if (t.count == 0)
		die(EXIT_WRONG, "nothing is known of %s", t.query);
	read_all(&t, print);
	return EXIT_DONE;
}
