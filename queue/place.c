/* Places and jobs: who waits for what, and whose turn it is. */
#include "place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"

static const void *
job_key_of(const struct hash_link *l)
{
	return &((const struct job *)(const void *)l)->key;
}

static uint64_t
key_sum(uint64_t seed, const void *key)
{
	return hash_bytes(seed, key, sizeof(struct job_key));
}

static int
key_same(const void *a, const void *b)
{
	const struct job_key *x = a, *y = b;

	return x->entry == y->entry && x->place == y->place;
}

static const struct hash_type keys = { job_key_of, key_sum, key_same };

int
jobs_init(struct jobs *js)
{
	return hash_init(&js->by_key, &keys);
}

void
place_init(struct place *p)
{
	TAILQ_INIT(&p->jobs);
	p->count = 0;
	p->gathers = false;
}

void
place_init_gathering(struct place *p)
{
	place_init(p);
	p->gathers = true;
}

/* Where the jobs of a message at a place stand. */
static struct job_list *
list_of(const struct job *j)
{
	return j->key.place->gathers ? &j->key.entry->more->coming :
	    &j->key.place->jobs;
}

struct job *
job_find(const struct jobs *js, struct entry *e, struct place *p)
{
	struct job_key key = { e, p };

	return (struct job *)(void *)hash_find(&js->by_key, &key);
}

static struct job *
job_new(struct jobs *js, struct entry *e, struct place *p)
{
	struct job *j;

	if (p->gathers && entry_more(e) == NULL)
		return NULL;
	j = calloc(1, sizeof(*j));
	if (j == NULL)
		return NULL;
	j->key.entry = e;
	j->key.place = p;
	hash_add(&js->by_key, &j->link);
	TAILQ_INSERT_TAIL(list_of(j), j, turn);
	return j;
}

static void
job_free(struct jobs *js, struct job *j)
{
	hash_remove(&js->by_key, &j->link);
	TAILQ_REMOVE(list_of(j), j, turn);
	free(j);
}

int
place_add(struct jobs *js, struct place *p, struct rcpt *r)
{
	struct job *j = job_find(js, r->entry, p);

	if (j == NULL)
		j = job_new(js, r->entry, p);
	if (j == NULL)
		return -1;
	r->job = j;
	r->next = j->last == NULL ? r : j->last->next;
	if (j->last != NULL)
		j->last->next = r;
	j->last = r;
	j->count++;
	p->count++;
	return 0;
}

static struct rcpt *
job_shift(struct job *j)
{
	struct rcpt *r = j->last->next;

	if (r == j->last)
		j->last = NULL;
	else
		j->last->next = r->next;
	j->count--;
	j->key.place->count--;
	r->next = NULL;
	r->job = NULL;
	return r;
}

uint32_t
place_take(struct jobs *js, struct place *p, struct rcpt **to, uint32_t n)
{
	struct job *j = TAILQ_FIRST(&p->jobs);
	uint32_t i = 0;

	if (j == NULL)
		return 0;
	while (i < n && j->last != NULL && (i == 0 || strcmp(
	    rcpt_reverse(j->last->next), rcpt_reverse(to[0])) == 0))
		to[i++] = job_shift(j);
	if (j->last == NULL) {
		job_free(js, j);
		return i;
	}
	TAILQ_REMOVE(&p->jobs, j, turn);
	TAILQ_INSERT_TAIL(&p->jobs, j, turn);
	return i;
}

void
job_first(struct job *j)
{
	struct place *p = j->key.place;

	TAILQ_REMOVE(&p->jobs, j, turn);
	TAILQ_INSERT_HEAD(&p->jobs, j, turn);
}

struct rcpt *
job_dissolve(struct jobs *js, struct job *j)
{
	struct rcpt *r, *first = j->last->next;

	j->key.place->count -= j->count;
	j->last->next = NULL;
	for (r = first; r != NULL; r = r->next)
		r->job = NULL;
	job_free(js, j);
	return first;
}
