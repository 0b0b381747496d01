/*
 * The string builder.  It trusts nothing but its own struct: every addition
 * compares with the room that remains below the maximum, so that no length
 * from outside can overflow a sum.
 */
#include "str.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char	empty[1] = "";

void
str_init(struct str *s, size_t max)
{
	s->data = empty;
	s->len = 0;
	s->cap = 0;
	s->max = max;
	s->failed = false;
}

void
str_free(struct str *s)
{
	if (s->cap != 0)
		free(s->data);
	str_init(s, s->max);
}

void
str_clear(struct str *s)
{
	s->len = 0;
	s->failed = false;
	if (s->cap != 0)
		s->data[0] = '\0';
}

static int
fail(struct str *s, int error)
{
	s->failed = true;
	errno = error;
	return -1;
}

/* Makes room for n more bytes and the final NUL. */
static int
reserve(struct str *s, size_t n)
{
	size_t need, cap;
	char *p;

	if (s->failed)
		return fail(s, EMSGSIZE);
	if (n > s->max - s->len)
		return fail(s, EMSGSIZE);
	need = s->len + n + 1;
	if (need <= s->cap)
		return 0;
	cap = s->cap < 64 ? 64 : s->cap;
	while (cap < need)
		cap *= 2;
	if (cap > s->max + 1)
		cap = s->max + 1;
	p = realloc(s->cap == 0 ? NULL : s->data, cap);
	if (p == NULL)
		return fail(s, ENOMEM);
	s->data = p;
	s->cap = cap;
	return 0;
}

int
str_add(struct str *s, const void *p, size_t n)
{
	if (reserve(s, n) == -1)
		return -1;
	if (n != 0)
		memcpy(s->data + s->len, p, n);
	s->len += n;
	s->data[s->len] = '\0';
	return 0;
}

int
str_puts(struct str *s, const char *text)
{
	return str_add(s, text, strlen(text));
}

int
str_putc(struct str *s, char c)
{
	return str_add(s, &c, 1);
}

int
str_printf(struct str *s, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0)
		return fail(s, EINVAL);
	if (reserve(s, (size_t)n) == -1)
		return -1;
	va_start(ap, format);
	(void)vsnprintf(s->data + s->len, (size_t)n + 1, format, ap);
	va_end(ap);
	s->len += (size_t)n;
	return 0;
}

void
str_drop(struct str *s, size_t n)
{
	if (n == 0)
		return;
	memmove(s->data, s->data + n, s->len - n);
	s->len -= n;
	s->data[s->len] = '\0';
}
