/*
 * A set of names with the lines they stand on.  The hash is seeded, so that
 * nobody who may choose names of a table can make it slow.
 */
#include "conf_seen.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"

#define ROOM_FIRST	256

struct seen_name {
	struct seen_name	*next;
	uint32_t		 hash;
	unsigned		 line;
	char			 text[];
};

static struct seen_name **
new_heads(size_t room)
{
	struct seen_name **heads = calloc(room, sizeof(*heads));

	if (heads == NULL)
		die_temp("names");
	return heads;
}

void
seen_init(struct seen *seen)
{
	seen->room = ROOM_FIRST;
	seen->heads = new_heads(seen->room);
	seen->count = 0;
	seen->seed = arc4random();
}

void
seen_free(struct seen *seen)
{
	struct seen_name *name;
	size_t i;

	for (i = 0; i < seen->room; i++)
		while ((name = seen->heads[i]) != NULL) {
			seen->heads[i] = name->next;
			free(name);
		}
	free(seen->heads);
}

/* FNV-1a from the seed on. */
static uint32_t
hash_of(const struct seen *seen, const char *text)
{
	uint32_t hash = seen->seed;

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash ^ hash >> 16;
}

static void
link_in(struct seen_name **heads, size_t room, struct seen_name *name)
{
	struct seen_name **head = &heads[name->hash & (room - 1)];

	name->next = *head;
	*head = name;
}

static void
grow(struct seen *seen)
{
	size_t room = seen->room * 2, i;
	struct seen_name **heads = new_heads(room), *name;

	for (i = 0; i < seen->room; i++)
		while ((name = seen->heads[i]) != NULL) {
			seen->heads[i] = name->next;
			link_in(heads, room, name);
		}
	free(seen->heads);
	seen->heads = heads;
	seen->room = room;
}

unsigned
seen_add(struct seen *seen, const char *text, unsigned line)
{
	uint32_t hash = hash_of(seen, text);
	size_t size = strlen(text) + 1;
	struct seen_name *name;

	name = seen->heads[hash & (seen->room - 1)];
	for (; name != NULL; name = name->next)
		if (name->hash == hash && strcmp(name->text, text) == 0)
			return name->line;
	if (++seen->count > seen->room)
		grow(seen);
	name = malloc(sizeof(*name) + size);
	if (name == NULL)
		die_temp("names");
	name->hash = hash;
	name->line = line;
	memcpy(name->text, text, size);
	link_in(seen->heads, seen->room, name);
	return 0;
}
