/*
 * Message ids.  Time first, so that a listing of the queue is in order of
 * age; then chance, so that two sources of ids do not meet.
 */
#include "id.h"

#include <stdlib.h>
#include <string.h>

#include "date.h"

enum {
	TIME_CHARS = 11, CHANCE_CHARS = 5, BASE = 62,
	CHANCES = BASE * BASE * BASE * BASE * BASE
};

static const char	digits[] =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

void
id_after(struct id_source *source, const char *id)
{
	uint64_t time = id_time(id);

	if (time > source->last)
		source->last = time;
}

void
id_next(struct id_source *source, char id[ID_SIZE])
{
	uint64_t time = (uint64_t)date_now();
	uint32_t chance = arc4random_uniform(CHANCES);
	int i;

	if (time <= source->last)
		time = source->last + 1;
	source->last = time;
	for (i = TIME_CHARS - 1; i >= 0; i--, time /= BASE)
		id[i] = digits[time % BASE];
	for (i = TIME_CHARS; i < TIME_CHARS + CHANCE_CHARS; i++, chance /= BASE)
		id[i] = digits[chance % BASE];
	id[i] = '\0';
}

bool
id_ok(const char *text)
{
	size_t n = strspn(text, digits);

	return n > 0 && n <= LIMIT_ID && text[n] == '\0';
}

uint64_t
id_time(const char *id)
{
	uint64_t time = 0, digit;
	int i;

	if (!id_ok(id) || strlen(id) != TIME_CHARS + CHANCE_CHARS)
		return 0;
	for (i = 0; i < TIME_CHARS; i++) {
		digit = (uint64_t)(strchr(digits, id[i]) - digits);
		if (time > (UINT64_MAX - digit) / BASE)
			return 0;
		time = time * BASE + digit;
	}
	return time;
}
