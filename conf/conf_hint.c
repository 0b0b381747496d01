/*
 * Guesses what a mistyped word was meant to be: Damerau's distance (optimal
 * string alignment) to every known word.  Words are short and few.
 */
#include "conf_hint.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "fd.h"

#define LONGEST	40	/* longer words have no near ones */

static unsigned
smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Both words are at most LONGEST bytes long. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned rows[3][LONGEST + 1], *old = rows[0], *last = rows[1];
	unsigned *now = rows[2], *spare;
	size_t la = strlen(a), lb = strlen(b), i, k;

	for (k = 0; k <= lb; k++)
		last[k] = (unsigned)k;
	for (i = 1; i <= la; i++) {
		now[0] = (unsigned)i;
		for (k = 1; k <= lb; k++) {
			now[k] = last[k - 1] + (a[i - 1] != b[k - 1]);
			now[k] = smaller(now[k], last[k] + 1);
			now[k] = smaller(now[k], now[k - 1] + 1);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
			    a[i - 2] == b[k - 1])
				now[k] = smaller(now[k], old[k - 2] + 1);
		}
		spare = old;
		old = last;
		last = now;
		now = spare;
	}
	return last[lb];
}

const char *
hint_nearest(const char *word, const char *const *names, size_t n)
{
	size_t length = strlen(word), best = (length + 2) / 3 + 1, other, d, i;
	const char *nearest = NULL;

	if (length > LONGEST)
		return NULL;
	for (i = 0; i < n; i++) {
		other = names[i] == NULL ? LONGEST + 1 : strlen(names[i]);
		/* Each letter more or less is one slip already. */
		if (other > LONGEST || other >= length + best ||
		    length >= other + best)
			continue;
		d = strcasecmp(word, names[i]) == 0 ? 0 :
		    distance(word, names[i]);
		if (d < best) {
			best = d;
			nearest = names[i];
		}
	}
	return nearest;
}

const char *
hint_text(char buf[HINT_SIZE], const char *word, const char *const *names,
    size_t n)
{
	const char *nearest = hint_nearest(word, names, n);

	buf[0] = '\0';
	if (nearest != NULL)
		(void)snprintf(buf, HINT_SIZE, "; did you mean \"%s\"?",
		    nearest);
	return buf;
}
