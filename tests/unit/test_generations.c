/* needs: tests/lib/unit queue/generations */
/* queue/generations: which are live, and whose marks must stay. */
#include <stdio.h>
#include <string.h>

#include "../../queue/generations.h"
#include "fd.h"
#include "unit.h"

/* The ids whose marks must stay, in a line. */
static const char *
kept(const struct generations *g, char *text, size_t size)
{
	struct finished_walk walk = { 0, 0 };
	const char *id;

	*text = '\0';
	while ((id = generations_next(g, &walk)) != NULL) {
		(void)strlcat(text, id, size);
		(void)strlcat(text, " ", size);
	}
	return text;
}

START_TEST(marks_stay_while_a_generation_is_live)
{
	struct generations g;
	char text[200];

	generations_init(&g);
	generations_newest(&g, 3);
	ck_assert_uint_eq(g.low, 1);
	ck_assert_int_eq(generations_finished(&g, 0, "old"), 0);
	ck_assert_int_eq(generations_finished(&g, 1, "a"), 0);
	ck_assert_int_eq(generations_finished(&g, 2, "b"), 0);
	ck_assert_int_eq(generations_finished(&g, 1, "c"), 0);
	/* Perhaps rung for in the next one, of which we have not heard. */
	ck_assert_int_eq(generations_finished(&g, GENERATION_UNKNOWN, "d"), 0);
	ck_assert_str_eq(kept(&g, text, sizeof(text)), "a c b d ");
	ck_assert_uint_eq(generations_waiting(&g), 0);
	generations_complete(&g, 2);
	generations_complete(&g, 1);
	ck_assert_uint_eq(generations_waiting(&g), 2);
	generations_freed(&g, 1, "x");
	ck_assert_uint_eq(g.low, 2);
	ck_assert_uint_eq(generations_waiting(&g), 1);
	ck_assert_str_eq(kept(&g, text, sizeof(text)), "b d ");
	generations_freed(&g, 2, "y");
	ck_assert_str_eq(g.since, "y");
	/* Late: it is free already. */
	ck_assert_int_eq(generations_finished(&g, 2, "e"), 0);
	ck_assert_str_eq(kept(&g, text, sizeof(text)), "d ");
	generations_newest(&g, 4);
	generations_freed(&g, 4, "z");
	ck_assert_str_eq(kept(&g, text, sizeof(text)), "");
	ck_assert_uint_eq(generations_waiting(&g), 0);
	generations_free(&g);
}
END_TEST

START_TEST(only_so_many_are_live)
{
	struct generations g;
	char text[200];

	generations_init(&g);
	generations_newest(&g, 100);
	ck_assert_uint_eq(g.low, 93);
	ck_assert_int_eq(generations_finished(&g, 92, "before"), 0);
	ck_assert_int_eq(generations_finished(&g, 93, "first"), 0);
	ck_assert_int_eq(generations_finished(&g, 101, "beyond"), 0);
	/* No next one can have been begun. */
	ck_assert_int_eq(generations_finished(&g, GENERATION_UNKNOWN, "u"), 0);
	ck_assert_str_eq(kept(&g, text, sizeof(text)), "u first ");
	/* An older record of the log changes nothing. */
	generations_low(&g, 5, "old");
	ck_assert_uint_eq(g.low, 93);
	ck_assert_str_eq(g.since, "");
	generations_low(&g, 100, "new");
	ck_assert_uint_eq(g.low, 100);
	ck_assert_str_eq(g.since, "new");
	ck_assert_str_eq(kept(&g, text, sizeof(text)), "u ");
	/* Nonsense from the other end of the edge. */
	generations_complete(&g, UINT64_MAX - 1);
	ck_assert_uint_le(generations_waiting(&g), ARRIVALS_SEGMENTS);
	generations_free(&g);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		marks_stay_while_a_generation_is_live, only_so_many_are_live
	};

	return unit_run("generations", tests, countof(tests));
}
