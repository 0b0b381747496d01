/* needs: tests/lib/unit tests/lib/fake_syncer queue/arrivals queue/arrivals_write queue/arrivals_read queue/segments queue/spool queue/message queue/message_write queue/message_fields queue/crc queue/crc_table -levent_core */
/* The arrivals log: its form, its writer, its reader. */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../queue/arrivals_read.h"
#include "../../queue/arrivals_write.h"
#include "../../queue/crc.h"
#include "../../queue/message.h"
#include "../../queue/spool.h"
#include "fake_syncer.h"
#include "fd.h"
#include "loop.h"
#include "unit.h"

enum { SIZE = 1024 * 1024, SEGMENT = SIZE / ARRIVALS_SEGMENTS };

/* A house for a spool with a log. */
struct place {
	char			 top[32];
	int			 tmp, new, folder;
	struct loop		*loop;
	struct timer		*stop;
	struct arrivals_writer	*log;
	struct spool		 spool;
	unsigned		 stored, refused;
	uint64_t		 spoiled;
};

static int
folder(const char *top, const char *name)
{
	char path[200];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", top, name);
	ck_assert(mkdir(path, 0700) == 0 || errno == EEXIST);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	ck_assert_int_ne(fd, -1);
	return fd;
}

static void
on_stored(void *ctx, struct spooled *m)
{
	struct place *p = ctx;

	p->stored += m->error == 0;
	p->refused += m->error != 0;
}

static void
on_spoiled(void *ctx, uint64_t generation)
{
	((struct place *)ctx)->spoiled = generation;
}

static void
on_stop(void *arg)
{
	loop_stop(arg);
}

/* Lets the timers of the segments run. */
static void
make_segments(struct place *p)
{
	int i;

	for (i = 0; i < 20; i++) {
		timer_set(p->stop, 5);
		loop_run(p->loop);
		(void)fake_sync_all();
	}
}

static void
open_log(struct place *p)
{
	p->log = arrivals_new(p->loop, p->folder, NULL, NULL, on_spoiled, p);
	arrivals_resize(p->log, SIZE, 64 * 1024);
	spool_init(&p->spool, p->tmp, p->new, NULL, p->log, on_stored, p);
}

static void
place_open(struct place *p)
{
	memset(p, 0, sizeof(*p));
	(void)strlcpy(p->top, "/tmp/test_arrivals.XXXXXX", sizeof(p->top));
	ck_assert_ptr_nonnull(mkdtemp(p->top));
	p->tmp = folder(p->top, "tmp");
	p->new = folder(p->top, "new");
	p->folder = folder(p->top, "arrivals");
	p->loop = loop_new();
	p->stop = timer_new(p->loop, on_stop, p->loop);
	open_log(p);
}

static void
place_close(struct place *p)
{
	char command[80];

	(void)snprintf(command, sizeof(command), "rm -r %s", p->top);
	ck_assert_int_eq(system(command), 0);
}

/* A message with a body of n bytes joins the batch. */
static void
join(struct place *p, struct spooled *m, size_t n)
{
	struct message head = { .arrival = 1, .sender = "a@b" };
	char *body = calloc(1, n + 1);

	ck_assert_ptr_nonnull(body);
	memset(body, 'x', n);
	ck_assert_int_eq(spool_begin(&p->spool, m), 0);
	(void)strlcpy(head.id, m->id, sizeof(head.id));
	ck_assert_int_eq(message_put_head(&m->file, &head), 0);
	ck_assert_int_eq(message_put_rcpt(&m->file, "c@d", ""), 0);
	ck_assert_int_eq(message_put_body(&m->file, body, n), 0);
	ck_assert_int_eq(spool_join(&p->spool, m), 0);
	free(body);
}

static int
segment(const struct place *p, uint64_t generation, int flags)
{
	char name[ARRIVALS_NAME];
	int fd;

	arrivals_name(name, generation);
	fd = openat(p->folder, name, flags);
	ck_assert_int_ne(fd, -1);
	return fd;
}

/* How many records of each kind a segment has; its last one. */
static unsigned
count(const struct place *p, uint64_t generation, enum arrivals_type type,
    struct arrivals_record *last)
{
	struct arrivals_record record;
	struct arrivals_reader r;
	int fd = segment(p, generation, O_RDONLY), got;
	unsigned n = 0;

	arrivals_reader_init(&r, fd);
	while ((got = arrivals_next(&r, &record)) == 1) {
		ck_assert_uint_eq(record.head.generation, generation);
		n += record.head.type == type;
		*last = record;
	}
	ck_assert_int_eq(got, 0);
	close(fd);
	return n;
}

