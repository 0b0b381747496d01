#ifndef TRACE_LINE_H
#define TRACE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * One line of the events files: `TIME PROGRAM PID EVENT key=value…`, see
 * malote-events(5).
 */
#define TRACE_VALUE	1024

/* The value of a key, unescaped and cut at size; false when it has none. */
bool	trace_value(const char *line, const char *key, char *value,
	    size_t size);

/*
 * Whether the line is about query: an id, an address (sender or recipient,
 * without regard to case) or a message-id, with or without its <>.
 */
bool	trace_matches(const char *line, const char *query);

/* The line for people; control bytes in values never reach a terminal. */
void	trace_print(const char *line, bool with_id, FILE *);

#endif
