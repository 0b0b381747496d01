/*
 * The dispatcher of line protocols.  It trusts nothing in a line but that
 * line.c ended it at a CRLF; a handler never sees a command that its row does
 * not allow.
 */
#include "dialog.h"

#include <string.h>

#include "fd.h"

/* The row for this verb and state, else any row of the verb, else NULL. */
static const struct dialog_verb *
find(const struct dialog *d, const char *name)
{
	const struct dialog_verb *v, *other = NULL;

	for (v = d->verbs; v < d->verbs + d->count; v++) {
		if (strcasecmp(v->name, name) != 0)
			continue;
		if ((v->states & d->state) != 0)
			return v;
		other = v;
	}
	return other;
}

/* Servers should bear blanks before the CRLF [RFC5321 4.1.1]. */
static char *
trim(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	text[len] = '\0';
	return text;
}

static enum dialog_result
run(struct dialog *d, const struct dialog_verb *v, char *argument)
{
	enum dialog_result result;

	if (v->argument != DIALOG_RAW)
		argument = trim(argument);
	if ((v->argument == DIALOG_NONE && *argument != '\0') ||
	    (v->argument == DIALOG_NEED && *argument == '\0'))
		return d->trouble(d->ctx, DIALOG_SYNTAX, v);
	result = v->run(d->ctx, argument);
	if (result == DIALOG_DONE && v->next != DIALOG_SAME)
		d->state = v->next;
	return result;
}

static enum dialog_result
count(struct dialog *d, enum dialog_result result)
{
	if (result != DIALOG_BAD || ++d->bad < d->bad_max)
		return result;
	d->trouble(d->ctx, DIALOG_TOO_MANY, NULL);
	return DIALOG_CLOSE;
}

enum dialog_result
dialog_command(struct dialog *d, char *command)
{
	const struct dialog_verb *v;
	char *rest = command;

	(void)strsep(&rest, " ");
	v = find(d, command);
	if (v == NULL)
		return count(d, d->trouble(d->ctx, DIALOG_UNKNOWN, NULL));
	if ((v->states & d->state) == 0)
		return count(d, d->trouble(d->ctx, DIALOG_ORDER, v));
	return count(d, run(d, v, rest != NULL ? rest :
	    command + strlen(command)));
}

enum dialog_trouble
dialog_why(enum line_result result)
{
	static const enum dialog_trouble troubles[] = {
		[LINE_EOF] = DIALOG_GONE,
		[LINE_TIMEOUT] = DIALOG_TIMEOUT,
		[LINE_STOP] = DIALOG_STOP,
		[LINE_ERROR] = DIALOG_GONE,
		[LINE_LONG] = DIALOG_LONG,
		[LINE_BARE] = DIALOG_BARE
	};

	return troubles[result];
}

static enum dialog_result
unread(struct dialog *d, enum line_result why)
{
	enum dialog_result result;

	result = d->trouble(d->ctx, dialog_why(why), NULL);
	if (why != LINE_LONG && why != LINE_BARE)
		return DIALOG_CLOSE;
	return count(d, result);
}

void
dialog_run(struct dialog *d, struct line *line)
{
	enum dialog_result result = DIALOG_DONE;
	enum line_result got;
	char *text;
	size_t len;

	while (result != DIALOG_CLOSE) {
		/* A handler's own wait may have seen the signal. */
		got = stop_asked() ? LINE_STOP : line_get(line, &text, &len,
		    d->line_max, fd_now() + d->timeout);
		if (got == LINE_OK)
			result = dialog_command(d, text);
		else
			result = unread(d, got);
	}
}
