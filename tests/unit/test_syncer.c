/* needs: tests/lib/unit queue/syncer queue/sync_kinds queue/sync_system-os -levent_core */
/* queue/syncer: syncs in children, answered in the loop. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "fd.h"
#include "loop.h"

#include "unit.h"

#include "../../queue/syncer.h"

struct seen {
	struct loop	*loop;
	unsigned	 wanted, answered, errors;
	int		 last;
};

static void
on_synced(void *ctx, int error)
{
	struct seen *seen = ctx;

	seen->last = error;
	seen->errors += error != 0;
	if (++seen->answered == seen->wanted)
		loop_stop(seen->loop);
}

static int
open_temp(void)
{
	char name[] = "/tmp/test-syncer.XXXXXX";
	int fd = mkstemp(name);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(unlink(name), 0);
	return fd;
}

START_TEST(each_kind_is_done)
{
	struct seen seen = { .loop = loop_new(), .wanted = 3 };
	struct syncer *s = syncer_new(seen.loop, 2);
	int fd = open_temp();

	ck_assert_int_eq(write(fd, "x", 1), 1);
	ck_assert_int_eq(syncer_ask(s, SYNC_DATA, fd, on_synced, &seen), 0);
	ck_assert_int_eq(syncer_ask(s, SYNC_FILE, fd, on_synced, &seen), 0);
	ck_assert_int_eq(syncer_ask(s, SYNC_SYSTEM, fd, on_synced, &seen), 0);
	ck_assert_uint_eq(seen.answered, 0);
	loop_run(seen.loop);
	ck_assert_uint_eq(seen.answered, 3);
	ck_assert_uint_eq(seen.errors, syncer_has_system ? 0 : 1);
	close(fd);
}
END_TEST

START_TEST(more_than_children_wait)
{
	struct seen seen = { .loop = loop_new(), .wanted = 50 };
	struct syncer *s = syncer_new(seen.loop, 1);
	int i, fd = open_temp();

	for (i = 0; i < 50; i++)
		ck_assert_int_eq(syncer_ask(s, SYNC_DATA, fd, on_synced,
		    &seen), 0);
	loop_run(seen.loop);
	ck_assert_uint_eq(seen.errors, 0);
	close(fd);
}
END_TEST

START_TEST(what_cannot_be_synced_is_an_error)
{
	struct seen seen = { .loop = loop_new(), .wanted = 1 };
	struct syncer *s = syncer_new(seen.loop, 1);
	int pair[2];

	ck_assert_int_eq(pipe(pair), 0);
	ck_assert_int_eq(syncer_ask(s, SYNC_FILE, pair[0], on_synced, &seen),
	    0);
	loop_run(seen.loop);
	ck_assert_int_eq(seen.last, EINVAL);
	close(pair[0]);
	close(pair[1]);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		each_kind_is_done, more_than_children_wait,
		what_cannot_be_synced_is_an_error,
	};

	return unit_run("syncer", tests, countof(tests));
}