START_TEST(heads)
{
	struct arrivals_head a = {
		.type = ARRIVALS_MESSAGE, .generation = UINT64_MAX - 1,
		.sequence = 0x0102030405060708, .length = 70000,
		.crc = 0xdeadbeef, .id = "008DnGiXnj9LijQv"
	}, b;
	unsigned char bytes[ARRIVALS_HEAD];
	size_t i;

	arrivals_put_head(bytes, &a);
	ck_assert(arrivals_get_head(bytes, &b));
	ck_assert_int_eq(b.type, ARRIVALS_MESSAGE);
	ck_assert_uint_eq(b.generation, a.generation);
	ck_assert_uint_eq(b.sequence, a.sequence);
	ck_assert_uint_eq(b.length, a.length);
	ck_assert_uint_eq(b.crc, a.crc);
	ck_assert_str_eq(b.id, a.id);
	/* No byte of it can change unseen. */
	for (i = 0; i < sizeof(bytes); i++) {
		bytes[i] ^= 1;
		ck_assert_msg(!arrivals_get_head(bytes, &b), "byte %zu", i);
		bytes[i] ^= 1;
	}
	/* Possible, but not meant. */
	a.generation = 0;
	arrivals_put_head(bytes, &a);
	ck_assert(!arrivals_get_head(bytes, &b));
	a.generation = 1;
	a.length = MESSAGE_HEAD - 1;
	arrivals_put_head(bytes, &a);
	ck_assert(!arrivals_get_head(bytes, &b));
	a.length = MESSAGE_HEAD;
	(void)strlcpy(a.id, "../cur", sizeof(a.id));
	arrivals_put_head(bytes, &a);
	ck_assert(!arrivals_get_head(bytes, &b));
	*a.id = '\0';
	arrivals_put_head(bytes, &a);
	ck_assert(!arrivals_get_head(bytes, &b));
}
END_TEST

START_TEST(one_sync_for_all_that_wait)
{
	static const size_t sizes[] = { 10, 5000, 9000, 60000 };
	struct arrivals_record last;
	struct spooled m[countof(sizes)], late, large;
	struct place p;
	size_t i;

	place_open(&p);
	/* Before queue has said so, the log is not touched. */
	join(&p, &m[0], 10);
	spool_commit(&p.spool);
	ck_assert_uint_eq(fake_sync_all(), 2);
	ck_assert_uint_eq(m[0].generation, 0);
	arrivals_told_next(p.log, 5);
	arrivals_told_free(p.log, 4);
	make_segments(&p);
	for (i = 0; i < countof(sizes); i++)
		join(&p, &m[i], sizes[i]);
	spool_commit(&p.spool);
	ck_assert(spool_is_busy(&p.spool));
	/* What comes meanwhile waits for the next one, or goes its own way. */
	join(&p, &late, 10);
	join(&p, &large, 64 * 1024);
	spool_commit(&p.spool);
	ck_assert_uint_eq(p.stored, 1);
	ck_assert_int_eq(faccessat(p.new, m[0].id, F_OK, 0), -1);
	ck_assert_int_eq(fake_sync(0), SYNC_DATA);
	ck_assert_uint_eq(p.stored, 1 + countof(sizes));
	ck_assert_uint_eq(fake_sync_all(), 3);
	ck_assert_uint_eq(p.stored, 3 + countof(sizes));
	ck_assert(spool_is_empty(&p.spool));
	ck_assert_uint_eq(m[0].generation, 5);
	ck_assert_uint_eq(late.generation, 5);
	ck_assert_uint_eq(large.generation, 0);
	ck_assert_uint_eq(count(&p, 5, ARRIVALS_MESSAGE, &last),
	    countof(sizes) + 1);
	ck_assert_str_eq(last.head.id, late.id);
	place_close(&p);
}
END_TEST

START_TEST(segments_are_used_in_turn_and_only_when_free)
{
	struct arrivals_record last;
	struct spooled m;
	struct place p;
	uint64_t g;
	int i;

	place_open(&p);
	arrivals_told_next(p.log, 1);
	for (g = 1; g <= ARRIVALS_SEGMENTS; g++) {
		make_segments(&p);
		for (i = 0; i < 3; i++) {
			join(&p, &m, SEGMENT / 3 - 1000);
			spool_commit(&p.spool);
			(void)fake_sync_all();
			ck_assert_uint_eq(m.generation, g);
		}
	}
	make_segments(&p);
	join(&p, &m, 10000);
	spool_commit(&p.spool);
	(void)fake_sync_all();
	ck_assert_msg(m.generation == 0 && m.error == 0, "full: old road");
	/* The first is free: nothing that stood there is read any more. */
	arrivals_told_free(p.log, 1);
	join(&p, &m, 10000);
	spool_commit(&p.spool);
	(void)fake_sync_all();
	ck_assert_uint_eq(m.generation, ARRIVALS_SEGMENTS + 1);
	ck_assert_uint_eq(count(&p, ARRIVALS_SEGMENTS + 1, ARRIVALS_MESSAGE,
	    &last), 1);
	/* A new NEXT begins a new one, never an old one. */
	arrivals_told_free(p.log, 4);
	arrivals_told_next(p.log, 3);
	make_segments(&p);
	join(&p, &m, 10);
	spool_commit(&p.spool);
	(void)fake_sync_all();
	ck_assert_uint_eq(m.generation, ARRIVALS_SEGMENTS + 2);
	/* Queue wants no log. */
	arrivals_told_next(p.log, 0);
	join(&p, &m, 10);
	spool_commit(&p.spool);
	(void)fake_sync_all();
	ck_assert_uint_eq(m.generation, 0);
	place_close(&p);
}
END_TEST

