/* needs: tests/lib/unit */
/* Mail words: fates, ids, dates, destinations, headers. */
#include <errno.h>
#include <string.h>

#include "date.h"
#include "dest.h"
#include "fate.h"
#include "fd.h"
#include "head.h"
#include "id.h"
#include "str.h"
#include "unit.h"

START_TEST(fates_agree_with_themselves)
{
	struct fate f;

	ck_assert_int_eq(fate_make(&f, 550, "5.1.1", "no\nsuch\x7fuser"), 0);
	ck_assert_str_eq(f.text, "no?such?user");
	ck_assert_int_eq(fate_make(&f, 450, "5.1.1", ""), -1);
	ck_assert_int_eq(fate_make(&f, 550, "5.1", ""), -1);
	ck_assert_int_eq(fate_make(&f, 550, "5.1.1 ", ""), -1);
	ck_assert_int_eq(fate_make(&f, 350, "3.1.1", ""), -1);
	ck_assert_int_eq(fate_make(&f, 550, "5.1111.1", ""), -1);
	ck_assert_int_eq(fate_from_reply(&f, 452, "4.2.2 full"), 0);
	ck_assert_str_eq(f.status, "4.2.2");
	ck_assert_str_eq(f.text, "full");
	ck_assert_int_eq(fate_from_reply(&f, 452, "5.2.2 confused"), 0);
	ck_assert_str_eq(f.status, "4.0.0");
	ck_assert_str_eq(f.text, "5.2.2 confused");
	ck_assert_int_eq(fate_from_reply(&f, 250, ""), 0);
	ck_assert_int_eq(f.kind, FATE_DONE);
	ck_assert_int_eq(fate_from_reply(&f, 354, "go"), -1);
}
END_TEST

START_TEST(ids_sort_and_never_repeat)
{
	struct id_source source = { 0 };
	char a[ID_SIZE], b[ID_SIZE];
	int i;

	id_next(&source, a);
	ck_assert(id_ok(a));
	for (i = 0; i < 10000; i++) {
		id_next(&source, b);
		ck_assert_int_lt(strncmp(a, b, 11), 0);
		memcpy(a, b, sizeof(a));
	}
	/* A clock that went back. */
	id_after(&source, "Kz000000000zzzzz");
	id_after(&source, "zz000000000zzzzz");	/* overflows: no id */
	id_next(&source, b);
	ck_assert_int_lt(strncmp("Kz000000000", b, 11), 0);
	ck_assert(!id_ok(""));
	ck_assert(!id_ok("../etc"));
	ck_assert(!id_ok("012345678901234567890123456789012"));
}
END_TEST

START_TEST(dates)
{
	char text[DATE_SIZE];

	date_rfc5322(text, 1795298701);
	ck_assert_str_eq(text, "Sat, 21 Nov 2026 22:05:01 +0000");
	date_rfc5322(text, 951827696);
	ck_assert_str_eq(text, "Tue, 29 Feb 2000 12:34:56 +0000");
	date_iso(text, 1795298701123456);
	ck_assert_str_eq(text, "2026-11-21T22:05:01.123456Z");
	date_span(text, 3 * 86400 + 4 * 3600 + 5);
	ck_assert_str_eq(text, "3d 4h");
	date_span(text, 725);
	ck_assert_str_eq(text, "12m 5s");
	date_span(text, 3600);
	ck_assert_str_eq(text, "1h");
	date_span(text, 0);
	ck_assert_str_eq(text, "0s");
}
END_TEST

