/* needs: tests/lib/unit auth/plain auth/shadow auth/passwords auth/checks -lcrypt -levent_core */
/* What auth reads: SASL PLAIN, shadow(5), values of passwd.cdb, hashes. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../auth/checks.h"
#include "../../auth/passwords.h"
#include "../../auth/plain.h"
#include "fd.h"
#include "unit.h"

#define ROW(text, ok, user, password) \
	{ text, sizeof(text) - 1, ok, user, password }

static const struct {
	const char	*text;
	size_t		 len;
	int		 result;
	const char	*user, *password;
} plains[] = {
	ROW("\0ana\0secret", 0, "ana", "secret"),
	ROW("ana\0ana\0s p ", 0, "ana", "s p "),
	ROW("bob\0ana\0secret", -1, "", ""),
	ROW("\0ana\0", -1, "", ""),
	ROW("\0\0secret", -1, "", ""),
	ROW("\0ana", -1, "", ""),
	ROW("ana", -1, "", ""),
	ROW("", -1, "", ""),
	ROW("\0ana\0secret\0", -1, "", ""),
	ROW("\0a\nb\0secret", -1, "", ""),
	ROW("\0a\x7f\0secret", -1, "", ""),
	ROW("\0a2345678\0secret", -1, "", ""),
	ROW("\0ana\012345678", -1, "", ""),
};

START_TEST(reads_plain)
{
	char user[8], password[8];
	struct bytes b;
	size_t i;

	for (i = 0; i < countof(plains); i++) {
		b.data = (const unsigned char *)plains[i].text;
		b.len = plains[i].len;
		ck_assert_int_eq(plain_parse(&b, user, sizeof(user),
		    password, sizeof(password)), plains[i].result);
		if (plains[i].result == -1)
			continue;
		ck_assert_str_eq(user, plains[i].user);
		ck_assert_str_eq(password, plains[i].password);
	}
}
END_TEST

static const char shadow_text[] =
    "first:*:1:0:9:7:::\n"
    "locked:!$6$salt$hash-of-locked:1::::::\n"
    "empty::1::::::\n"
    "\n"
    "no colon\n"
    "root:$6$salt$hash-of-root:1::::::\n"
    "ana:$6$salt$hash-of-ana:1:0:99999:7:::\n"
    "ana:$6$salt$second-of-ana:1:0:99999:7:::\n"
    "old:$6$salt$hash-of-old:1:0:99999:7::10:\n"
    "new:$6$salt$hash-of-new:1:0:99999:7::99999:\n"
    "odd:$6$salt$hash-of-odd:1:0:99999:7::x:\n"
    "last:$6$salt$hash-of-last";

static const struct {
	const char	*login;
	enum found	 found;
	const char	*hash;
} logins[] = {
	{ "ana", FOUND_YES, "$6$salt$hash-of-ana" },
	{ "new", FOUND_YES, "$6$salt$hash-of-new" },
	{ "last", FOUND_YES, "$6$salt$hash-of-last" },
	/* Those have a hash to compute all the same. */
	{ "old", FOUND_NO, "$6$salt$hash-of-root" },
	{ "odd", FOUND_NO, "$6$salt$hash-of-root" },
	{ "first", FOUND_NO, "$6$salt$hash-of-root" },
	{ "locked", FOUND_NO, "$6$salt$hash-of-root" },
	{ "empty", FOUND_NO, "$6$salt$hash-of-root" },
	{ "", FOUND_NO, "$6$salt$hash-of-root" },
	{ "an", FOUND_NO, "$6$salt$hash-of-root" },
	{ "ana:", FOUND_NO, "$6$salt$hash-of-root" },
	{ "no colon", FOUND_NO, "$6$salt$hash-of-root" },
};

START_TEST(reads_shadow)
{
	struct password p;
	FILE *f = tmpfile();
	size_t i;
	int n;

	/* A line longer than any buffer stops nothing. */
	for (n = 0; n < 100000; n++)
		putc('x', f);
	fprintf(f, ":$6$salt$hash-of-x:\n%s", shadow_text);
	fflush(f);
	for (i = 0; i < countof(logins); i++) {
		ck_assert_int_eq(shadow_find(fileno(f), logins[i].login, &p),
		    logins[i].found);
		ck_assert_str_eq(p.hash, logins[i].hash);
	}
	fclose(f);
	ck_assert_int_eq(shadow_find(-1, "ana", &p), FOUND_LATER);
}
END_TEST

static const struct {
	const char	*value;
	int		 result;
	const char	*destination;
} values[] = {
	{ "$6$x$y\nexample.net/ana", 0, "virtual:example.net/ana" },
	{ "$6$x$y\n", 0, "system:ana" },
	{ "$6$x$y", -1, "" },
	{ "", -1, "" },
	{ "$6$x$y\n/etc", -1, "" },
	{ "$6$x$y\na/../b", -1, "" },
};

START_TEST(reads_values)
{
	struct password p;
	size_t i;

	for (i = 0; i < countof(values); i++) {
		ck_assert_int_eq(passwords_value(values[i].value, "ana", &p),
		    values[i].result);
		if (values[i].result == 0)
			ck_assert_str_eq(p.destination,
			    values[i].destination);
	}
}
END_TEST

START_TEST(compares_hashes)
{
	static const char hash[] = "$6$rounds=1000$saltsalt$LAV5VE5Y7w1d73x1"
	    "mFNspYWUpazfmwv2SoepNXNKJ/otop/Zok96Hr8Q13LEv0DRY/x8v0/c"
	    "rpIjl8NJSAqXV/";

	ck_assert(check_usable(hash));
	ck_assert(!check_usable(""));
	ck_assert(!check_usable("!"));
	ck_assert(!check_usable("*0"));
	ck_assert(!check_usable("!$6$salt$hash-of-locked"));
	ck_assert(check_password(hash, "secret"));
	ck_assert(!check_password(hash, "Secret"));
	ck_assert(!check_password(hash, ""));
	ck_assert(!check_password("", ""));
	ck_assert(!check_password("$9z$unknown-kind$x", "secret"));
	ck_assert(!check_password("*0*0*0*0*0*0*0", "secret"));
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		reads_plain, reads_shadow, reads_values, compares_hashes
	};

	return unit_run("auth", tests, countof(tests));
}