START_TEST(a_failed_sync_is_cut_off)
{
	struct arrivals_record first, last;
	struct spooled m, bad, next;
	struct place p;

	place_open(&p);
	arrivals_told_next(p.log, 1);
	make_segments(&p);
	join(&p, &m, 10);
	spool_commit(&p.spool);
	ck_assert_int_eq(fake_sync(0), SYNC_DATA);
	(void)count(&p, 1, ARRIVALS_MESSAGE, &first);
	join(&p, &bad, 10);
	spool_commit(&p.spool);
	ck_assert_int_eq(fake_sync(EIO), SYNC_DATA);
	ck_assert_int_eq(bad.error, EIO);
	ck_assert_uint_eq(p.refused, 1);
	ck_assert_uint_eq(p.spoiled, 1);
	ck_assert_uint_eq(arrivals_spoiled(p.log), 1);
	ck_assert_int_eq(faccessat(p.tmp, bad.id, F_OK, 0), -1);
	ck_assert_int_eq(faccessat(p.new, bad.id, F_OK, 0), -1);
	/* A disk that fails has a rest; mail has not. */
	join(&p, &next, 10);
	spool_commit(&p.spool);
	(void)fake_sync_all();
	ck_assert(next.generation == 0 && next.error == 0);
	timer_set(p.stop, ARRIVALS_REST_MS + 10);
	loop_run(p.loop);
	make_segments(&p);
	join(&p, &next, 10);
	spool_commit(&p.spool);
	ck_assert_int_eq(fake_sync(0), SYNC_DATA);
	ck_assert_uint_eq(next.generation, 2);
	ck_assert_uint_eq(count(&p, 2, ARRIVALS_CUT, &last), 1);
	ck_assert_uint_eq(count(&p, 2, ARRIVALS_MESSAGE, &last), 1);
	/* The place of the first one is never used again. */
	arrivals_told_next(p.log, 9);
	arrivals_told_free(p.log, 8);
	make_segments(&p);
	join(&p, &next, 10);
	spool_commit(&p.spool);
	(void)fake_sync_all();
	ck_assert_uint_eq(next.generation, 0);
	place_close(&p);
}
END_TEST

START_TEST(a_cut_names_the_last_that_counts)
{
	struct arrivals_record last, cut;
	struct arrivals_reader r;
	struct spooled m, bad;
	struct place p;
	int fd;

	place_open(&p);
	arrivals_told_next(p.log, 1);
	make_segments(&p);
	join(&p, &m, 10);
	spool_commit(&p.spool);
	ck_assert_int_eq(fake_sync(0), SYNC_DATA);
	(void)count(&p, 1, ARRIVALS_MESSAGE, &last);
	join(&p, &bad, 10);
	spool_commit(&p.spool);
	ck_assert_int_eq(fake_sync(EIO), SYNC_DATA);
	timer_set(p.stop, ARRIVALS_REST_MS + 10);
	loop_run(p.loop);
	make_segments(&p);
	/* Said by itself, without a message. */
	spool_commit(&p.spool);
	ck_assert_int_eq(fake_sync(0), SYNC_DATA);
	fd = segment(&p, 2, O_RDONLY);
	arrivals_reader_init(&r, fd);
	ck_assert_int_eq(arrivals_next(&r, &cut), 1);
	ck_assert_int_eq(cut.head.type, ARRIVALS_CUT);
	ck_assert_uint_eq(cut.cut.generation, 1);
	ck_assert_uint_eq(cut.cut.sequence, last.head.sequence);
	close(fd);
	place_close(&p);
}
END_TEST

