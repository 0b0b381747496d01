/* Syncs under the control of a test. */
#include "fake_syncer.h"

#include <string.h>

#include "fd.h"

const bool	syncer_has_system = true;

static struct {
	enum sync_kind	 kind;
	void		(*done)(void *, int);
	void		*ctx;
} tasks[64];
static unsigned	count;

int
syncer_ask(struct syncer *s, enum sync_kind kind, int fd,
    void (*done)(void *, int), void *ctx)
{
	(void)s;
	(void)fd;
	if (count == countof(tasks))
		return -1;
	tasks[count].kind = kind;
	tasks[count].done = done;
	tasks[count++].ctx = ctx;
	return 0;
}

int
fake_sync(int error)
{
	void (*done)(void *, int) = tasks[0].done;
	void *ctx = tasks[0].ctx;
	int kind = (int)tasks[0].kind;

	if (count == 0)
		return -1;
	memmove(tasks, tasks + 1, --count * sizeof(tasks[0]));
	done(ctx, error);
	return kind;
}

unsigned
fake_sync_all(void)
{
	unsigned n = 0;

	while (fake_sync(0) != -1)
		n++;
	return n;
}
