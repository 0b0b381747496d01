/*
 * Leaves out recipients that a message has already, in time proportional to
 * what is new: a table of the message's addresses is made at its first
 * expansion and follows it from then on.
 */
#include "known.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "entry.h"
#include "hash.h"

/* Below this a table is made faster than it is kept. */
enum { KEEP_FROM = 1000, SLOTS_MIN = 16 };

/* Recipients by address, each with a slot of its own; open addressing. */
struct faces {
	uint64_t	 seed;
	size_t		 size;		/* a power of two, at most half full */
	size_t		 count;
	uint32_t	 slots[];	/* index of a recipient + 1 */
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
slot_of(uint64_t seed, size_t size, const char *address)
{
	const char *domain = domain_of(address);
	uint64_t sum;
	char c;

	sum = hash_bytes(seed, address, (size_t)(domain - address));
	for (; *domain != '\0'; domain++) {
		c = *domain;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		sum = hash_bytes(sum, &c, 1);
	}
	return (size_t)(sum ^ sum >> 32) & (size - 1);
}

static size_t
size_for(size_t n)
{
	size_t size = SLOTS_MIN;

	while (size < 2 * n)
		size *= 2;
	return size;
}

/* --- the recipients of a message -------------------------------------- */

static void
faces_add(struct faces *f, const struct entry *e, uint32_t from)
{
	size_t i;

	for (; from < e->count; from++) {
		i = slot_of(f->seed, f->size,
		    rcpt_address(entry_rcpt(e, from)));
		while (f->slots[i] != 0)
			i = (i + 1) & (f->size - 1);
		f->slots[i] = from + 1;
		f->count++;
	}
}

/* A table of all recipients with room for n more: 0 or -1. */
static int
faces_for(struct entry *e, size_t n)
{
	size_t size = size_for((size_t)e->count + n);
	struct more *more = entry_more(e);
	struct faces *f = more == NULL ? NULL : more->faces;

	if (f != NULL && f->size >= 2 * ((size_t)e->count + n))
		return 0;
	f = more == NULL ? NULL :
	    calloc(1, sizeof(*f) + size * sizeof(*f->slots));
	if (f == NULL)
		return -1;
	f->size = size;
	arc4random_buf(&f->seed, sizeof(f->seed));
	faces_add(f, e, 0);
	free(more->faces);
	more->faces = f;
	return 0;
}

static bool
is_known(const struct entry *e, const char *address)
{
	const struct faces *f = e->more->faces;
	const struct rcpt *r;
	size_t i = slot_of(f->seed, f->size, address);

	for (; f->slots[i] != 0; i = (i + 1) & (f->size - 1)) {
		r = entry_rcpt(e, f->slots[i] - 1);
		if (!(r->flags & RCPT_FORWARDED) &&
		    address_same(rcpt_address(r), address))
			return true;
	}
	return false;
}

void
known_added(struct entry *e, uint32_t first)
{
	struct faces *f = e->more == NULL ? NULL : e->more->faces;

	if (f != NULL && (e->count < KEEP_FROM || f->count != first ||
	    f->size < 2 * (size_t)e->count))
		known_forget(e);
	else if (f != NULL)
		faces_add(f, e, first);
}

void
known_forget(struct entry *e)
{
	if (e->more == NULL)
		return;
	free(e->more->faces);
	e->more->faces = NULL;
}

/* --- a roll ----------------------------------------------------------- */

/* Addresses of the roll itself: each once. */
struct names {
	const char	**slots;
	size_t		 size;
	uint64_t	 seed;
};

static int
names_init(struct names *n, size_t count)
{
	n->size = size_for(count);
	arc4random_buf(&n->seed, sizeof(n->seed));
	n->slots = calloc(n->size, sizeof(*n->slots));
	return n->slots == NULL ? -1 : 0;
}

/* Whether the address was not there yet. */
static bool
names_add(struct names *n, const char *address)
{
	size_t i = slot_of(n->seed, n->size, address);

	while (n->slots[i] != NULL) {
		if (address_same(n->slots[i], address))
			return false;
		i = (i + 1) & (n->size - 1);
	}
	n->slots[i] = address;
	return true;
}

/* The places of those that are new: their number. */
static uint32_t
pick(uint32_t *from, const struct entry *e, struct names *names,
    const struct roll *roll)
{
	const char *packed;
	uint32_t i, n = 0;
	unsigned flags;
	size_t at = 0;

	for (i = 0; (packed = roll_next(roll, &at, &flags)) != NULL; i++)
		if (!is_known(e, packed) && names_add(names, packed))
			from[n++] = i;
	return n;
}

static int
copy(struct known *k, const struct roll *roll, uint32_t count)
{
	const char *packed;
	uint32_t i, n = 0;
	unsigned flags;
	size_t at = 0;

	for (i = 0; n < count; i++) {
		packed = roll_next(roll, &at, &flags);
		if (k->from[n] != i)
			continue;
		if (roll_copy(&k->some, flags, packed) == -1)
			return -1;
		n++;
	}
	k->roll = &k->some;
	return 0;
}

int
known_filter(struct known *k, struct entry *e, const struct roll *roll)
{
	struct names names = { 0 };
	uint32_t count;
	int result = -1;

	roll_init(&k->some);
	k->roll = roll;
	k->from = calloc((size_t)roll->count + 1, sizeof(*k->from));
	if (k->from != NULL && names_init(&names, roll->count) == 0 &&
	    faces_for(e, roll->count) == 0) {
		count = pick(k->from, e, &names, roll);
		result = count == roll->count ? 0 : copy(k, roll, count);
	}
	free(names.slots);
	if (result == -1) {
		known_free(k);
		errno = ENOMEM;
	}
	return result;
}

void
known_free(struct known *k)
{
	roll_free(&k->some);
	free(k->from);
}
