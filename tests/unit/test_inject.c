/* needs: tests/lib/unit tests/lib/fake_syncer queue/trace_field queue/wire_form queue/spool queue/arrivals queue/arrivals_write queue/segments queue/message queue/message_write queue/message_fields queue/crc queue/crc_table -levent_core */
/* What inject is made of: the Received field, wire form, the spool. */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../queue/spool.h"
#include "../../queue/trace_field.h"
#include "../../queue/wire_form.h"
#include "fd.h"
#include "str.h"
#include "fake_syncer.h"
#include "unit.h"

START_TEST(received_fields)
{
	static const struct {
		const char	*client, *name, *helo, *account, *rcpt;
		const char	*want;	/* up to the date */
	} rows[] = {
		{ "192.0.2.1", "a.example", "h.example", "", "x@y",
		    "Received: from h.example (a.example [192.0.2.1])\r\n"
		    "\tby mx.example with ESMTP id A\r\n\tfor <x@y>;\r\n\t" },
		{ "192.0.2.1", "", "h", "", "",
		    "Received: from h ([192.0.2.1])\r\n"
		    "\tby mx.example with ESMTP id A;\r\n\t" },
		{ "2001:db8::1", "", "", "", "",
		    "Received: from [IPv6:2001:db8::1] "
		    "([IPv6:2001:db8::1])\r\n"
		    "\tby mx.example with ESMTP id A;\r\n\t" },
		/* a HELO that would forge a field of its own */
		{ "192.0.2.1", "", "a (b);\r\nX: y", "", "",
		    "Received: from a??b????X:?y ([192.0.2.1])\r\n"
		    "\tby mx.example with ESMTP id A;\r\n\t" },
		{ "", "", "", "uid 7", "x@y",
		    "Received: by mx.example (from uid 7) id A\r\n"
		    "\tfor <x@y>;\r\n\t" },
		{ "", "", "", "", "j\xc3\xbcrgen@y",
		    "Received: by mx.example id A;\r\n\t" },
	};
	struct message m;
	struct str s;
	size_t i;

	str_init(&s, TRACE_MAX);
	for (i = 0; i < countof(rows); i++) {
		memset(&m, 0, sizeof(m));
		(void)strlcpy(m.id, "A", sizeof(m.id));
		(void)strlcpy(m.client, rows[i].client, sizeof(m.client));
		(void)strlcpy(m.client_name, rows[i].name,
		    sizeof(m.client_name));
		(void)strlcpy(m.helo, rows[i].helo, sizeof(m.helo));
		(void)strlcpy(m.account, rows[i].account, sizeof(m.account));
		(void)strlcpy(m.protocol, "ESMTP", sizeof(m.protocol));
		str_clear(&s);
		ck_assert_int_eq(trace_field(&s, &m, "mx.example",
		    rows[i].rcpt, 0), 0);
		ck_assert_str_eq(s.data + s.len - 2, "\r\n");
		ck_assert_uint_ge(s.len, strlen(rows[i].want));
		s.data[strlen(rows[i].want)] = '\0';
		ck_assert_str_eq(s.data, rows[i].want);
	}
	str_free(&s);
}
END_TEST

START_TEST(wire_form)
{
	static const struct {
		const char	*text;
		bool		 ok, inside;
	} rows[] = {
		{ "", true, false },
		{ "a\r\n", true, false },
		{ "a\r\n\r\nb", true, true },
		{ "\r\n", true, false },
		{ "a\n", false, false },
		{ "\n", false, false },
		{ "a\nb\r\n", false, false },
		{ "a\rb\r\n", false, false },
		{ "a\r", false, true },
		{ "a\r\r\n", false, false },
		{ "a\r\n\n", false, false },
		{ "\n.\r\n", false, false },
	};
	struct wire_form whole, bytes;
	size_t i, k, n;

	for (i = 0; i < countof(rows); i++) {
		memset(&whole, 0, sizeof(whole));
		memset(&bytes, 0, sizeof(bytes));
		n = strlen(rows[i].text);
		wire_form_feed(&whole, rows[i].text, n);
		for (k = 0; k < n; k++)
			wire_form_feed(&bytes, rows[i].text + k, 1);
		ck_assert_msg(wire_form_ok(&whole) == rows[i].ok,
		    "row %zu", i);
		ck_assert_msg(wire_form_ok(&bytes) == rows[i].ok,
		    "row %zu", i);
		if (!rows[i].ok)
			continue;
		ck_assert_msg(whole.inside == rows[i].inside, "row %zu", i);
		ck_assert_msg(bytes.inside == rows[i].inside, "row %zu", i);
	}
	memset(&whole, 0, sizeof(whole));
	wire_form_feed(&whole, "a\0b\r\n", 5);
	ck_assert(!wire_form_ok(&whole));
}
END_TEST

static int
folder(const char *top, const char *name)
{
	char path[200];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", top, name);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	ck_assert_int_ne(fd, -1);
	return fd;
}

