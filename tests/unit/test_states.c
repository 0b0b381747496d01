/* needs: tests/lib/unit queue/states queue/states_read queue/states_replace queue/record queue/crc queue/crc_table */
/* The states log: torn at every byte, damaged in the middle, begun anew. */
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

	if (frame->verb == RECORD_BOOT)
		return;
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
		"states.1", "states.2", "states.2.new", "states.3", "reserve"
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

static void
put_boot(struct states *s)
{
	struct record_boot msg = { "boot" };

	states_put(s, &record_boot, &msg);
}

static void
open_log(struct states *s, int dir)
{
	uint64_t past;

	ck_assert_int_eq(states_open(s, dir, &past), 0);
}

/* All steps of a sync, as a disk without faults answers them. */
static void
sync_log(struct states *s)
{
	int n;

	ck_assert_int_eq(states_write(s), 0);
	ck_assert_int_ne(states_sync_begin(s), -1);
	n = states_sync_end(s, 0);
	if (n == 1)
		n = states_listed(s, 0);
	ck_assert_int_eq(n, 0);
}

/* A log with RECORDS records; its size, and the content in buf. */
static size_t
make(int dir, unsigned char *buf, size_t size)
{
	struct states s;
	uint32_t i;
	ssize_t n;
	int fd;

	open_log(&s, dir);
	for (i = 0; i < RECORDS; i++)
		put(&s, i);
	sync_log(&s);
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
	open_log(&s, dir);
	ck_assert_int_eq(states_read(s.fd, hear, heard, found), 0);
	states_close(&s);
}

