/* needs: tests/lib/unit master/keeper_backoff */
/* The back-off of programs that die. */
#include "../../master/keeper_backoff.h"
#include "fd.h"
#include "unit.h"

START_TEST(first_at_once_then_doubling_up_to_a_limit)
{
	static const int64_t want[] = { 0, 500, 1000, 2000, 4000, 8000, 16000,
	    30000, 30000, 30000 };
	int64_t wait = 0;
	size_t i;

	for (i = 0; i < countof(want); i++)
		ck_assert_int_eq(backoff_next(&wait, 100), want[i]);
}
END_TEST

START_TEST(a_long_life_is_forgiven)
{
	int64_t wait = 0;
	int i;

	for (i = 0; i < 20; i++)
		(void)backoff_next(&wait, 0);
	ck_assert_int_eq(backoff_next(&wait, 59999), 30000);
	ck_assert_int_eq(backoff_next(&wait, 60000), 0);
	ck_assert_int_eq(backoff_next(&wait, 10), 500);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = { first_at_once_then_doubling_up_to_a_limit,
	    a_long_life_is_forgiven };

	return unit_run("backoff", tests, countof(tests));
}
