/* needs: tests/lib/unit queue/message queue/message_write queue/message_fields queue/crc queue/crc_table */
/* The message file: what is written is read back, what is damaged is told. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../queue/crc.h"
#include "../../queue/crc_table.h"
#include "../../queue/message.h"
#include "fd.h"
#include "unit.h"

static const char	body[] = "Subject: x\r\n\r\ntext\r\n";

static int
scratch(void)
{
	char path[] = "/tmp/test_message.XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(unlink(path), 0);
	return fd;
}

static void
fill(struct message *m)
{
	memset(m, 0, sizeof(*m));
	(void)strlcpy(m->id, "008DnGiXnj9LijQv", sizeof(m->id));
	m->arrival = 1795300362;
	(void)strlcpy(m->client, "192.0.2.1", sizeof(m->client));
	(void)strlcpy(m->helo, "a \"helo\",", sizeof(m->helo));
	(void)strlcpy(m->protocol, "ESMTP", sizeof(m->protocol));
	(void)strlcpy(m->login, "joe", sizeof(m->login));
	(void)strlcpy(m->account, "uid 7", sizeof(m->account));
	(void)strlcpy(m->report_of, "ABC 3", sizeof(m->report_of));
	(void)strlcpy(m->sender, "\"a b\"@c.example", sizeof(m->sender));
	(void)strlcpy(m->params, "BODY=8BITMIME", sizeof(m->params));
}

/* Writes a message with n recipients r0, r1 …; odd ones have parameters. */
static void
write_message(int fd, unsigned n)
{
	struct message_writer w;
	struct message m;
	char address[32];
	unsigned i;

	fill(&m);
	message_begin(&w, fd);
	ck_assert_int_eq(message_put_head(&w, &m), 0);
	for (i = 0; i < n; i++) {
		(void)snprintf(address, sizeof(address), "r%u@x", i);
		ck_assert_int_eq(message_put_rcpt(&w, address,
		    i % 2 ? "NOTIFY=NEVER" : ""), 0);
	}
	for (i = 0; i < sizeof(body) - 1; i++)
		ck_assert_int_eq(message_put_body(&w, body + i, 1), 0);
	ck_assert_int_eq(message_finish(&w), 0);
}

static int
see_rcpt(void *ctx, const char *address, const char *params)
{
	unsigned *seen = ctx;
	char want[32];

	(void)snprintf(want, sizeof(want), "r%u@x", *seen);
	ck_assert_str_eq(address, want);
	ck_assert_str_eq(params, *seen % 2 ? "NOTIFY=NEVER" : "");
	++*seen;
	return 0;
}

static void
round_trip(unsigned n)
{
	struct message m, want;
	const char *why;
	char got[sizeof(body)] = "";
	unsigned seen = 0;
	int fd = scratch();

	fill(&want);
	write_message(fd, n);
	ck_assert_int_eq(message_read(fd, &m, see_rcpt, &seen, &why), 0);
	ck_assert_uint_eq(seen, n);
	ck_assert_uint_eq(m.rcpt_count, n);
	ck_assert_str_eq(m.id, want.id);
	ck_assert_uint_eq(m.arrival, want.arrival);
	ck_assert_str_eq(m.client, want.client);
	ck_assert_str_eq(m.client_name, "");
	ck_assert_str_eq(m.helo, want.helo);
	ck_assert_str_eq(m.account, want.account);
	ck_assert_str_eq(m.report_of, want.report_of);
	ck_assert_str_eq(m.sender, want.sender);
	ck_assert_str_eq(m.params, want.params);
	ck_assert_uint_eq(m.size, sizeof(body) - 1);
	ck_assert_int_eq(fd_pread_all(fd, got, sizeof(body) - 1,
	    (off_t)m.offset), 0);
	ck_assert_str_eq(got, body);
	ck_assert_int_eq(message_check_body(fd, &m, &why), 0);
	close(fd);
}

START_TEST(what_is_written_is_read)
{
	round_trip(1);
	round_trip(2);
	round_trip(3000);	/* longer than any buffer */
}
END_TEST

/* One byte changed, anywhere, is always found. */
START_TEST(every_changed_byte_is_found)
{
	struct message m;
	const char *why;
	unsigned char c;
	off_t at, end;
	int fd = scratch();

	write_message(fd, 3);
	end = lseek(fd, 0, SEEK_END);
	for (at = 0; at < end; at++) {
		ck_assert_int_eq(fd_pread_all(fd, &c, 1, at), 0);
		c ^= 0x04;
		ck_assert_int_eq(fd_pwrite_all(fd, &c, 1, at), 0);
		why = NULL;
		if (message_read(fd, &m, NULL, NULL, &why) == 0)
			ck_assert_int_eq(message_check_body(fd, &m, &why), -1);
		ck_assert_int_eq(errno, EBADMSG);
		ck_assert_ptr_nonnull(why);
		c ^= 0x04;
		ck_assert_int_eq(fd_pwrite_all(fd, &c, 1, at), 0);
	}
	ck_assert_int_eq(message_read(fd, &m, NULL, NULL, &why), 0);
	close(fd);
}
END_TEST

