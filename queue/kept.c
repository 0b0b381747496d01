/* Fates in their packed form, and who shares them. */
#include "kept.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"

/* Bytes of the three texts with their NULs. */
static size_t
text_size(const struct kept *k)
{
	const char *peer = kept_peer(k);

	return (size_t)(peer - k->text) + strlen(peer) + 1;
}

static const void *
kept_key(const struct hash_link *l)
{
	return l;
}

static uint64_t
kept_sum(uint64_t seed, const void *key)
{
	const struct kept *k = key;

	return hash_bytes(seed + k->code, k->text, text_size(k));
}

static int
kept_same(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;
	size_t n = text_size(x);

	return x->code == y->code && text_size(y) == n &&
	    memcmp(x->text, y->text, n) == 0;
}

static const struct hash_type fates = { kept_key, kept_sum, kept_same };

int
kepts_init(struct kepts *ks)
{
	return hash_init(&ks->by_text, &fates);
}

struct kept *
kept_new(const struct fate *f, const char *peer)
{
	size_t status = strlen(f->status), text = strlen(f->text);
	size_t end = strlen(peer);
	struct kept *k;

	if (f->kind == FATE_DEFER && text > KEPT_TEXT)
		text = KEPT_TEXT;
	k = malloc(sizeof(*k) + status + text + end + 3);
	if (k == NULL)
		return NULL;
	k->users = 0;
	k->code = (uint16_t)f->code;
	memcpy(k->text, f->status, status + 1);
	memcpy(k->text + status + 1, f->text, text);
	k->text[status + 1 + text] = '\0';
	memcpy(k->text + status + text + 2, peer, end + 1);
	return k;
}

struct kept *
kept_share(struct kepts *ks, struct kept *k)
{
	struct kept *known;

	if (k == NULL)
		return NULL;
	known = (struct kept *)(void *)hash_find(&ks->by_text, k);
	if (known != NULL) {
		free(k);
		k = known;
	} else
		hash_add(&ks->by_text, &k->link);
	k->users++;
	return k;
}

void
kept_release(struct kepts *ks, struct kept *k)
{
	if (k == NULL || --k->users > 0)
		return;
	hash_remove(&ks->by_text, &k->link);
	free(k);
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
