/*
 * A card in words, for people: `malote status -j`.
 */
#include <stdio.h>

#include "fd.h"
#include "jail.h"
#include "jail_parts.h"

static const struct {
	unsigned	 may;
	const char	*word;
} words[] = {
	{ MAY_LOOP, "loop" }, { MAY_ACCEPT, "accept" },
	{ MAY_CONNECT, "connect" }, { MAY_INET, "inet" },
	{ MAY_PAIR, "pair" }, { MAY_FORK, "fork" }, { MAY_JAIL, "jail" },
	{ MAY_READ, "read" }, { MAY_WRITE, "write" }, { MAY_SYNC, "sync" },
	{ MAY_LOCK, "lock" }, { MAY_EXEC, "exec" }, { MAY_LOOKUP, "lookup" },
	{ MAY_PEER, "peer" },
};

static const struct {
	unsigned	use;
	char		letter;
} letters[] = {
	{ FOLDER_READ, 'r' }, { FOLDER_LIST, 'l' }, { FOLDER_CREATE, 'c' },
	{ FOLDER_REMOVE, 'd' }, { FOLDER_RENAME, 'm' }, { FOLDER_LINK, 'k' },
	{ FOLDER_SUBDIRS, 's' }, { FOLDER_PLACE, 'p' },
};

/* Appends at *at; *at never passes n. */
static void
add(char *text, size_t n, size_t *at, const char *format, const char *word)
{
	int len = snprintf(text + *at, n - *at, format, word);

	if (len > 0)
		*at += (size_t)len < n - *at ? (size_t)len : n - *at - 1;
}

static void
add_folder(char *text, size_t n, size_t *at, const struct card_folder *f)
{
	char use[countof(letters) + 1];
	size_t i, len = 0;

	for (i = 0; i < countof(letters); i++)
		if (f->use & letters[i].use)
			use[len++] = letters[i].letter;
	use[len] = '\0';
	if (len > 0)
		add(text, n, at, " folder:%s", use);
}

void
jail_words(unsigned may, char *text, size_t n)
{
	size_t i, at = 0;

	if (n == 0)
		return;
	text[0] = '\0';
	for (i = 0; i < countof(words); i++)
		if (may & words[i].may)
			add(text, n, &at, " %s", words[i].word);
}

void
jail_describe(const struct card *card, char *text, size_t n)
{
	char may[256], count[32];
	size_t i, at = 0;

	if (n == 0)
		return;
	text[0] = '\0';
	add(text, n, &at, "root:%s", card->root == NULL ? "/" : card->root);
	jail_words(card->may, may, sizeof(may));
	add(text, n, &at, "%s", may);
	for (i = 0; i < CARD_FOLDERS; i++)
		add_folder(text, n, &at, &card->folders[i]);
	snprintf(count, sizeof(count), "%zu", jail_calls(card, NULL, NULL));
	add(text, n, &at, " calls:%s", count);
}
