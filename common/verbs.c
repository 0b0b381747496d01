/*
 * The table dispatcher of the edges.  Whatever does not fit the table is
 * refused before any handler sees it.
 */
#include "verbs.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "bundle.h"

static const struct verb *
find(const struct verb *v, size_t n, uint16_t number, unsigned state)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].wire->verb == number && (v[i].states & state) != 0)
			return &v[i];
	return NULL;
}

int
verbs_run_bytes(const struct verb *table, size_t n, unsigned *state,
    void *ctx, const struct bytes *whole, int fd)
{
	union {
		max_align_t	align;
		char		space[WIRE_SIZE_MAX];
	} msg;
	const struct verb *v;

	v = find(table, n, bundle_verb(whole), *state);
	if (v == NULL || (v->wire->fd != 0) != (fd != -1) ||
	    v->wire->size > sizeof(msg) ||
	    frame_read(whole, v->wire, &msg) == -1) {
		if (fd != -1)
			close(fd);
		errno = EPROTO;
		return -1;
	}
	if (v->next != VERB_SAME)
		*state = v->next;
	return v->run(ctx, &msg, fd);
}

int
verbs_run(const struct verb *table, size_t n, unsigned *state, void *ctx,
    const struct frame *frame, int fd)
{
	const struct bytes whole = { frame->data, frame->len };

	return verbs_run_bytes(table, n, state, ctx, &whole, fd);
}