START_TEST(what_finds_no_place_is_unsaid)
{
	struct arrivals_record last;
	struct spooled m, next;
	struct place p;
	int fd;

	place_open(&p);
	arrivals_told_next(p.log, 1);
	make_segments(&p);
	join(&p, &m, 10);
	spool_commit(&p.spool);
	fd = openat(p.new, m.id, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_ne(fd, -1);
	close(fd);
	ck_assert_int_eq(fake_sync(0), SYNC_DATA);
	ck_assert_int_eq(m.error, EEXIST);
	join(&p, &next, 10);
	spool_commit(&p.spool);
	ck_assert_int_eq(fake_sync(0), SYNC_DATA);
	ck_assert_uint_eq(count(&p, 1, ARRIVALS_VOID, &last), 1);
	ck_assert_str_eq(last.head.id, m.id);
	place_close(&p);
}
END_TEST

/* Three records; where they end in *at. */
static void
write_three(struct place *p, off_t at[4])
{
	struct arrivals_record record;
	struct arrivals_reader r;
	struct spooled m[3];
	int fd, i;

	place_open(p);
	arrivals_told_next(p->log, 1);
	make_segments(p);
	for (i = 0; i < 3; i++)
		join(p, &m[i], 1000);
	spool_commit(&p->spool);
	ck_assert_int_eq(fake_sync(0), SYNC_DATA);
	fd = segment(p, 1, O_RDONLY);
	arrivals_reader_init(&r, fd);
	for (i = 0; i < 3; i++) {
		at[i] = r.at;
		ck_assert_int_eq(arrivals_next(&r, &record), 1);
	}
	at[3] = r.at;
	ck_assert_int_eq(arrivals_next(&r, &record), 0);
	close(fd);
}

START_TEST(reading_stops_at_what_is_torn)
{
	struct arrivals_record record;
	struct arrivals_reader r;
	unsigned char byte;
	struct place p;
	off_t at[4], where;
	uint64_t beyond;
	int fd, i, k, n;

	write_three(&p, at);
	fd = segment(&p, 1, O_RDWR);
	for (i = 0; i < 3; i++)
		for (k = 0; k < 3; k++) {
			where = k == 0 ? at[i] : k == 1 ?
			    at[i] + ARRIVALS_HEAD : at[i + 1] - 1;
			ck_assert_int_eq(pread(fd, &byte, 1, where), 1);
			byte ^= 1;
			ck_assert_int_eq(pwrite(fd, &byte, 1, where), 1);
			arrivals_reader_init(&r, fd);
			for (n = 0; arrivals_next(&r, &record) == 1; n++)
				;
			ck_assert_int_eq(n, i);
			ck_assert_int_eq(r.at, at[i]);
			ck_assert_int_eq(arrivals_beyond(&r, &beyond), 0);
			ck_assert_uint_eq(beyond, i == 0 ? 0 : 2 - (unsigned)i);
			byte ^= 1;
			ck_assert_int_eq(pwrite(fd, &byte, 1, where), 1);
		}
	/* Cut short in the middle of the last one. */
	ck_assert_int_eq(ftruncate(fd, at[3] - 1), 0);
	arrivals_reader_init(&r, fd);
	for (n = 0; arrivals_next(&r, &record) == 1; n++)
		;
	ck_assert_int_eq(n, 2);
	close(fd);
	place_close(&p);
}
END_TEST

START_TEST(what_was_there_before_is_not_read)
{
	struct arrivals_head head;
	struct arrivals_record record;
	struct arrivals_reader r;
	unsigned char bytes[ARRIVALS_HEAD];
	struct place p;
	off_t at[4];
	int fd, k, n;

	write_three(&p, at);
	fd = segment(&p, 1, O_RDWR);
	/* The last one: of another generation; out of its turn. */
	for (k = 0; k < 2; k++) {
		ck_assert_int_eq(pread(fd, bytes, sizeof(bytes), at[2]),
		    sizeof(bytes));
		ck_assert(arrivals_get_head(bytes, &head));
		head.generation += k == 0 ? 8 : 0;
		head.sequence += k == 0 ? 0 : 1;
		arrivals_put_head(bytes, &head);
		ck_assert_int_eq(pwrite(fd, bytes, sizeof(bytes), at[2]),
		    sizeof(bytes));
		arrivals_reader_init(&r, fd);
		for (n = 0; arrivals_next(&r, &record) == 1; n++)
			;
		ck_assert_int_eq(n, 2);
		head.generation -= k == 0 ? 8 : 0;
		arrivals_put_head(bytes, &head);
		ck_assert_int_eq(pwrite(fd, bytes, sizeof(bytes), at[2]),
		    sizeof(bytes));
	}
	close(fd);
	place_close(&p);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		heads, one_sync_for_all_that_wait,
		segments_are_used_in_turn_and_only_when_free,
		a_failed_sync_is_cut_off, a_cut_names_the_last_that_counts,
		what_finds_no_place_is_unsaid, reading_stops_at_what_is_torn,
		what_was_there_before_is_not_read
	};

	return unit_run("arrivals", tests, countof(tests));
}