static void
begin(struct spool *s, struct spooled *m)
{
	struct message head = { .arrival = 1, .sender = "a@b" };

	ck_assert_int_eq(spool_begin(s, m), 0);
	(void)strlcpy(head.id, m->id, sizeof(head.id));
	ck_assert_int_eq(message_put_head(&m->file, &head), 0);
	ck_assert_int_eq(message_put_rcpt(&m->file, "c@d", ""), 0);
	ck_assert_int_eq(message_put_body(&m->file, "x\r\n", 3), 0);
}

static void
count_stored(void *ctx, struct spooled *m)
{
	*(int *)ctx += m->error == 0;
}

START_TEST(a_batch_is_stored_and_no_name_overwritten)
{
	char top[] = "/tmp/test_inject.XXXXXX";
	struct spooled m[3];
	struct message got;
	struct spool s;
	const char *why;
	int tmp, new, fd, i, stored = 0;

	ck_assert_ptr_nonnull(mkdtemp(top));
	tmp = folder(top, "tmp");
	new = folder(top, "new");
	spool_init(&s, tmp, new, NULL, NULL, count_stored, &stored);
	ck_assert_int_eq(spool_sweep(&s), 0);
	for (i = 0; i < 3; i++) {
		begin(&s, &m[i]);
		ck_assert_int_eq(spool_join(&s, &m[i]), 0);
	}
	/* Somebody has the name of the second one already. */
	fd = openat(new, m[1].id, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_ne(fd, -1);
	close(fd);
	spool_commit(&s);
	ck_assert_uint_eq(s.count, 0);
	ck_assert_int_eq(stored, 0);
	ck_assert_int_eq(faccessat(new, m[0].id, F_OK, 0), -1);
	/* Three files; the folder once for the first, once for the others. */
	ck_assert_uint_eq(fake_sync_all(), 5);
	ck_assert(spool_is_empty(&s));
	ck_assert_int_eq(stored, 2);
	ck_assert_int_eq(m[1].error, EEXIST);
	ck_assert_uint_eq(s.count, 0);
	for (i = 0; i < 3; i++) {
		ck_assert_int_eq(faccessat(tmp, m[i].id, F_OK, 0), -1);
		fd = openat(new, m[i].id, O_RDONLY);
		ck_assert_int_ne(fd, -1);
		ck_assert_int_eq(message_read(fd, &got, NULL, NULL, &why),
		    i == 1 ? -1 : 0);
		close(fd);
		ck_assert_int_eq(unlinkat(new, m[i].id, 0), 0);
	}
	/* What was promised to nobody leaves nothing; an id never returns. */
	begin(&s, &m[0]);
	begin(&s, &m[1]);
	ck_assert_int_gt(strcmp(m[1].id, m[0].id), 0);
	spool_abort(&s, &m[0]);
	ck_assert_int_eq(spool_sweep(&s), 0);
	ck_assert_int_eq(faccessat(tmp, m[0].id, F_OK, 0), -1);
	ck_assert_int_eq(faccessat(tmp, m[1].id, F_OK, 0), -1);
	close(m[1].fd);
	ck_assert_int_eq(chdir(top), 0);
	ck_assert_int_eq(rmdir("tmp") | rmdir("new") | rmdir(top), 0);
}
END_TEST

START_TEST(a_failed_sync_leaves_nothing)
{
	static const struct {
		unsigned	before;		/* syncs that end well */
		const char	*what;
	} rows[] = { { 0, "the file's" }, { 1, "the folder's" } };
	char top[] = "/tmp/test_inject.XXXXXX";
	struct spooled m;
	struct spool s;
	size_t i, k;
	int tmp, new, stored;

	ck_assert_ptr_nonnull(mkdtemp(top));
	tmp = folder(top, "tmp");
	new = folder(top, "new");
	for (i = 0; i < countof(rows); i++) {
		stored = 0;
		spool_init(&s, tmp, new, NULL, NULL, count_stored, &stored);
		begin(&s, &m);
		ck_assert_int_eq(spool_join(&s, &m), 0);
		spool_commit(&s);
		for (k = 0; k < rows[i].before; k++)
			ck_assert_int_eq(fake_sync(0), SYNC_FILE);
		ck_assert_int_eq(fake_sync(EIO), SYNC_FILE);
		ck_assert_uint_eq(fake_sync_all(), 0);
		ck_assert_msg(stored == 0 && m.error == EIO, "%s",
		    rows[i].what);
		ck_assert_int_eq(faccessat(tmp, m.id, F_OK, 0), -1);
		ck_assert_int_eq(faccessat(new, m.id, F_OK, 0), -1);
	}
	ck_assert_int_eq(chdir(top), 0);
	ck_assert_int_eq(rmdir("tmp") | rmdir("new") | rmdir(top), 0);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		received_fields, wire_form,
		a_batch_is_stored_and_no_name_overwritten,
		a_failed_sync_leaves_nothing
	};

	return unit_run("inject", tests, countof(tests));
}
