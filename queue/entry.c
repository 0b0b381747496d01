/*
 * Messages and recipients in memory.  A message, its first recipients and
 * all their texts are one piece of memory; later recipients come in blocks
 * that double, so that finding one by its index looks at a few blocks only.
 */
#include "entry.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

/* Recipients that joined later, together. */
struct block {
	struct block	*older;
	uint32_t	 first;		/* index of the first of them */
	uint32_t	 count, room;
	struct rcpt	 rcpts[];
};

/* Their texts. */
struct extra {
	struct extra	*next;
	char		 text[];
};

static const void *
entry_key(const struct hash_link *l)
{
	return ((const struct entry *)(const void *)l)->id;
}

static uint64_t
id_sum(uint64_t seed, const void *id)
{
	return hash_bytes(seed, id, strlen(id));
}

static int
id_same(const void *a, const void *b)
{
	return strcmp(a, b) == 0;
}

static const struct hash_type ids = { entry_key, id_sum, id_same };

int
entries_init(struct entries *es, struct dues *dues, struct dues *retries)
{
	memset(es, 0, sizeof(*es));
	TAILQ_INIT(&es->all);
	es->dues = dues;
	es->retries = retries;
	if (kepts_init(&es->kepts) == -1)
		return -1;
	return hash_init(&es->by_id, &ids);
}

struct entry *
entry_find(const struct entries *es, const char *id)
{
	return (struct entry *)(void *)hash_find(&es->by_id, id);
}

struct entry *
entry_of_due(struct due *due)
{
	return (struct entry *)(void *)((char *)due -
	    offsetof(struct entry, due));
}

/* Writes n recipients of a roll to r. */
static void
fill(struct entry *e, struct rcpt *r, enum rcpt_state state,
    const uint32_t *parent, const char *text, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++, r++, text += packed_size(text)) {
		memset(r, 0, sizeof(*r));
		r->due.kind = DUE_RCPT;
		r->entry = e;
		r->flags = (uint8_t)*text++;
		r->packed = text;
		r->index = e->count++;
		r->parent = parent == NULL ? r->index : *parent;
		r->state = (uint8_t)state;
	}
	e->open += n;
	e->moving += n;
	e->asking += state == RCPT_ASKING ? n : 0;
}

static void
set_facts(struct entry *e, const struct message *m)
{
	char body[16];

	e->due.kind = DUE_ENTRY;
	e->arrival = (uint32_t)m->arrival;
	e->offset = (uint32_t)m->offset;
	e->size = m->size;
	if (message_param(m->params, "BODY", body, sizeof(body)) &&
	    strcmp(body, "8BITMIME") == 0)
		e->flags |= ENTRY_8BIT;
}

static void
unpromise(struct entries *es, uint32_t messages, uint32_t rcpts)
{
	due_release(es->dues, messages);
	due_release(es->retries, rcpts);
}

/* Room for their times. */
static int
promise(struct entries *es, uint32_t messages, uint32_t rcpts)
{
	if (due_promise(es->dues, messages) == -1)
		return -1;
	if (due_promise(es->retries, rcpts) == 0)
		return 0;
	due_release(es->dues, messages);
	return -1;
}

struct entry *
entry_new(struct entries *es, const struct message *m, const struct roll *roll)
{
	size_t id = strlen(m->id) + 1, sender = strlen(m->sender) + 1;
	size_t rcpts = (size_t)roll->count * sizeof(struct rcpt);
	struct entry *e;
	char *text;

	if (promise(es, 1, roll->count) == -1)
		return NULL;
	e = malloc(sizeof(*e) + rcpts + id + sender + roll->text.len);
	if (e == NULL) {
		unpromise(es, 1, roll->count);
		return NULL;
	}
	memset(e, 0, sizeof(*e));
	e->originals = roll->count;
	text = (char *)(e + 1) + rcpts;
	e->id = memcpy(text, m->id, id);
	e->sender = memcpy(text + id, m->sender, sender);
	text = memcpy(text + id + sender, roll->text.data, roll->text.len);
	set_facts(e, m);
	fill(e, e->rcpts, RCPT_ASKING, NULL, text, roll->count);
	hash_add(&es->by_id, &e->link);
	TAILQ_INSERT_TAIL(&es->all, e, all);
	if (strcmp(e->id, es->newest) > 0)
		(void)strlcpy(es->newest, e->id, sizeof(es->newest));
	es->rcpts += roll->count;
	return e;
}