START_TEST(every_other_length_is_found)
{
	struct message m;
	const char *why;
	off_t n, end;
	int fd = scratch();

	write_message(fd, 3);
	end = lseek(fd, 0, SEEK_END);
	ck_assert_int_eq(ftruncate(fd, end + 1), 0);
	ck_assert_int_eq(message_read(fd, &m, NULL, NULL, &why), -1);
	ck_assert_str_eq(why, "longer than its head says");
	for (n = end - 1; n >= 0; n--) {
		ck_assert_int_eq(ftruncate(fd, n), 0);
		ck_assert_int_eq(message_read(fd, &m, NULL, NULL, &why), -1);
		ck_assert_int_eq(errno, EBADMSG);
	}
	ck_assert_str_eq(why, "shorter than a head");
	close(fd);
}
END_TEST

/* Envelopes with a right checksum that say what the writer never would. */
START_TEST(only_the_form_of_the_writer_is_read)
{
#define START "4:id A,\n9:arrival 1,\n"
	static const struct {
		const char	*envelope, *why;
	} rows[] = {
		{ START "7:sender ,\n8:rcpt a@b,\n", NULL },
		{ "", "no recipient" },
		{ START "7:sender ,\n", "no recipient" },
		{ START "8:rcpt a@b,\n", "recipient before the sender" },
		{ "9:arrival 1,\n4:id A,\n",
		    "unknown, missing or repeated field" },
		{ "4:id A,\n4:id A,\n", "unknown, missing or repeated field" },
		{ START "7:sender ,\n7:sender ,\n",
		    "unknown or repeated field" },
		{ START "3:x y,\n", "unknown, missing or repeated field" },
		{ "4:id -,\n9:arrival 1,\n7:sender ,\n8:rcpt a@b,\n",
		    "malformed id" },
		{ "4:id A,\n9:arrival x,\n", "malformed number" },
		{ START "7:sender ,\n5:rcpt ,\n", "empty recipient" },
		{ START "8:params x,\n", "parameters of nothing" },
		{ START "7:sender ,\n8:rcpt a@b,\n8:params x,\n8:params x,\n",
		    "parameters of nothing" },
		{ START "7:sender ,\n10:rcpt a@b\nc,\n",
		    "control byte in a field" },
		{ START "7:sender ,\n10:rcpt a@b\x7f" "c,\n",
		    "control byte in a field" },
		{ START "6:sender,\n", "field without a name" },
		{ START "07:sender ,\n", "malformed netstring" },
		{ START ":x,\n", "malformed netstring" },
		{ START "+7:sender ,\n", "malformed netstring" },
		{ START "7:sender ;\n", "malformed netstring" },
		{ START "9999999:x y,\n", "malformed netstring" },
		{ START "9999:x y,\n", "field too long" },
		{ START "99:x y,\n", "field past the envelope" },
		{ START "7:sender ,\n8:rcpt a@b,", "field past the envelope" },
	};
	struct message m;
	const char *why;
	char head[MESSAGE_HEAD + 1];
	size_t i, n;
	int fd = scratch();

	for (i = 0; i < countof(rows); i++) {
		n = strlen(rows[i].envelope);
		ck_assert_int_eq(snprintf(head, sizeof(head),
		    "malote1 %08zu %016d %08x %08x\n", n, 0,
		    crc32c(0, rows[i].envelope, n), 0), MESSAGE_HEAD);
		ck_assert_int_eq(ftruncate(fd, 0), 0);
		ck_assert_int_eq(fd_pwrite_all(fd, head, MESSAGE_HEAD, 0), 0);
		ck_assert_int_eq(fd_pwrite_all(fd, rows[i].envelope, n,
		    MESSAGE_HEAD), 0);
		why = NULL;
		if (message_read(fd, &m, NULL, NULL, &why) == 0)
			ck_assert_ptr_null(rows[i].why);
		else
			ck_assert_str_eq(why, rows[i].why);
	}
	close(fd);
#undef START
}
END_TEST

