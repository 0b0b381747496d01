/* needs: tests/lib/unit queue/settling */
/* Settling in batches: what a sync makes safe and durable, when it is begun,
 * and what becomes of a batch whose sync fails, hangs or loses its syncer. */
#include <stdlib.h>
#include <string.h>

#include "../../queue/settling.h"
#include "fd.h"
#include "unit.h"

enum { DISK = 7, OTHER = 8, MOST = 100, ITEMS = 8 };

/* The world around the module: what it asked for, in letters. */
struct world {
	struct settling		*s;
	struct unsettled	 u[ITEMS];
	char			 log[256];
	int64_t			 now;
};

static void
note(struct world *w, char what, int who)
{
	size_t n = strlen(w->log);

	ck_assert_uint_lt(n, sizeof(w->log) - 4);
	w->log[n] = what;
	w->log[n + 1] = (char)('0' + who);
	w->log[n + 2] = ' ';
	w->log[n + 3] = '\0';
}

static int
number(const struct world *w, const struct unsettled *u)
{
	return (int)(u - w->u);
}

static void
on_sync(void *ctx, uint64_t device)
{
	note(ctx, 'S', (int)device);
}

static void
on_place(void *ctx, struct unsettled *u)
{
	note(ctx, 'p', number(ctx, u));
}

static void
on_done(void *ctx, struct unsettled *u)
{
	note(ctx, 'd', number(ctx, u));
}

static void
on_own(void *ctx, struct unsettled *u)
{
	note(ctx, 'o', number(ctx, u));
}

static void
on_again(void *ctx, struct unsettled *u, bool placed)
{
	note(ctx, placed ? 'A' : 'a', number(ctx, u));
}

static void
on_eased(void *ctx)
{
	note(ctx, 'e', 0);
}

static const struct settling_type type = {
	on_sync, on_place, on_done, on_own, on_again, on_eased
};

static void
begin(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->now = 1000000;
	w->s = settling_new(&type, w);
	ck_assert_ptr_nonnull(w->s);
	settling_serves(w->s, DISK);
}

static void
end(struct world *w)
{
	free(w->s);
}

/* What it did since the last look. */
static void
did(struct world *w, const char *want)
{
	ck_assert_str_eq(w->log, want);
	w->log[0] = '\0';
}

static int64_t
run(struct world *w)
{
	int64_t at = settling_run(w->s, MOST, false, w->now);

	return at == INT64_MAX ? -1 : at - w->now;
}

static void
add(struct world *w, int i)
{
	ck_assert(settling_add(w->s, &w->u[i], DISK, w->now));
}

static void
synced(struct world *w, int error)
{
	settling_synced(w->s, DISK, error, w->now);
}

/* One alone: synced at once, placed, and done at the latest in a second. */
START_TEST(one_delivery)
{
	struct world w;

	begin(&w);
	ck_assert_int_eq(run(&w), -1);
	add(&w, 0);
	ck_assert_int_eq(run(&w), SETTLING_SLOW);
	did(&w, "S7 ");
	w.now += 3;
	synced(&w, 0);
	did(&w, "p0 ");
	ck_assert_int_eq(run(&w), -1);
	settling_placed(w.s, &w.u[0], w.now);
	ck_assert_int_le(run(&w), 1000 - SETTLING_REST);
	did(&w, "");
	w.now += SETTLING_LAZY;
	(void)run(&w);
	did(&w, "S7 ");
	synced(&w, 0);
	did(&w, "d0 ");
	ck_assert_uint_eq(settling_count(w.s), 0);
	end(&w);
}
END_TEST

/* The sync that makes one batch safe makes the one before durable; what is
 * reported while it runs waits for the next. */
START_TEST(batches_overlap)
{
	struct world w;

	begin(&w);
	add(&w, 0);
	(void)run(&w);
	add(&w, 1);		/* too late for this sync */
	did(&w, "S7 ");
	synced(&w, 0);
	did(&w, "p0 ");
	settling_placed(w.s, &w.u[0], w.now);
	ck_assert_int_eq(run(&w), SETTLING_REST);
	w.now += SETTLING_REST;
	(void)run(&w);
	add(&w, 2);
	synced(&w, 0);
	did(&w, "S7 d0 p1 ");
	settling_placed(w.s, &w.u[1], w.now);
	w.now += SETTLING_REST;
	(void)run(&w);
	synced(&w, 0);
	did(&w, "S7 d1 p2 ");
	end(&w);
}
END_TEST

/* A device rests as long as its sync took: settling must not starve logs. */
START_TEST(a_slow_disk_rests_longer)
{
	struct world w;

	begin(&w);
	add(&w, 0);
	(void)run(&w);
	w.now += 300;
	add(&w, 1);
	synced(&w, 0);
	ck_assert_int_eq(run(&w), 300);
	w.now += 299;
	ck_assert_int_eq(run(&w), 1);
	did(&w, "S7 p0 ");
	w.now += 1;
	(void)run(&w);
	did(&w, "S7 ");
	end(&w);
}
END_TEST