START_TEST(torn_at_every_byte)
{
	unsigned char buf[4096];
	struct states_found found;
	struct heard heard;
	struct states s;
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
		/* The next run appends behind it: no damage, no loss. */
		open_log(&s, dir);
		put_boot(&s);
		put(&s, 9);
		sync_log(&s);
		states_close(&s);
		reread(dir, &heard, &found);
		ck_assert_uint_eq(found.records, whole + 2);
		ck_assert_uint_eq(found.damaged, 0);
		ck_assert_int_eq(found.torn, 0);
		ck_assert_int_eq(heard.text[whole], '9');
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

/* What a run that died while it made its first log left. */
START_TEST(a_log_that_was_not_begun)
{
	struct states_found found;
	struct heard heard;
	struct states s;
	int dir = folder();
	size_t n;

	for (n = 0; n < 16; n++) {
		write_log(dir, "states.1", (const unsigned char *)
		    "malote states 1", n);
		open_log(&s, dir);
		put(&s, 1);
		sync_log(&s);
		states_close(&s);
		reread(dir, &heard, &found);
		ck_assert_str_eq(heard.text, "1");
		ck_assert_uint_eq(found.damaged, 0);
	}
	leave(dir);
}
END_TEST

/* A reader goes in steps and sees nothing that was appended since. */
START_TEST(what_is_appended_is_not_read)
{
	struct heard heard = { "", 0 };
	struct states_reader *r;
	unsigned char buf[4096];
	struct states s;
	int dir = folder(), n;
	uint64_t past;

	(void)make(dir, buf, sizeof(buf));
	ck_assert_int_eq(states_open(&s, dir, &past), 0);
	r = states_reader_new(s.fd, past);
	ck_assert_ptr_nonnull(r);
	put_boot(&s);
	put(&s, 8);
	sync_log(&s);
	while ((n = states_reader_step(r, hear, &heard)) == 1)
		;
	ck_assert_int_eq(n, 0);
	ck_assert_str_eq(heard.text, "01234");
	ck_assert_uint_eq(states_reader_found(r)->records, RECORDS);
	states_reader_free(r);
	states_close(&s);
	leave(dir);
}
END_TEST

static void
expect(int dir, const char *want)
{
	struct states_found found;
	struct heard heard;
	struct states s;
	uint64_t past;

	memset(&heard, 0, sizeof(heard));
	memset(&s, 0, sizeof(s));
	ck_assert_int_eq(states_open(&s, dir, &past), 0);
	ck_assert_int_eq(states_read(s.fd, hear, &heard, &found), 0);
	ck_assert_str_eq(heard.text, want);
	ck_assert_uint_eq(found.damaged, 0);
	states_close(&s);
}

/* The next log in the making: records 6 (of memory), 7 (meanwhile). */
static void
begin_next(struct states *s, struct states *next)
{
	uint64_t at;

	open_log(s, s->folder);
	at = s->size;
	ck_assert_int_eq(states_begin(next, s), 0);
	put(next, 6);
	ck_assert_int_eq(states_write(next), 0);
	put(s, 7);
	ck_assert_int_eq(states_write(s), 0);
	while (at < s->size)
		ck_assert_int_eq(states_copy(next, s, &at, 10), 0);
}

/* Stopped after any step, one log is there that says all. */
START_TEST(a_new_log_takes_the_place)
{
	unsigned char buf[4096];
	struct states s, next;
	unsigned step;
	int dir;

	for (step = 0; step < 5; step++) {
		dir = folder();
		(void)make(dir, buf, sizeof(buf));
		s.folder = dir;
		begin_next(&s, &next);
		if (step > 0)
			states_join(&s, &next);
		if (step > 1) {
			put(&s, 8);
			ck_assert_int_eq(states_write(&s), 0);
			ck_assert_int_ne(states_sync_begin(&s), -1);
		}
		if (step > 2) {
			ck_assert_int_eq(states_sync_end(&s, 0), 1);
			put(&s, 9);
			ck_assert_int_eq(states_write(&s), 0);
		}
		if (step > 3) {
			ck_assert_int_eq(states_listed(&s, 0), 0);
			ck_assert_ptr_null(s.twin);
			ck_assert_uint_eq(s.number, 2);
			ck_assert_int_eq(faccessat(dir, "states.1", F_OK, 0),
			    -1);
		} else
			states_close(&next);
		states_close(&s);
		expect(dir, step < 2 ? "012347" : step == 2 ? "0123478" :
		    "6789");
		leave(dir);
	}
}
END_TEST

/* Whatever fails of the new log, the old one goes on. */
START_TEST(a_new_log_that_fails_is_forgotten)
{
	unsigned char buf[4096];
	struct states s, next;
	unsigned step;
	int dir;

	for (step = 0; step < 3; step++) {
		dir = folder();
		(void)make(dir, buf, sizeof(buf));
		s.folder = dir;
		begin_next(&s, &next);
		states_join(&s, &next);
		ck_assert_int_ne(states_sync_begin(&s), -1);
		if (step == 0)		/* its sync */
			ck_assert_int_eq(states_sync_end(&s, EIO), -1);
		if (step == 2)		/* a write, once it has its name */
			ck_assert_int_eq(states_sync_end(&s, 0), 1);
		if (step > 0) {		/* a write during the sync */
			close(next.fd);
			next.fd = open("/dev/full", O_WRONLY);
		}
		put(&s, 8);
		ck_assert_int_eq(states_write(&s), 0);
		if (step == 1)
			ck_assert_int_eq(states_sync_end(&s, 0), -1);
		if (step == 2)
			ck_assert_int_eq(states_listed(&s, 0), -1);
		ck_assert_ptr_null(s.twin);
		ck_assert_int_eq(s.health, STATES_GOOD);
		/* If the new name was there, that it is gone must be synced. */
		ck_assert_int_eq(s.unlisted, 1);
		sync_log(&s);
		states_close(&s);
		expect(dir, "0123478");
		leave(dir);
	}
}
END_TEST

/* A log whose sync failed takes nothing more; one from memory replaces it. */
START_TEST(a_broken_log_is_replaced)
{
	struct states s, next;
	int dir = folder();

	open_log(&s, dir);
	put(&s, 1);
	sync_log(&s);
	put(&s, 2);
	ck_assert_int_eq(states_write(&s), 0);
	ck_assert_int_ne(states_sync_begin(&s), -1);
	ck_assert_int_eq(states_sync_end(&s, EIO), -1);
	ck_assert_int_eq(s.health, STATES_BROKEN);
	put(&s, 3);
	ck_assert_int_eq(states_write(&s), -1);
	ck_assert_int_eq(states_mend(&s), -1);

	ck_assert_int_eq(states_begin(&next, &s), 0);
	put(&next, 6);
	ck_assert_int_eq(states_write(&next), 0);
	states_rescue(&s, &next);
	ck_assert_int_eq(s.health, STATES_ANEW);
	put(&s, 7);
	sync_log(&s);
	ck_assert_int_eq(s.health, STATES_GOOD);
	states_close(&s);
	expect(dir, "67");
	ck_assert_int_eq(faccessat(dir, "states.1", F_OK, 0), -1);
	leave(dir);
}
END_TEST

/* A log without room keeps what it was told, and the reserve is given up. */
START_TEST(a_full_log_waits)
{
	struct states s;
	int dir = folder(), fd;

	open_log(&s, dir);
	sync_log(&s);
	fd = s.fd;
	s.fd = open("/dev/full", O_WRONLY);
	put(&s, 2);
	ck_assert_int_eq(states_write(&s), -1);
	ck_assert_int_eq(s.health, STATES_FULL);
	ck_assert_int_eq(faccessat(dir, "reserve", F_OK, 0), -1);
	close(s.fd);
	s.fd = fd;
	ck_assert_int_eq(states_mend(&s), 0);
	ck_assert_int_eq(s.health, STATES_GOOD);
	ck_assert_int_eq(faccessat(dir, "reserve", F_OK, 0), 0);
	states_close(&s);
	expect(dir, "2");
	leave(dir);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		torn_at_every_byte, damage_loses_one_record,
		a_hole_of_zeros_and_a_lost_head, a_log_that_was_not_begun,
		what_is_appended_is_not_read, a_new_log_takes_the_place,
		a_new_log_that_fails_is_forgotten, a_broken_log_is_replaced,
		a_full_log_waits
	};

	return unit_run("states", tests, countof(tests));
}
