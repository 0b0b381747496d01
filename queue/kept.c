/* Fates in their packed form. */
#include "kept.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"

struct kept *
kept_new(const struct fate *f, const char *peer, uint64_t last)
{
	size_t status = strlen(f->status), text = strlen(f->text);
	size_t end = strlen(peer);
	struct kept *k;

	if (f->kind == FATE_DEFER && text > KEPT_TEXT)
		text = KEPT_TEXT;
	k = malloc(sizeof(*k) + status + text + end + 3);
	if (k == NULL)
		return NULL;
	k->last = (uint32_t)last;
	k->code = (uint16_t)f->code;
	memcpy(k->text, f->status, status + 1);
	memcpy(k->text + status + 1, f->text, text);
	k->text[status + 1 + text] = '\0';
	memcpy(k->text + status + text + 2, peer, end + 1);
	return k;
}

void
kept_fate(const struct kept *k, struct fate *f)
{
	if (k == NULL) {
		fate_set(f, 451, "4.4.0", "not tried yet");
		return;
	}
	if (fate_make(f, k->code, k->text, k->text + strlen(k->text) + 1) ==
	    -1)
		die_bug("kept: a fate that is none");
}

const char *
kept_peer(const struct kept *k)
{
	const char *p;

	if (k == NULL)
		return "";
	p = k->text + strlen(k->text) + 1;
	return p + strlen(p) + 1;
}
