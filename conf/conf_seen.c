/*
 * A set of names with the lines they stand on: a balanced tree of the C
 * library, so that a large table costs n log n whatever its names are.
 */
#include "conf_seen.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

struct name {
	unsigned	line;
	char		text[];
};

static int
compare(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	return strcmp(x->text, y->text);
}

void
seen_init(struct seen *seen)
{
	seen->root = NULL;
}

void
seen_free(struct seen *seen)
{
	struct name *name;

	while (seen->root != NULL) {
		name = *(struct name **)seen->root;
		tdelete(name, &seen->root, compare);
		free(name);
	}
}

unsigned
seen_add(struct seen *seen, const char *text, unsigned line)
{
	size_t size = strlen(text) + 1;
	struct name *name = malloc(sizeof(*name) + size), **found;

	if (name == NULL)
		die_temp("names");
	name->line = line;
	memcpy(name->text, text, size);
	found = tsearch(name, &seen->root, compare);
	if (found == NULL)
		die_temp("names");
	if (*found == name)
		return 0;
	free(name);
	return (*found)->line;
}
