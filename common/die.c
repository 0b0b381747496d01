/*
 * The ends of a program.  Messages go to stderr, which malote keeps open on
 * its own; what a stranger wrote never appears in them.
 */
#include "die.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char	*name = "malote";

void
die_name(const char *program)
{
	name = program;
}

static void
last_line(const char *format, va_list ap, int error)
{
	char text[512];

	(void)vsnprintf(text, sizeof(text), format, ap);
	if (error != 0)
		fprintf(stderr, "%s: %s: %s\n", name, text, strerror(error));
	else
		fprintf(stderr, "%s: %s\n", name, text);
}

void
die_temp(const char *format, ...)
{
	int error = errno;
	va_list ap;

	va_start(ap, format);
	last_line(format, ap, error);
	va_end(ap);
	exit(EXIT_TEMP);
}

void
die(enum exit_code code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	last_line(format, ap, 0);
	va_end(ap);
	exit((int)code);
}

void
die_bug(const char *what)
{
	fprintf(stderr, "%s: bug: %s\n", name, what);
	abort();
}