/* A block with room for n more: the newest, or one more. */
static struct block *
block_for(struct entry *e, uint32_t n)
{
	struct block *b = e->more->blocks;

	if (b != NULL && b->room - b->count >= n)
		return b;
	if (n < e->count)
		n = e->count;
	b = calloc(1, sizeof(*b) + (size_t)n * sizeof(struct rcpt));
	if (b == NULL)
		return NULL;
	b->older = e->more->blocks;
	b->first = e->count;
	b->room = n;
	e->more->blocks = b;
	return b;
}

int
entry_add(struct entries *es, struct entry *e, uint32_t parent,
    const struct roll *roll)
{
	struct extra *extra;
	struct block *b;

	if (roll->count == 0)
		return 0;
	if (due_promise(es->retries, roll->count) == -1)
		return -1;
	extra = malloc(sizeof(*extra) + roll->text.len);
	b = extra == NULL || entry_more(e) == NULL ? NULL :
	    block_for(e, roll->count);
	if (b == NULL) {
		free(extra);
		due_release(es->retries, roll->count);
		errno = ENOMEM;
		return -1;
	}
	memcpy(extra->text, roll->text.data, roll->text.len);
	extra->next = e->more->extras;
	e->more->extras = extra;
	fill(e, &b->rcpts[b->count], RCPT_SYNCING, &parent, extra->text,
	    roll->count);
	b->count += roll->count;
	es->rcpts += roll->count;
	return 0;
}

static void
free_rcpts(struct entries *es, struct rcpt *r, uint32_t n)
{
	for (; n > 0; n--, r++) {
		due_clear(es->retries, &r->due);
		free(r->extension);
		kept_release(&es->kepts, r->kept);
	}
}

static void
free_more(struct entries *es, struct more *more)
{
	struct reported *reported;
	struct extra *extra;
	struct block *b;

	while ((b = more->blocks) != NULL) {
		more->blocks = b->older;
		free_rcpts(es, b->rcpts, b->count);
		free(b);
	}
	while ((extra = more->extras) != NULL) {
		more->extras = extra->next;
		free(extra);
	}
	while ((reported = more->reported) != NULL) {
		more->reported = reported->next;
		free(reported);
	}
	free(more->faces);
	free(more);
}

void
entry_free(struct entries *es, struct entry *e)
{
	hash_remove(&es->by_id, &e->link);
	TAILQ_REMOVE(&es->all, e, all);
	es->rcpts -= e->count;
	due_clear(es->dues, &e->due);
	free_rcpts(es, e->rcpts, e->originals);
	if (e->more != NULL)
		free_more(es, e->more);
	unpromise(es, 1, e->count);
	free(e);
}

struct more *
entry_more(struct entry *e)
{
	if (e->more != NULL)
		return e->more;
	e->more = calloc(1, sizeof(*e->more));
	if (e->more != NULL)
		TAILQ_INIT(&e->more->coming);
	return e->more;
}

struct job *
entry_coming(const struct entry *e)
{
	return e->more == NULL ? NULL : TAILQ_FIRST(&e->more->coming);
}

const struct reported *
entry_reports(const struct entry *e)
{
	return e->more == NULL ? NULL : e->more->reported;
}

struct rcpt *
entry_rcpt(const struct entry *e, uint32_t index)
{
	struct block *b;

	if (index >= e->count)
		return NULL;
	if (index < e->originals)
		return (struct rcpt *)(uintptr_t)&e->rcpts[index];
	for (b = e->more->blocks; b->first > index; b = b->older)
		;
	return &b->rcpts[index - b->first];
}

const char *
entry_report(const struct entry *e, uint32_t serial)
{
	const struct reported *r = entry_reports(e);

	while (r != NULL && r->serial != serial)
		r = r->next;
	return r == NULL ? NULL : r->id;
}

int
entry_set_report(struct entry *e, uint32_t serial, const char *id)
{
	size_t n = strlen(id) + 1;
	struct reported *r;

	if (entry_more(e) == NULL || (r = malloc(sizeof(*r) + n)) == NULL)
		return -1;
	r->serial = serial;
	memcpy(r->id, id, n);
	r->next = e->more->reported;
	e->more->reported = r;
	return 0;
}
