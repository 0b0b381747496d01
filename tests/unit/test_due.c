/* needs: tests/lib/unit queue/due queue/schedule */
/* Waiting: the heap of times, retries by age, windows (AIMD). */
#include <stdlib.h>
#include <string.h>

#include "../../queue/due.h"
#include "../../queue/schedule.h"
#include "fd.h"
#include "settings.h"
#include "unit.h"

enum { MANY = 2000 };

/* Takes everything out; each time must not be before the last one. */
static uint32_t
drain(struct dues *d)
{
	int64_t last = INT64_MIN;
	struct due *x;
	uint32_t n = 0;

	while ((x = due_first(d)) != NULL) {
		ck_assert_int_ge(x->at, last);
		last = x->at;
		due_clear(d, x);
		ck_assert_uint_eq(x->place, 0);
		n++;
	}
	return n;
}

START_TEST(comes_out_in_order)
{
	static struct due things[MANY];
	struct dues d;
	uint32_t i;

	dues_init(&d);
	ck_assert_int_eq(due_promise(&d, MANY), 0);
	srandom(1);
	for (i = 0; i < MANY; i++)
		due_set(&d, &things[i], random() % 1000);
	for (i = 0; i < MANY; i += 3)	/* earlier and later than before */
		due_set(&d, &things[i], random() % 1000);
	for (i = 0; i < MANY; i += 5)
		due_clear(&d, &things[i]);
	due_clear(&d, &things[0]);	/* once more does no harm */
	ck_assert_uint_eq(drain(&d), MANY - MANY / 5);
	due_release(&d, MANY);
	dues_free(&d);
}
END_TEST

START_TEST(retries_go_by_age)
{
	const char *words[] = { "600", "1800", "3600", "7200", NULL };
	const struct row list = { 4, words };
	static const struct {
		unsigned	attempts;
		uint64_t	want;
	} rows[] = {
		{ 0, 600 }, { 1, 600 }, { 2, 1800 }, { 3, 3600 }, { 4, 7200 },
		{ 5, 7200 }, { 65535, 7200 }
	};
	size_t i;

	for (i = 0; i < countof(rows); i++)
		ck_assert_uint_eq(schedule_pick(&list, rows[i].attempts),
		    rows[i].want);
}
END_TEST

/* One more worker for each round of successes, up to the ceiling. */
START_TEST(window_grows_by_one_a_round)
{
	struct window w;
	uint32_t workers, i;

	window_init(&w, 5, 20);
	ck_assert_uint_eq(window_workers(&w), 5);
	for (workers = 5; workers < 20; workers++) {
		for (i = 0; i < workers; i++)
			window_grow(&w);
		ck_assert_uint_ge(window_workers(&w), workers);
		ck_assert_uint_le(window_workers(&w), workers + 1);
		window_grow(&w);
		ck_assert_uint_eq(window_workers(&w), workers + 1);
	}
	for (i = 0; i < 1000; i++)
		window_grow(&w);
	ck_assert_uint_eq(window_workers(&w), 20);
}
END_TEST

START_TEST(window_halves_and_keeps_one)
{
	static const uint32_t want[] = { 10, 5, 2, 1, 1, 1 };
	struct window w;
	size_t i;

	window_init(&w, 20, 20);
	for (i = 0; i < countof(want); i++) {
		window_shrink(&w);
		ck_assert_uint_eq(window_workers(&w), want[i]);
	}
	window_init(&w, 5, 3);
	ck_assert_uint_eq(window_workers(&w), 3);
	window_init(&w, 5, 0);
	ck_assert_uint_eq(window_workers(&w), 1);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		comes_out_in_order, retries_go_by_age,
		window_grows_by_one_a_round, window_halves_and_keeps_one
	};

	return unit_run("due", tests, countof(tests));
}
