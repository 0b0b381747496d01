/* needs: tests/lib/unit queue/states queue/states_read queue/record queue/crc queue/crc_table */
/* The states log: torn at every byte, damaged in the middle, begun anew. */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../queue/record.h"
#include "../../queue/states.h"
#include "fd.h"
#include "unit.h"

enum { RECORDS = 5 };

static char	path[] = "/tmp/test_states.XXXXXX";

/* What was read: the indexes of DONE records, as digits. */
struct heard {
	char	text[64];
	size_t	len;
};

static void
hear(void *ctx, const struct frame *frame)
{
	struct heard *h = ctx;
	struct record_rcpt msg;

	ck_assert_int_eq(frame_get(frame, &record_done, &msg), 0);
	ck_assert_str_eq(msg.id, "m1");
	ck_assert_uint_lt(h->len, sizeof(h->text) - 1);
	h->text[h->len++] = (char)('0' + msg.index);
}

static int
folder(void)
{
	int fd;

	(void)strlcpy(path + strlen(path) - 6, "XXXXXX", 7);
	ck_assert_ptr_nonnull(mkdtemp(path));
	fd = open(path, O_RDONLY | O_DIRECTORY);
	ck_assert_int_ne(fd, -1);
	return fd;
}

static void
leave(int dir)
{
	static const char *const names[] = {
		"states.1", "states.2", "states.2.new", "reserve"
	};
	size_t i;

	for (i = 0; i < countof(names); i++)
		(void)unlinkat(dir, names[i], 0);
	close(dir);
	ck_assert_int_eq(rmdir(path), 0);
}

static void
put(struct states *s, uint32_t index)
{
	struct record_rcpt msg = { "m1", index, 0 };

	states_put(s, &record_done, &msg);
}

/* A log with RECORDS records; its size, and the content in buf. */
static size_t
make(int dir, unsigned char *buf, size_t size)
{
	struct states_found found;
	struct heard heard = { "", 0 };
	struct states s;
	uint32_t i;
	ssize_t n;
	int fd;

	ck_assert_int_eq(states_open(&s, dir, hear, &heard, &found), 0);
	for (i = 0; i < RECORDS; i++)
		put(&s, i);
	ck_assert_int_eq(states_sync(&s), 0);
	states_close(&s);
	fd = openat(dir, "states.1", O_RDONLY);
	n = read(fd, buf, size);
	ck_assert_int_gt(n, 0);
	close(fd);
	return (size_t)n;
}

static void
write_log(int dir, const char *name, const unsigned char *buf, size_t n)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_eq(fd_write_all(fd, buf, n), 0);
	close(fd);
}

static void
reread(int dir, struct heard *heard, struct states_found *found)
{
	struct states s;

	memset(heard, 0, sizeof(*heard));
	ck_assert_int_eq(states_open(&s, dir, hear, heard, found), 0);
	states_close(&s);
}

START_TEST(torn_at_every_byte)
{
	unsigned char buf[4096];
	struct states_found found;
	struct heard heard;
	struct stat st;
	int dir = folder();
	size_t n = make(dir, buf, sizeof(buf)), one, cut, whole;

	one = (n - 16) / RECORDS;
	for (cut = 16; cut <= n; cut++) {
		write_log(dir, "states.1", buf, cut);
		reread(dir, &heard, &found);
		whole = (cut - 16) / one;
		ck_assert_uint_eq(found.records, whole);
		ck_assert_uint_eq(found.damaged, 0);
		ck_assert_int_eq(found.torn, cut != 16 + whole * one);
		ck_assert_int_eq(strncmp(heard.text, "01234", whole), 0);
		/* The tail is cut off, so that the next record is found. */
		ck_assert_int_eq(fstatat(dir, "states.1", &st, 0), 0);
		ck_assert_uint_eq((size_t)st.st_size, 16 + whole * one);
	}
	leave(dir);
}
END_TEST

/* Any one byte changed: only its own record is lost, and it is told. */
START_TEST(damage_loses_one_record)
{
	unsigned char buf[4096];
	struct states_found found;
	struct heard heard;
	int dir = folder();
	size_t n = make(dir, buf, sizeof(buf)), one, at, hit, i, k;
	char want[RECORDS + 1];

	one = (n - 16) / RECORDS;
	for (at = 16; at < n; at++) {
		hit = (at - 16) / one;
		buf[at] ^= 0x40;
		write_log(dir, "states.1", buf, n);
		buf[at] ^= 0x40;
		reread(dir, &heard, &found);
		for (i = k = 0; i < RECORDS; i++)
			if (i != hit)
				want[k++] = (char)('0' + i);
		want[k] = '\0';
		ck_assert_str_eq(heard.text, want);
		ck_assert_uint_eq(found.damaged, hit < RECORDS - 1);
		ck_assert_int_eq(found.torn, hit == RECORDS - 1);
	}
	leave(dir);
}
END_TEST

