/* needs: tests/lib/unit */
/* Addresses: what RFC 5321 4.1.2 allows, and what people send instead. */
#include <string.h>

#include "addr.h"
#include "fd.h"
#include "unit.h"

#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char	*path;
	const char	*local;		/* NULL: refused */
	const char	*domain;
	const char	*rest;
} paths[] = {
	{ "<ana@example.org>", "ana", "example.org", "" },
	{ "<Ana.B@EXAMPLE.Org> SIZE=1", "Ana.B", "example.org", " SIZE=1" },
	{ "<\"a b\"@x>", "a b", "x", "" },
	{ "<\"@\"@x>", "@", "x", "" },
	{ "<\"a\\\"b\"@x>", "a\"b", "x", "" },
	{ "<@a,@b:c@d>", "c", "d", "" },
	{ "<@a.example:c@d>", "c", "d", "" },
	{ "<a@[192.0.2.1]>", "a", "[192.0.2.1]", "" },
	{ "<a@[IPv6:2001:db8::1]>", "a", "[IPv6:2001:db8::1]", "" },
	{ "<postmaster>", "postmaster", "", "" },
	{ "<PostMaster>", "PostMaster", "", "" },
	{ "<a@example.org.>", "a", "example.org", "" },
	{ "<a%b@c>", "a%b", "c", "" },
	{ "<a!b@c>", "a!b", "c", "" },
	{ "<" A63 "a@x>", A63 "a", "x", "" },
	{ "<" A63 "aa@x>", NULL, NULL, NULL },
	{ "<a@" A63 ".x>", "a", A63 ".x", "" },
	{ "<a@" A63 "a.x>", NULL, NULL, NULL },
	{ "<a@" A63 "." A63 "." A63 "." A63 "." A63 ">", NULL, NULL, NULL },
	{ "<ana>", NULL, NULL, NULL },
	{ "ana@example.org", NULL, NULL, NULL },
	{ "<ana@example.org", NULL, NULL, NULL },
	{ "<ana@>", NULL, NULL, NULL },
	{ "<@example.org>", NULL, NULL, NULL },
	{ "<a..b@x>", NULL, NULL, NULL },
	{ "<.a@x>", NULL, NULL, NULL },
	{ "<a.@x>", NULL, NULL, NULL },
	{ "<a b@x>", NULL, NULL, NULL },
	{ "<a@b@c>", NULL, NULL, NULL },
	{ "<a@-b>", NULL, NULL, NULL },
	{ "<a@b->", NULL, NULL, NULL },
	{ "<a@b..c>", NULL, NULL, NULL },
	{ "<a@[192.0.2.999]>", NULL, NULL, NULL },
	{ "<a@[]>", NULL, NULL, NULL },
	{ "<\"a@x>", NULL, NULL, NULL },
	{ "<\"a\tb\"@x>", NULL, NULL, NULL },
	{ "<\xc3\xbc@x>", NULL, NULL, NULL },
	{ "<@a,b@c>", NULL, NULL, NULL },
	{ "<>", NULL, NULL, NULL },
	{ "<", NULL, NULL, NULL },
	{ "", NULL, NULL, NULL },
};

START_TEST(path_table)
{
	struct addr a;
	const char *end;
	size_t i;
	int n;

	for (i = 0; i < countof(paths); i++) {
		n = addr_path(&a, paths[i].path, false, false, &end);
		if (paths[i].local == NULL) {
			ck_assert_msg(n == -1, "taken: %s", paths[i].path);
			continue;
		}
		ck_assert_msg(n == 0, "refused: %s", paths[i].path);
		ck_assert_str_eq(a.local, paths[i].local);
		ck_assert_str_eq(a.domain, paths[i].domain);
		ck_assert_str_eq(end, paths[i].rest);
	}
}
END_TEST

START_TEST(null_path_and_utf8)
{
	struct addr a;
	const char *end;

	ck_assert_int_eq(addr_path(&a, "<>", true, false, &end), 0);
	ck_assert(addr_is_null(&a));
	ck_assert_int_eq(addr_path(&a, "<j\xc3\xbcrg@x>", false, true, &end),
	    0);
	ck_assert_str_eq(a.local, "j\xc3\xbcrg");
	/* overlong, cut, surrogate, too far */
	ck_assert_int_eq(addr_path(&a, "<\xc0\xaf@x>", 0, true, &end), -1);
	ck_assert_int_eq(addr_path(&a, "<\xc3@x>", 0, true, &end), -1);
	ck_assert_int_eq(addr_path(&a, "<\xed\xa0\x80@x>", 0, true, &end), -1);
	ck_assert_int_eq(addr_path(&a, "<\xf5\x80\x80\x80@x>", 0, true, &end),
	    -1);
	ck_assert_int_eq(addr_path(&a, "<\xc3", 0, true, &end), -1);
}
END_TEST

START_TEST(format_is_the_inverse)
{
	static const char *const same[] = {
		"ana@example.org", "\"a b\"@x", "\"a\\\"b\"@x", "ana",
		"a@[192.0.2.1]", "\"\"@x",
	};
	char text[LIMIT_ADDRESS + 8];
	struct addr a;
	size_t i;

	for (i = 0; i < countof(same); i++) {
		ck_assert_int_eq(addr_parse(&a, same[i]), 0);
		addr_format(&a, text, sizeof(text));
		ck_assert_str_eq(text, same[i]);
	}
	ck_assert_int_eq(addr_parse(&a, "a@b c"), -1);
	ck_assert_int_eq(addr_parse(&a, ""), -1);
}
END_TEST

START_TEST(sub_addresses)
{
	struct addr a;
	char extension[8];

	ck_assert_int_eq(addr_parse(&a, "ana+list-1@x"), 0);
	ck_assert(addr_split(&a, "+", extension, sizeof(extension)));
	ck_assert_str_eq(a.local, "ana");
	ck_assert_str_eq(extension, "list-1");
	ck_assert(!addr_split(&a, "+", extension, sizeof(extension)));
	ck_assert_int_eq(addr_parse(&a, "+ana@x"), 0);
	ck_assert(!addr_split(&a, "+", extension, sizeof(extension)));
}
END_TEST

START_TEST(domains)
{
	ck_assert(addr_domain_ok("example.org"));
	ck_assert(addr_domain_ok("1.example"));
	ck_assert(!addr_domain_ok(""));
	ck_assert(!addr_domain_ok("."));
	ck_assert(!addr_domain_ok("a..b"));
	ck_assert(!addr_domain_ok("a b"));
	ck_assert(!addr_domain_ok("a/b"));
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		path_table, null_path_and_utf8, format_is_the_inverse,
		sub_addresses, domains,
	};

	return unit_run("addr", tests, countof(tests));
}