/* After a failure nothing since the last good sync counts, and for a while
 * nothing is given to this device. */
START_TEST(a_failed_sync)
{
	struct world w;

	begin(&w);
	add(&w, 0);
	add(&w, 1);
	(void)run(&w);
	synced(&w, 0);
	settling_placed(w.s, &w.u[0], w.now);	/* 1 is not placed yet */
	add(&w, 2);
	w.now += SETTLING_REST;
	(void)run(&w);
	add(&w, 3);
	did(&w, "S7 p0 p1 S7 ");
	synced(&w, 5);
	did(&w, "a3 a2 a1 A0 ");
	ck_assert_uint_eq(settling_count(w.s), 0);
	ck_assert(!settling_add(w.s, &w.u[4], DISK, w.now));
	ck_assert(!settling_trusts(w.s, DISK, w.now));
	w.now += SETTLING_DISTRUST;
	add(&w, 4);
	end(&w);
}
END_TEST

/* Over 5 s: those that wait are synced by their workers; the sync may end. */
START_TEST(a_sync_that_hangs)
{
	struct world w;

	begin(&w);
	add(&w, 0);
	(void)run(&w);
	synced(&w, 0);
	settling_placed(w.s, &w.u[0], w.now);
	add(&w, 1);
	w.now += SETTLING_REST;
	(void)run(&w);
	add(&w, 2);
	did(&w, "S7 p0 S7 ");
	w.now += SETTLING_SLOW;
	ck_assert_int_eq(run(&w), -1);
	did(&w, "o2 o1 ");
	ck_assert(!settling_trusts(w.s, DISK, w.now));
	w.now += 20000;
	synced(&w, 0);
	did(&w, "d0 ");
	ck_assert(!settling_trusts(w.s, DISK, w.now));
	w.now += SETTLING_DISTRUST;
	ck_assert(settling_trusts(w.s, DISK, w.now));
	end(&w);
}
END_TEST

/* Who comes after settle knows of no failure before it. */
START_TEST(settle_is_gone)
{
	struct world w;

	begin(&w);
	add(&w, 0);
	(void)run(&w);
	settling_lost(w.s);
	did(&w, "S7 a0 ");
	ck_assert(!settling_add(w.s, &w.u[1], DISK, w.now));
	synced(&w, 0);		/* an answer nobody waits for */
	settling_serves(w.s, DISK);
	add(&w, 1);
	(void)run(&w);
	synced(&w, 0);
	did(&w, "S7 p1 ");
	end(&w);
}
END_TEST

/* Two file systems do not wait for each other; a third is not served. */
START_TEST(devices_apart)
{
	struct world w;

	begin(&w);
	settling_serves(w.s, OTHER);
	add(&w, 0);
	(void)run(&w);
	ck_assert(settling_add(w.s, &w.u[1], OTHER, w.now));
	(void)run(&w);
	did(&w, "S7 S8 ");
	settling_synced(w.s, OTHER, 0, w.now);
	did(&w, "p1 ");
	settling_synced(w.s, DISK, 5, w.now);
	did(&w, "a0 ");
	ck_assert(settling_trusts(w.s, OTHER, w.now));
	ck_assert(!settling_add(w.s, &w.u[2], 9, w.now));
	ck_assert(!settling_is_full(w.s, 9, 0));
	end(&w);
}
END_TEST

/* Full, and not any more; what only its worker can change does not count. */
START_TEST(full)
{
	struct world w;

	begin(&w);
	add(&w, 0);
	add(&w, 1);
	ck_assert(!settling_is_full(w.s, DISK, 3));
	ck_assert(settling_is_full(w.s, DISK, 2));
	ck_assert(!settling_is_full(w.s, OTHER, 0));
	(void)settling_run(w.s, 2, false, w.now);
	did(&w, "S7 ");
	synced(&w, 0);
	did(&w, "p0 p1 ");
	(void)settling_run(w.s, 2, false, w.now);
	did(&w, "e0 ");
	settling_drop(w.s, &w.u[0]);
	settling_drop(w.s, &w.u[0]);
	settling_placed(w.s, &w.u[1], w.now);
	ck_assert_uint_eq(settling_count(w.s), 1);
	settling_drop(w.s, &w.u[1]);
	ck_assert_uint_eq(settling_count(w.s), 0);
	end(&w);
}
END_TEST

/* At the end of the program nothing waits for others. */
START_TEST(hurry)
{
	struct world w;

	begin(&w);
	add(&w, 0);
	(void)run(&w);
	synced(&w, 0);
	settling_placed(w.s, &w.u[0], w.now);
	w.now += SETTLING_REST;
	(void)settling_run(w.s, MOST, true, w.now);
	did(&w, "S7 p0 S7 ");
	end(&w);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		one_delivery, batches_overlap, a_slow_disk_rests_longer,
		a_failed_sync, a_sync_that_hangs, settle_is_gone,
		devices_apart, full, hurry
	};

	return unit_run("settling", tests, countof(tests));
}