static const struct {
	const char	*text;
	int		 kind;		/* -1: refused */
	const char	*name;
	unsigned	 port;
} dests[] = {
	{ "system:ana", DEST_SYSTEM, "ana", 0 },
	{ "virtual:example.net/ana", DEST_VIRTUAL, "example.net/ana", 0 },
	{ "mx:example.org", DEST_MX, "example.org", 0 },
	{ "smtp:127.0.0.1:25", DEST_SMTP, "127.0.0.1", 25 },
	{ "smtp:[2001:db8::1]:2525", DEST_SMTP, "2001:db8::1", 2525 },
	{ "lmtp:/dovecot-lmtp", DEST_LMTP_SOCKET, "dovecot-lmtp", 0 },
	{ "lmtp:localhost:24", DEST_LMTP, "localhost", 24 },
	{ "hold:", DEST_HOLD, "", 0 },
	{ "system:", -1, "", 0 },
	{ "system:../root", -1, "", 0 },
	{ "system:a b", -1, "", 0 },
	{ "system:-x", -1, "", 0 },
	{ "virtual:/etc", -1, "", 0 },
	{ "virtual:a/../b", -1, "", 0 },
	{ "virtual:a//b", -1, "", 0 },
	{ "virtual:.", -1, "", 0 },
	{ "virtual:a/", -1, "", 0 },
	{ "virtual:a\nb", -1, "", 0 },
	{ "lmtp:/../x", -1, "", 0 },
	{ "smtp:host", -1, "", 0 },
	{ "smtp:host:0", -1, "", 0 },
	{ "smtp:host:65536", -1, "", 0 },
	{ "smtp::25", -1, "", 0 },
	{ "smtp:[]:25", -1, "", 0 },
	{ "mx:", -1, "", 0 },
	{ "uucp:x", -1, "", 0 },
};

START_TEST(destinations)
{
	struct dest d;
	size_t i;
	int n;

	for (i = 0; i < countof(dests); i++) {
		n = dest_parse(&d, dests[i].text);
		ck_assert_msg((n == 0) == (dests[i].kind != -1), "%s",
		    dests[i].text);
		if (n == -1)
			continue;
		ck_assert_int_eq((int)d.kind, dests[i].kind);
		ck_assert_str_eq(d.name, dests[i].name);
		ck_assert_uint_eq(d.port, dests[i].port);
	}
}
END_TEST

static void
collect(void *ctx, const char *name, const char *value)
{
	(void)str_printf(ctx, "%s=%s|", name, value);
}

static const struct {
	const char	*text;
	const char	*fields;
	bool		 goes_on;
} heads[] = {
	{ "A: 1\r\nB: 2\r\n\r\nC: 3\r\n", "A=1|B=2|", false },
	{ "A: 1\nB:2\n\nC: 3\n", "A=1|B=2|", false },
	{ "A: one\r\n two\r\n\tthree\r\n\r\n", "A=one two three|", false },
	{ "A:\r\n folded\r\n\r\n", "A=folded|", false },
	{ "A : 1\r\nno field\r\nB: 2\r\n", "A=1|", false },
	{ " not a field\r\nA: 1\r\n", "", false },
	{ "\r\nA: 1\r\n", "", false },
	{ "A: 1\r\nB: 2", "A=1|B=2|", true },
	{ "A: 1\r\nB", "A=1|", true },
	{ "", "", true },
	{ ": x\r\n", "", false },
	{ "A: trailing \t\r\n\r\n", "A=trailing|", false },
};

START_TEST(headers_at_every_split)
{
	size_t i, cut, n;
	struct head h;
	struct str s;
	bool on;

	str_init(&s, 1000);
	for (i = 0; i < countof(heads); i++) {
		n = strlen(heads[i].text);
		for (cut = 0; cut <= n; cut++) {
			str_clear(&s);
			head_init(&h, collect, &s);
			(void)head_feed(&h, heads[i].text, cut);
			on = head_feed(&h, heads[i].text + cut, n - cut);
			ck_assert_int_eq(on, heads[i].goes_on);
			head_end(&h);
			ck_assert_str_eq(s.data, heads[i].fields);
		}
	}
	str_free(&s);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		fates_agree_with_themselves, ids_sort_and_never_repeat, dates,
		destinations, headers_at_every_split,
	};

	return unit_run("words", tests, countof(tests));
}
