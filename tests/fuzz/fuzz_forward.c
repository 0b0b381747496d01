/* needs: local/forward */
/* The reader of .forward files, and the splitter of its commands. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../local/forward.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Each command that was taken must split again, into words that lie in it. */
static void
split_again(const struct forward_item *item)
{
	char *copy = strdup(item->text), *words[FORWARD_WORDS + 1];
	const char *why;
	size_t n = strlen(item->text);
	int i, count;

	if (copy == NULL)
		return;
	count = forward_split(copy, words, &why);
	if (count < 1 || words[count] != NULL)
		abort();
	for (i = 0; i < count; i++)
		if (words[i] < copy || words[i] > copy + n ||
		    strlen(words[i]) > n)
			abort();
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct forward *f = malloc(sizeof(*f));
	size_t i;

	if (f == NULL || size > FORWARD_SIZE) {
		free(f);
		return 0;
	}
	memcpy(f->text, data, size);
	if (forward_parse(f, size, "ana", "ana@example.org") == -1) {
		if (f->fault == NULL || f->line == 0)
			abort();
		f->count = 0;
	}
	for (i = 0; i < f->count; i++) {
		if (f->items[i].text < f->text ||
		    f->items[i].text > f->text + size)
			abort();
		if (f->items[i].kind == FORWARD_PROGRAM)
			split_again(&f->items[i]);
	}
	free(f);
	return 0;
}
