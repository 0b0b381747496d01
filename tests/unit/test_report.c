/* needs: tests/lib/unit queue/report_text queue/report_source */
/* Delivery reports: nothing a stranger wrote becomes a field of its own. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../queue/report_source.h"
#include "../../queue/report_text.h"
#include "fd.h"
#include "str.h"
#include "unit.h"

static void
about(struct report_about *a)
{
	memset(a, 0, sizeof(*a));
	(void)strlcpy(a->hostname, "mx.example", sizeof(a->hostname));
	(void)strlcpy(a->id, "A", sizeof(a->id));
	(void)strlcpy(a->sender, "joe@x", sizeof(a->sender));
	(void)strlcpy(a->boundary, "b", sizeof(a->boundary));
}

static struct report_row
row(const char *address, const char *origin, const char *text)
{
	struct report_row r = {
		.address = address, .original = "", .origin = origin,
		.action = "failed", .peer = "mx.far", .last = 1, .until = 0
	};

	fate_set(&r.fate, 550, "5.1.1", "%s", text);
	return r;
}

START_TEST(status_rows)
{
	struct report_row r = row("a\r\nX: y@z", "", "no\r\nX: y");
	struct str s;

	str_init(&s, REPORT_ROW_MAX);
	r.original = "rfc822;a+2Bb+0D+0A@z";
	report_put_status_row(&s, &r);
	ck_assert_str_eq(s.data,
	    "Original-Recipient: rfc822; a+b??@z\r\n"
	    "Final-Recipient: rfc822; a??X: y@z\r\n"
	    "Action: failed\r\nStatus: 5.1.1\r\n"
	    "Remote-MTA: dns; mx.far\r\n"
	    "Diagnostic-Code: smtp; 550 5.1.1 no??X: y\r\n"
	    "Last-Attempt-Date: Thu, 1 Jan 1970 00:00:01 +0000\r\n\r\n");
	str_free(&s);
}
END_TEST

START_TEST(the_target_of_an_alias_stays_secret)
{
	struct report_row r = row("secret@in", "list@x",
	    "<Secret@in> unknown");
	struct str s;

	str_init(&s, REPORT_ROW_MAX);
	r.peer = "/home/secret/Maildir";
	report_put_status_row(&s, &r);
	report_put_row(&s, &r);
	ck_assert_ptr_null(strcasestr(s.data, "secret"));
	ck_assert_ptr_nonnull(strstr(s.data, "list@x"));
	ck_assert_ptr_nonnull(strstr(s.data, "x-malote;"));
	ck_assert_ptr_null(strstr(s.data, "Remote-MTA"));
	str_free(&s);
}
END_TEST

START_TEST(a_head_is_that_of_an_automatic_reply)
{
	struct report_about a;
	struct str s;

	about(&a);
	(void)strlcpy(a.sender, "joe@x\r\nBcc: all@x", sizeof(a.sender));
	str_init(&s, REPORT_ROW_MAX);
	report_put_head(&s, &a, "failed");
	ck_assert_ptr_nonnull(strstr(s.data, "\r\nAuto-Submitted: "
	    "auto-replied\r\n"));
	ck_assert_ptr_nonnull(strstr(s.data, "\r\nTo: joe@x??Bcc: all@x\r\n"));
	ck_assert_ptr_null(strstr(s.data, "8bit"));
	str_free(&s);
}
END_TEST

static int
file_of(const char *text, size_t n)
{
	char path[] = "/tmp/test_report.XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(fd_write_all(fd, text, n), 0);
	return fd;
}

static void
check_source(bool want_whole, uint64_t max, bool whole, uint64_t size,
    bool eight_bit)
{
	static const char text[] = "envelope"
	    "A: b\r\nmessage-id:\r\n <1@2>\r\n\r\nbod\xc3\xbf\r\n";
	struct report_source s = { .offset = 8, .size = sizeof(text) - 9 };
	char id[20];

	s.fd = file_of(text, sizeof(text) - 1);
	ck_assert_int_eq(report_source_open(&s, want_whole, max, id,
	    sizeof(id)), 0);
	ck_assert_str_eq(id, "<1@2>");
	ck_assert_int_eq(s.whole, whole);
	ck_assert_uint_eq(s.size, size);
	ck_assert_int_eq(s.eight_bit, eight_bit);
	close(s.fd);
}

START_TEST(what_is_returned)
{
	check_source(true, 100, true, 36, true);
	check_source(true, 30, false, 27, false);
	check_source(false, 100, false, 27, false);
}
END_TEST

START_TEST(a_message_that_cannot_be_read_is_not_returned)
{
	struct report_source s = { .size = 100 };
	char id[20];

	s.fd = file_of("A: b\r\n", 6);
	ck_assert_int_eq(report_source_open(&s, true, 1000, id, sizeof(id)),
	    -1);
	ck_assert_uint_eq(s.size, 0);
	close(s.fd);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		status_rows, the_target_of_an_alias_stays_secret,
		a_head_is_that_of_an_automatic_reply, what_is_returned,
		a_message_that_cannot_be_read_is_not_returned
	};

	return unit_run("report", tests, countof(tests));
}