START_TEST(a_hole_of_zeros_and_a_lost_head)
{
	unsigned char buf[4096], hole[8192] = { 0 };
	struct states_found found;
	struct heard heard;
	int dir = folder();
	size_t n = make(dir, buf, sizeof(buf)), one = (n - 16) / RECORDS;

	memcpy(hole, buf, 16 + one);
	memcpy(hole + 5000, buf + 16 + one, n - 16 - one);
	write_log(dir, "states.1", hole, 5000 + n - 16 - one);
	reread(dir, &heard, &found);
	ck_assert_str_eq(heard.text, "01234");
	ck_assert_uint_eq(found.damaged, 1);

	memset(buf, 'x', 16);
	write_log(dir, "states.1", buf, n);
	reread(dir, &heard, &found);
	ck_assert_str_eq(heard.text, "01234");
	ck_assert_uint_gt(found.damaged, 0);
	leave(dir);
}
END_TEST

START_TEST(the_newest_whole_log_counts)
{
	unsigned char buf[4096];
	struct states_found found;
	struct states s, next;
	struct heard heard;
	int dir = folder();

	(void)make(dir, buf, sizeof(buf));
	memset(&heard, 0, sizeof(heard));
	ck_assert_int_eq(states_open(&s, dir, hear, &heard, &found), 0);
	ck_assert_str_eq(heard.text, "01234");
	ck_assert_int_eq(states_begin(&next, &s), 0);
	put(&next, 7);
	/* Killed here, the old one counts. */
	ck_assert_int_eq(states_write(&next), 0);
	reread(dir, &heard, &found);
	ck_assert_str_eq(heard.text, "01234");
	states_close(&next);

	ck_assert_int_eq(states_begin(&next, &s), 0);
	put(&next, 7);
	ck_assert_int_eq(states_replace(&s, &next), 0);
	put(&s, 8);
	ck_assert_int_eq(states_sync(&s), 0);
	states_close(&s);
	reread(dir, &heard, &found);
	ck_assert_str_eq(heard.text, "78");
	ck_assert_int_eq(faccessat(dir, "states.1", F_OK, 0), -1);
	leave(dir);
}
END_TEST

/* A log that cannot be written takes nothing and says so. */
START_TEST(a_broken_log_stays_broken)
{
	struct states_found found;
	struct heard heard = { "", 0 };
	struct states s;
	int dir = folder(), fd;

	ck_assert_int_eq(states_open(&s, dir, hear, &heard, &found), 0);
	fd = s.fd;
	s.fd = open("/dev/null", O_RDONLY);
	put(&s, 1);
	ck_assert_int_eq(states_write(&s), -1);
	ck_assert_int_eq(s.health, STATES_BROKEN);
	close(s.fd);
	s.fd = fd;
	ck_assert_int_eq(states_sync(&s), -1);
	ck_assert_int_eq(states_mend(&s), -1);
	states_close(&s);

	ck_assert_int_eq(states_open(&s, dir, hear, &heard, &found), 0);
	fd = s.fd;
	s.fd = open("/dev/full", O_WRONLY);
	put(&s, 2);
	ck_assert_int_eq(states_write(&s), -1);
	ck_assert_int_eq(s.health, STATES_FULL);
	/* The reserve was given back; with room again all is written. */
	ck_assert_int_eq(faccessat(dir, "reserve", F_OK, 0), -1);
	close(s.fd);
	s.fd = fd;
	ck_assert_int_eq(states_mend(&s), 0);
	ck_assert_int_eq(s.health, STATES_GOOD);
	ck_assert_int_eq(faccessat(dir, "reserve", F_OK, 0), 0);
	states_close(&s);
	reread(dir, &heard, &found);
	ck_assert_str_eq(heard.text, "2");
	leave(dir);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		torn_at_every_byte, damage_loses_one_record,
		a_hole_of_zeros_and_a_lost_head, the_newest_whole_log_counts,
		a_broken_log_stays_broken
	};

	return unit_run("states", tests, countof(tests));
}
