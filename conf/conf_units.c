/*
 * Numbers, sizes, spans of time and names from plain text, and back for
 * messages.
 */
#include "conf_values.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "fd.h"

struct unit {
	char		letter;
	uint64_t	worth;
};

static const struct unit	size_units[] = {
	{ 'G', 1024 * 1024 * 1024 }, { 'M', 1024 * 1024 }, { 'K', 1024 }
};
static const struct unit	span_units[] = {
	{ 'w', 604800 }, { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 }
};

#define DIGITS		"0123456789"
#define DIGITS_MAX	15	/* no product with a unit overflows */

bool
value_number(const char *text, uint64_t *number)
{
	size_t n = strspn(text, DIGITS);

	if (n == 0 || n > DIGITS_MAX || text[n] != '\0')
		return false;
	*number = strtoull(text, NULL, 10);
	return true;
}

static bool
with_unit(const char *text, const struct unit *units, size_t n, uint64_t *v)
{
	char digits[DIGITS_MAX + 1];
	size_t len = strspn(text, DIGITS), i;

	if (len == 0 || len > DIGITS_MAX - 6 || strlen(text) != len + 1)
		return false;
	(void)strlcpy(digits, text, len + 1);
	for (i = 0; i < n; i++)
		if (units[i].letter == text[len]) {
			*v = strtoull(digits, NULL, 10) * units[i].worth;
			return true;
		}
	return false;
}

bool
value_size(const char *text, uint64_t *v)
{
	return value_number(text, v) ||
	    with_unit(text, size_units, countof(size_units), v);
}

bool
value_span(const char *text, uint64_t *v)
{
	return with_unit(text, span_units, countof(span_units), v);
}

/* In the largest unit that divides it. */
static void
to_text(char buf[32], uint64_t v, const struct unit *units, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v >= units[i].worth && v % units[i].worth == 0)
			break;
	if (i == n)
		(void)snprintf(buf, 32, "%" PRIu64, v);
	else
		(void)snprintf(buf, 32, "%" PRIu64 "%c",
		    v / units[i].worth, units[i].letter);
}

void
value_size_text(char buf[32], uint64_t v)
{
	to_text(buf, v, size_units, countof(size_units));
}

void
value_span_text(char buf[32], uint64_t v)
{
	if (v == 0)
		(void)strlcpy(buf, "0s", 32);
	else
		to_text(buf, v, span_units, countof(span_units));
}

#define LETTERS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"

bool
value_is_owner(const char *text)
{
	uint64_t number;
	size_t n = strlen(text);

	if (value_number(text, &number))
		return number <= INT32_MAX;
	return n > 0 && n <= 32 && strchr(LETTERS, text[0]) != NULL &&
	    text[strspn(text, LETTERS DIGITS ".-")] == '\0';
}

bool
value_is_name(const char *text)
{
	return *text != '\0' && *text != '.' && *text != '-' &&
	    text[strspn(text, LETTERS DIGITS ".-")] == '\0';
}

bool
value_domain(const char *text, char *buf)
{
	size_t i, n = strlen(text);

	if (n > LIMIT_DOMAIN || !addr_domain_ok(text))
		return false;
	for (i = 0; i <= n; i++)
		buf[i] = text[i] >= 'A' && text[i] <= 'Z' ?
		    (char)(text[i] - 'A' + 'a') : text[i];
	return true;
}
