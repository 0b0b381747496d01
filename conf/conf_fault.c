/*
 * Faults of a configuration or table file, printed for the administrator who
 * wrote it.  Never prints a password hash: callers quote names alone.
 */
#include "conf_fault.h"

#include <stdarg.h>

void
faults_init(struct faults *f, FILE *to)
{
	f->to = to;
	f->count = 0;
}

void
fault(struct faults *f, const char *file, unsigned line, const char *format,
    ...)
{
	va_list ap;

	f->count++;
	if (f->count > FAULTS_SHOWN + 1)
		return;
	fprintf(f->to, "%s:%u: ", file, line);
	if (f->count > FAULTS_SHOWN) {
		fputs("there is more, not shown\n", f->to);
		return;
	}
	va_start(ap, format);
	vfprintf(f->to, format, ap);
	va_end(ap);
	fputc('\n', f->to);
}

bool
faults_full(const struct faults *f)
{
	return f->count > FAULTS_SHOWN;
}