START_TEST(an_unfinished_file_is_told)
{
	struct message_writer w;
	struct message m;
	const char *why;
	char text[2 * MESSAGE_BUFFER];
	int fd = scratch();

	fill(&m);
	message_begin(&w, fd);
	ck_assert_int_eq(message_put_head(&w, &m), 0);
	ck_assert_int_eq(message_put_rcpt(&w, "a@b", ""), 0);
	memset(text, 'x', sizeof(text));
	ck_assert_int_eq(message_put_body(&w, text, sizeof(text)), 0);
	ck_assert_int_eq(message_read(fd, &m, NULL, NULL, &why), -1);
	ck_assert_str_eq(why, "never finished");
	ck_assert_int_eq(message_finish(&w), 0);
	ck_assert_int_eq(message_read(fd, &m, NULL, NULL, &why), 0);
	ck_assert_int_eq(message_check_body(fd, &m, &why), 0);
	close(fd);
}
END_TEST

START_TEST(the_writer_refuses_what_the_reader_would)
{
	struct message_writer w;
	struct message m;
	char text[MESSAGE_VALUE + 2];
	int fd = scratch();

	fill(&m);
	message_begin(&w, fd);
	(void)strlcpy(m.helo, "x\n12:sender a@b,", sizeof(m.helo));
	ck_assert_int_eq(message_put_head(&w, &m), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(message_put_rcpt(&w, "a\r@b", ""), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(message_put_rcpt(&w, "", ""), -1);
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	ck_assert_int_eq(message_put_rcpt(&w, "a@b", text), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	text[MESSAGE_ADDRESS] = '\0';
	ck_assert_int_eq(message_put_rcpt(&w, text, ""), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	close(fd);
}
END_TEST

static int
stop(void *ctx, const char *address, const char *params)
{
	(void)ctx;
	(void)address;
	(void)params;
	return -1;
}

START_TEST(the_caller_can_end_the_reading)
{
	struct message m;
	const char *why;
	int fd = scratch();

	write_message(fd, 2);
	ck_assert_int_eq(message_read(fd, &m, stop, NULL, &why), -1);
	ck_assert_int_eq(errno, ECANCELED);
	close(fd);
	ck_assert_int_eq(message_read(-1, &m, NULL, NULL, &why), -1);
	ck_assert_int_eq(errno, EBADF);
}
END_TEST

START_TEST(parameters_are_found_by_name)
{
	static const char params[] = "BODY=8BITMIME envid=a+3Db RET=";
	char buf[10];

	ck_assert(message_param(params, "body", buf, sizeof(buf)));
	ck_assert_str_eq(buf, "8BITMIME");
	ck_assert(message_param(params, "ENVID", buf, sizeof(buf)));
	ck_assert_str_eq(buf, "a+3Db");
	ck_assert(message_param(params, "RET", buf, sizeof(buf)));
	ck_assert_str_eq(buf, "");
	ck_assert(!message_param(params, "BOD", buf, sizeof(buf)));
	ck_assert(!message_param("", "BODY", buf, sizeof(buf)));
	ck_assert(!message_param(params, "BODY", buf, 8));
	ck_assert_str_eq(buf, "");
}
END_TEST

/* [RFC3720 B.4] and the usual check value. */
START_TEST(crc_is_that_of_the_standard)
{
	unsigned char zero[32] = { 0 }, ones[32], up[32];
	size_t i;

	memset(ones, 0xff, sizeof(ones));
	for (i = 0; i < sizeof(up); i++)
		up[i] = (unsigned char)i;
	ck_assert_uint_eq(crc32c(0, zero, 32), 0x8a9136aa);
	ck_assert_uint_eq(crc32c(0, ones, 32), 0x62a8ab43);
	ck_assert_uint_eq(crc32c(0, up, 32), 0x46dd794e);
	ck_assert_uint_eq(crc32c(0, "123456789", 9), 0xe3069283);
	for (i = 0; i <= sizeof(up); i++)
		ck_assert_uint_eq(crc32c(crc32c(0, up, i), up + i,
		    sizeof(up) - i), 0x46dd794e);
}
END_TEST

START_TEST(the_crc_table_is_right)
{
	uint32_t b, c;
	int bit, k;

	for (b = 0; b < 256; b++) {
		for (c = b, bit = 0; bit < 8; bit++)
			c = c >> 1 ^ (c & 1 ? 0x82f63b78 : 0);
		ck_assert_uint_eq(crc_table[0][b], c);
		for (k = 1; k < 8; k++) {
			c = c >> 8 ^ crc_table[0][c & 0xff];
			ck_assert_uint_eq(crc_table[k][b], c);
		}
	}
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		what_is_written_is_read, every_changed_byte_is_found,
		every_other_length_is_found,
		only_the_form_of_the_writer_is_read,
		an_unfinished_file_is_told,
		the_writer_refuses_what_the_reader_would,
		the_caller_can_end_the_reading, parameters_are_found_by_name,
		crc_is_that_of_the_standard, the_crc_table_is_right
	};

	return unit_run("message", tests, countof(tests));
}
