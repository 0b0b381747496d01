/*
 * The set of what an expansion has met: open addressing, at most half full,
 * so that a list of 100,000 members costs linear time.  Its members come from
 * the administrator's tables, so nobody outside can aim at one slot.
 */
#include "seen.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_AT_FIRST = 64 };

/* FNV-1a, 64 bits. */
static uint64_t
hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325;

	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3;
	return h;
}

/* The slot that holds text, or the free one where it belongs. */
static char **
slot_of(char **slots, size_t room, const char *text)
{
	size_t i = (size_t)hash(text) & (room - 1);

	while (slots[i] != NULL && strcmp(slots[i], text) != 0)
		i = (i + 1) & (room - 1);
	return &slots[i];
}

static int
grow(struct seen *s)
{
	size_t i, room = s->room == 0 ? ROOM_AT_FIRST : s->room * 2;
	char **slots = calloc(room, sizeof(*slots));

	if (slots == NULL)
		return -1;
	for (i = 0; i < s->room; i++)
		if (s->slots[i] != NULL)
			*slot_of(slots, room, s->slots[i]) = s->slots[i];
	free(s->slots);
	s->slots = slots;
	s->room = room;
	return 0;
}

int
seen_add(struct seen *s, const char *text)
{
	char **slot;

	if (s->count >= s->room / 2 && grow(s) == -1)
		return -1;
	slot = slot_of(s->slots, s->room, text);
	if (*slot != NULL)
		return 0;
	*slot = strdup(text);
	if (*slot == NULL)
		return -1;
	s->count++;
	return 1;
}

void
seen_free(struct seen *s)
{
	size_t i;

	for (i = 0; i < s->room; i++)
		free(s->slots[i]);
	free(s->slots);
	memset(s, 0, sizeof(*s));
}
