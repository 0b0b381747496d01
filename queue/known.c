/*
 * Leaves out recipients that a message has already, in time proportional to
 * the recipients: a table of their addresses is made for one expansion and
 * thrown away.
 */
#include "known.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "entry.h"
#include "hash.h"

/* Texts of recipients by address; open addressing. */
struct faces {
	const char	**slots;
	size_t		 size;		/* a power of two, at most half full */
	uint64_t	 seed;
};

static const char *
domain_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at == NULL ? address + strlen(address) : at;
}

bool
address_same(const char *a, const char *b)
{
	const char *x = domain_of(a), *y = domain_of(b);

	return x - a == y - b && memcmp(a, b, (size_t)(x - a)) == 0 &&
	    strcasecmp(x, y) == 0;
}

static size_t
first_slot(const struct faces *f, const char *address)
{
	const char *domain = domain_of(address);
	uint64_t sum;
	char c;

	sum = hash_bytes(f->seed, address, (size_t)(domain - address));
	for (; *domain != '\0'; domain++) {
		c = *domain;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		sum = hash_bytes(sum, &c, 1);
	}
	return (size_t)(sum ^ sum >> 32) & (f->size - 1);
}

/* Where the address stands, or would. */
static const char **
face_slot(const struct faces *f, const char *address)
{
	size_t i = first_slot(f, address);

	while (f->slots[i] != NULL && !address_same(f->slots[i], address))
		i = (i + 1) & (f->size - 1);
	return &f->slots[i];
}

static int
faces_init(struct faces *f, size_t n)
{
	f->size = 16;
	while (f->size < 2 * n)
		f->size *= 2;
	arc4random_buf(&f->seed, sizeof(f->seed));
	f->slots = calloc(f->size, sizeof(*f->slots));
	return f->slots == NULL ? -1 : 0;
}

static void
add_entry(struct faces *f, const struct entry *e)
{
	const struct rcpt *r;
	uint32_t i;

	for (i = 0; i < e->count; i++) {
		r = entry_rcpt(e, i);
		if (!(r->flags & RCPT_FORWARDED))
			*face_slot(f, rcpt_address(r)) = rcpt_address(r);
	}
}

static int
filter(struct known *k, struct faces *faces, const struct roll *roll,
    struct kept *const *fates)
{
	const char *packed, **slot;
	unsigned flags;
	size_t i, at = 0;

	for (i = 0; (packed = roll_next(roll, &at, &flags)) != NULL; i++) {
		slot = face_slot(faces, packed);
		if (*slot != NULL)
			continue;
		*slot = packed;
		if (fates != NULL)
			k->fates[k->roll.count] = fates[i];
		if (roll_copy(&k->roll, flags, packed) == -1)
			return -1;
	}
	return 0;
}

int
known_filter(struct known *k, const struct entry *e, const struct roll *roll,
    struct kept *const *fates)
{
	struct faces faces = { 0 };
	int result = -1;

	roll_init(&k->roll);
	k->fates = NULL;
	if (fates != NULL)
		k->fates = calloc((size_t)roll->count + 1, sizeof(*fates));
	if ((fates == NULL || k->fates != NULL) &&
	    faces_init(&faces, (size_t)e->count + roll->count) == 0) {
		add_entry(&faces, e);
		result = filter(k, &faces, roll, fates);
	}
	free(faces.slots);
	if (result == -1) {
		known_free(k);
		errno = ENOMEM;
	}
	return result;
}

void
known_free(struct known *k)
{
	roll_free(&k->roll);
	free(k->fates);
}
