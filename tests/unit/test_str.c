/* needs: tests/lib/unit */
/* The string builder: growth, its maximum, sticky failure. */
#include <errno.h>

#include "fd.h"
#include "str.h"
#include "unit.h"

START_TEST(grows_and_stops_at_its_maximum)
{
	struct str s;

	str_init(&s, 10);
	ck_assert_str_eq(s.data, "");
	ck_assert_int_eq(str_puts(&s, "12345"), 0);
	ck_assert_int_eq(str_printf(&s, "%d", 67890), 0);
	ck_assert_str_eq(s.data, "1234567890");
	ck_assert_int_eq(str_putc(&s, '!'), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	ck_assert_int_eq(str_add(&s, "", 0), -1);
	ck_assert_str_eq(s.data, "1234567890");
	str_clear(&s);
	ck_assert_int_eq(str_puts(&s, "again"), 0);
	str_drop(&s, 2);
	ck_assert_str_eq(s.data, "ain");
	ck_assert_uint_eq(s.len, 3);
	str_free(&s);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = { grows_and_stops_at_its_maximum };

	return unit_run("str", tests, countof(tests));
}
