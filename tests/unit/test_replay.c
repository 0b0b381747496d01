/* needs: tests/lib/unit queue/entry queue/rcpt queue/roll queue/kept queue/known queue/place queue/hash queue/due queue/marks queue/replay queue/generations queue/record queue/states queue/states_read queue/states_replace queue/message queue/message_fields queue/crc queue/crc_table */
/*
 * Messages in memory: who is known already, whose turn it is, and that what
 * compaction writes reads back as the same message.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../queue/entry.h"
#include "../../queue/kept.h"
#include "../../queue/known.h"
#include "../../queue/marks.h"
#include "../../queue/message.h"
#include "../../queue/place.h"
#include "../../queue/record.h"
#include "../../queue/replay.h"
#include "../../queue/states.h"
#include "fd.h"
#include "unit.h"

struct house {
	struct dues	dues, retries;
	struct entries	entries;
	struct jobs	jobs;
};

static void
house_init(struct house *h)
{
	dues_init(&h->dues);
	dues_init(&h->retries);
	ck_assert_int_eq(entries_init(&h->entries, &h->dues, &h->retries), 0);
	ck_assert_int_eq(jobs_init(&h->jobs), 0);
}

static void
house_free(struct house *h)
{
	struct entry *e;

	while ((e = TAILQ_FIRST(&h->entries.all)) != NULL)
		entry_free(&h->entries, e);
	hash_free(&h->entries.by_id);
	ck_assert_uint_eq(h->entries.kepts.by_text.count, 0);
	hash_free(&h->entries.kepts.by_text);
	hash_free(&h->jobs.by_key);
	ck_assert_uint_eq(h->dues.promised + h->retries.promised, 0);
	dues_free(&h->dues);
	dues_free(&h->retries);
}

static void
add(struct roll *roll, unsigned flags, const char *address,
    const char *reverse)
{
	const char *texts[TEXT_COUNT] = { address, "", "list", "", reverse };

	ck_assert_int_eq(roll_add(roll, flags, texts), 0);
}

/* A message with n recipients r0@x, r1@x … */
static struct entry *
message(struct house *h, const char *id, unsigned n)
{
	struct message m = { .sender = "from@x", .arrival = 1000 };
	struct roll roll;
	struct entry *e;
	char name[32];
	unsigned i;

	(void)strlcpy(m.id, id, sizeof(m.id));
	roll_init(&roll);
	for (i = 0; i < n; i++) {
		(void)snprintf(name, sizeof(name), "r%u@x", i);
		add(&roll, 0, name, "");
	}
	e = entry_new(&h->entries, &m, &roll);
	ck_assert_ptr_nonnull(e);
	e->flags |= ENTRY_PAST;
	roll_free(&roll);
	return e;
}

static void
expand(struct house *h, struct entry *e, uint32_t parent, unsigned n)
{
	struct roll roll;
	char name[32];
	unsigned i;

	roll_init(&roll);
	for (i = 0; i < n; i++) {
		(void)snprintf(name, sizeof(name), "c%u-%u@x", parent, i);
		add(&roll, RCPT_LEAF | (i == 0 ? RCPT_REVERSE : 0), name,
		    i == 0 ? "owner@x" : "");
	}
	ck_assert_int_eq(entry_add(&h->entries, e, parent, &roll), 0);
	rcpt_set_state(entry_rcpt(e, parent), RCPT_DONE);
	entry_rcpt(e, parent)->flags |= RCPT_FORWARDED;
	roll_free(&roll);
}

START_TEST(recipients_are_found_by_index)
{
	struct house h;
	struct entry *e;
	uint32_t i;

	house_init(&h);
	e = message(&h, "m1", 3);
	for (i = 0; i < 3; i++)
		expand(&h, e, i, 1 + i * 7);
	ck_assert_uint_eq(e->count, 3 + 1 + 8 + 15);
	for (i = 0; i < e->count; i++)
		ck_assert_uint_eq(entry_rcpt(e, i)->index, i);
	ck_assert_ptr_null(entry_rcpt(e, e->count));
	ck_assert_str_eq(rcpt_address(entry_rcpt(e, 5)), "c1-1@x");
	ck_assert_str_eq(rcpt_reverse(entry_rcpt(e, 4)), "owner@x");
	ck_assert_str_eq(rcpt_reverse(entry_rcpt(e, 5)), "from@x");
	ck_assert_uint_eq(e->open, 24);
	house_free(&h);
}
END_TEST

START_TEST(known_recipients_are_left_out)
{
	struct known known;
	struct house h;
	struct entry *e;
	struct roll roll;
	size_t at = 0;
	unsigned flags;

	house_init(&h);
	e = message(&h, "m1", 3);
	entry_rcpt(e, 2)->flags |= RCPT_FORWARDED;
	roll_init(&roll);
	add(&roll, 0, "r0@X", "");	/* known: domains have no case */
	add(&roll, 0, "R0@x", "");	/* another mailbox for all we know */
	add(&roll, 0, "r2@x", "");	/* was sent on: must not lean on it */
	add(&roll, 0, "new@x", "");
	add(&roll, 0, "new@x", "");
	ck_assert_int_eq(known_filter(&known, e, &roll), 0);
	ck_assert_uint_eq(known.roll->count, 3);
	ck_assert_uint_eq(known.from[0], 1);
	ck_assert_uint_eq(known.from[2], 3);
	ck_assert_str_eq(roll_next(known.roll, &at, &flags), "R0@x");
	ck_assert_str_eq(roll_next(known.roll, &at, &flags), "r2@x");
	ck_assert_str_eq(roll_next(known.roll, &at, &flags), "new@x");
	ck_assert_ptr_null(roll_next(known.roll, &at, &flags));
	known_free(&known);
	roll_free(&roll);
	house_free(&h);
}
END_TEST

/* How many of the roll of one address are new. */
static uint32_t
is_new(struct entry *e, const char *address)
{
	struct known known;
	struct roll roll;
	uint32_t n;

	roll_init(&roll);
	add(&roll, 0, address, "");
	ck_assert_int_eq(known_filter(&known, e, &roll), 0);
	n = known.roll->count;
	known_free(&known);
	roll_free(&roll);
	return n;
}

/* Thousands of recipients that expand one after the other: the table is kept
 * and follows them, and what is sent on stops counting at once. */
START_TEST(what_is_known_follows_the_message)
{
	struct house h;
	struct entry *e;
	uint32_t i, first;
	char name[32];

	house_init(&h);
	e = message(&h, "m1", 3000);
	for (i = 0; i < 3000; i++) {
		(void)snprintf(name, sizeof(name), "c%u-0@X", i);
		ck_assert_uint_eq(is_new(e, name), 1);
		first = e->count;
		expand(&h, e, i, 2);
		known_added(e, first);
		ck_assert_uint_eq(is_new(e, name), 0);
		(void)snprintf(name, sizeof(name), "r%u@x", i);
		ck_assert_uint_eq(is_new(e, name), 1);
		(void)snprintf(name, sizeof(name), "r%u@x", i + 1);
		ck_assert_uint_eq(is_new(e, name), i + 1 == 3000);
	}
	ck_assert_ptr_nonnull(e->more->faces);
	known_forget(e);
	ck_assert_uint_eq(is_new(e, "c2999-1@x"), 0);
	house_free(&h);
}
END_TEST

/* Recipients of a message that wait for others of it stand with it, not in
 * the line. */
START_TEST(gathered_recipients_have_no_turn)
{
	struct rcpt *batch[100];
	struct place place, coming;
	struct house h;
	struct entry *e;
	struct rcpt *r;

	house_init(&h);
	place_init(&place);
	place_init_gathering(&coming);
	e = message(&h, "m1", 2);
	ck_assert_uint_eq(e->asking, 2);
	rcpt_set_state(entry_rcpt(e, 0), RCPT_SYNCING);
	ck_assert_uint_eq(e->asking, 1);
	ck_assert_int_eq(place_add(&h.jobs, &coming, entry_rcpt(e, 0)), 0);
	ck_assert_uint_eq(coming.count, 1);
	ck_assert_uint_eq(place_take(&h.jobs, &coming, batch, 100), 0);
	ck_assert_int_eq(place_add(&h.jobs, &place, entry_rcpt(e, 1)), 0);
	ck_assert_ptr_ne(entry_rcpt(e, 0)->job, entry_rcpt(e, 1)->job);
	ck_assert_uint_eq(place_take(&h.jobs, &place, batch, 100), 1);
	r = job_dissolve(&h.jobs, entry_coming(e));
	ck_assert_ptr_eq(r, entry_rcpt(e, 0));
	ck_assert_uint_eq(coming.count, 0);
	ck_assert_ptr_null(entry_coming(e));
	house_free(&h);
}
END_TEST

/* A list of 250 and a single message: the single one is second. */
START_TEST(messages_take_turns)
{
	struct rcpt *batch[100];
	struct place place;
	struct house h;
	struct entry *list, *one;
	uint32_t i;

	house_init(&h);
	place_init(&place);
	list = message(&h, "list", 250);
	one = message(&h, "one", 1);
	for (i = 0; i < 250; i++)
		ck_assert_int_eq(place_add(&h.jobs, &place,
		    entry_rcpt(list, i)), 0);
	ck_assert_int_eq(place_add(&h.jobs, &place, entry_rcpt(one, 0)), 0);
	ck_assert_uint_eq(place.count, 251);
	ck_assert_uint_eq(place_take(&h.jobs, &place, batch, 100), 100);
	ck_assert_ptr_eq(batch[0]->entry, list);
	ck_assert_uint_eq(place_take(&h.jobs, &place, batch, 100), 1);
	ck_assert_ptr_eq(batch[0]->entry, one);
	job_first(job_find(&h.jobs, list, &place));
	ck_assert_uint_eq(place_take(&h.jobs, &place, batch, 100), 100);
	ck_assert_uint_eq(place_take(&h.jobs, &place, batch, 100), 50);
	ck_assert_uint_eq(place_take(&h.jobs, &place, batch, 100), 0);
	ck_assert_uint_eq(place.count, 0);
	house_free(&h);
}
END_TEST

/* One transaction has one reverse-path. */
START_TEST(reverse_paths_do_not_mix)
{
	struct rcpt *batch[100];
	struct place place;
	struct house h;
	struct entry *e;
	uint32_t i;

	house_init(&h);
	place_init(&place);
	e = message(&h, "m1", 1);
	expand(&h, e, 0, 4);
	for (i = 1; i < e->count; i++)
		ck_assert_int_eq(place_add(&h.jobs, &place,
		    entry_rcpt(e, i)), 0);
	ck_assert_uint_eq(place_take(&h.jobs, &place, batch, 100), 1);
	ck_assert_str_eq(rcpt_reverse(batch[0]), "owner@x");
	ck_assert_uint_eq(place_take(&h.jobs, &place, batch, 100), 3);
	house_free(&h);
}
END_TEST

/* --- there and back --------------------------------------------------- */

static void
keep(struct house *h, struct rcpt *r, enum rcpt_state state, unsigned code,
    const char *status)
{
	struct fate fate;

	fate_set(&fate, code, status, "said %u", code);
	rcpt_keep(&h->entries, r, kept_new(&fate, "mx.x"), 1234);
	rcpt_set_state(r, state);
}

/* A message with a recipient in each state that lasts. */
static struct entry *
lively(struct house *h)
{
	struct entry *e = message(h, "m1", 6);
	struct rcpt *r;

	expand(h, e, 0, 3);
	rcpt_set_state(entry_rcpt(e, 1), RCPT_DONE);
	keep(h, entry_rcpt(e, 2), RCPT_DEFERRED, 451, "4.7.1");
	entry_rcpt(e, 2)->attempts = 3;
	due_set(&h->retries, &entry_rcpt(e, 2)->due, fd_now() + 3600 * 1000);
	rcpt_set_state(entry_rcpt(e, 3), RCPT_HELD);
	keep(h, entry_rcpt(e, 4), RCPT_FAILED, 550, "5.1.1");
	r = entry_rcpt(e, 5);
	keep(h, r, RCPT_REPORTED, 550, "5.2.2");
	r->serial = e->serial = 1;
	ck_assert_int_eq(entry_set_report(e, 1, "report1"), 0);
	keep(h, entry_rcpt(e, 7), RCPT_FAILED, 554, "5.4.6");
	entry_rcpt(e, 7)->serial = e->serial = 2;
	rcpt_set_state(entry_rcpt(e, 6), RCPT_ASKING);
	rcpt_set_state(entry_rcpt(e, 8), RCPT_ASKING);
	e->flags |= ENTRY_WARNED;
	return e;
}

static void
same_fate(const struct rcpt *a, const struct rcpt *b)
{
	struct fate x, y;

	ck_assert_int_eq(a->kept == NULL, b->kept == NULL);
	if (a->kept == NULL)
		return;
	kept_fate(a->kept, &x);
	kept_fate(b->kept, &y);
	ck_assert_uint_eq(x.code, y.code);
	ck_assert_str_eq(x.status, y.status);
	ck_assert_str_eq(x.text, y.text);
	ck_assert_str_eq(kept_peer(a->kept), kept_peer(b->kept));
	ck_assert_uint_eq(a->last, b->last);
}

static void
same(const struct entry *a, const struct entry *b)
{
	const struct rcpt *x, *y;
	uint32_t i;

	ck_assert_uint_eq(a->count, b->count);
	ck_assert_uint_eq(a->open, b->open);
	ck_assert_uint_eq(a->moving, b->moving);
	ck_assert_uint_eq(a->failed, b->failed);
	ck_assert_uint_eq(a->serial, b->serial);
	ck_assert_uint_eq(a->flags, b->flags);
	ck_assert_str_eq(entry_report(b, 1), "report1");
	for (i = 0; i < a->count; i++) {
		x = entry_rcpt(a, i);
		y = entry_rcpt(b, i);
		ck_assert_str_eq(rcpt_address(x), rcpt_address(y));
		ck_assert_str_eq(rcpt_reverse(x), rcpt_reverse(y));
		ck_assert_uint_eq(x->parent, y->parent);
		ck_assert_uint_eq(x->state, y->state);
		ck_assert_uint_eq(x->flags, y->flags);
		ck_assert_uint_eq(x->serial, y->serial);
		ck_assert_uint_eq(x->attempts, y->attempts);
		ck_assert_int_eq(x->due.at != 0, y->due.at != 0);
		same_fate(x, y);
	}
}

/* Reads what was written so far into a house of its own. */
static void
read_back(struct house *h, int fd, uint64_t *odd)
{
	struct states_found found;
	struct replay rp;

	replay_init(&rp, &h->entries);
	ck_assert_int_eq(states_read(fd, replay_record, &rp, &found), 0);
	ck_assert_uint_eq(found.damaged, 0);
	*odd = rp.odd;
	replay_free(&rp);
}

/* A log in a file that has no name. */
static void
open_log(struct states *s)
{
	char path[] = "/tmp/test_replay.XXXXXX";

	memset(s, 0, sizeof(*s));
	str_init(&s->pending, 1024 * 1024);
	s->fd = mkstemp(path);
	ck_assert_int_ne(s->fd, -1);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(str_puts(&s->pending, "malote states 1\n"), 0);
}

START_TEST(compaction_reads_back_the_same)
{
	struct house h, h2;
	struct entry *e, *e2;
	struct states s;
	uint64_t odd;

	house_init(&h);
	house_init(&h2);
	open_log(&s);
	e = lively(&h);
	marks_entry(&s, e);
	ck_assert_int_eq(states_write(&s), 0);
	e2 = message(&h2, "m1", 6);
	read_back(&h2, s.fd, &odd);
	ck_assert_uint_eq(odd, 0);
	same(e, e2);
	states_close(&s);
	house_free(&h);
	house_free(&h2);
}
END_TEST

/* Half an expansion counts for nothing; one behind a gap keeps its place. */
START_TEST(half_an_expansion_is_none)
{
	const struct record_added added = {
		"m1", 2, RCPT_LEAF, "c@x", "", "", "", ""
	};
	const struct record_expanded half = { "m1", 0, RCPT_FORWARDED, 2, 2 };
	const struct record_added later = {
		"m1", 4, RCPT_LEAF, "d@x", "", "", "", ""
	};
	const struct record_expanded whole = { "m1", 1, RCPT_FORWARDED, 4, 1 };
	const struct record_rcpt far = { "m1", 77, 0 };
	struct states s;
	struct house h;
	struct entry *e;
	uint64_t odd;

	house_init(&h);
	open_log(&s);
	e = message(&h, "m1", 2);
	states_put(&s, &record_added, &added);
	states_put(&s, &record_expanded, &half);
	states_put(&s, &record_added, &later);
	states_put(&s, &record_expanded, &whole);
	states_put(&s, &record_done, &far);
	ck_assert_int_eq(states_write(&s), 0);
	read_back(&h, s.fd, &odd);
	ck_assert_uint_eq(odd, 2);
	ck_assert_uint_eq(e->count, 5);
	ck_assert_uint_eq(entry_rcpt(e, 0)->state, RCPT_ASKING);
	ck_assert_uint_eq(entry_rcpt(e, 1)->state, RCPT_DONE);
	ck_assert_uint_eq(entry_rcpt(e, 2)->state, RCPT_DONE);
	ck_assert_uint_eq(entry_rcpt(e, 4)->state, RCPT_ASKING);
	ck_assert_str_eq(rcpt_address(entry_rcpt(e, 4)), "d@x");
	ck_assert_uint_eq(e->open, 2);
	states_close(&s);
	house_free(&h);
}
END_TEST

/* A message without a file stands out, unless it was finished. */
START_TEST(ghosts)
{
	const struct record_rcpt done = { "gone", 0, 0 };
	const struct record_rcpt over = { "over", 0, 0 };
	const struct record_entry finished = { "over" };
	struct states s;
	struct house h;
	struct entry *e;
	uint64_t odd;

	house_init(&h);
	open_log(&s);
	states_put(&s, &record_done, &done);
	states_put(&s, &record_done, &over);
	states_put(&s, &record_finished, &finished);
	ck_assert_int_eq(states_write(&s), 0);
	read_back(&h, s.fd, &odd);
	ck_assert_uint_eq(odd, 0);
	e = entry_find(&h.entries, "gone");
	ck_assert_ptr_nonnull(e);
	ck_assert_uint_eq(e->flags, ENTRY_GHOST);
	ck_assert_ptr_null(entry_find(&h.entries, "over"));
	states_close(&s);
	house_free(&h);
}
END_TEST

/* A list as one record, and what a damaged one must not do. */
START_TEST(a_roll_reads_back)
{
	struct house h, h2;
	struct entry *e, *e2;
	struct states s;
	struct roll roll;
	uint64_t odd;
	uint32_t i;
	char name[32];
	struct record_expanded end = { "m1", 1, RCPT_FORWARDED, 3, 5000 };

	house_init(&h);
	house_init(&h2);
	open_log(&s);
	e = message(&h, "m1", 3);
	roll_init(&roll);
	for (i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof(name), "member%u@x", i);
		add(&roll, RCPT_LEAF, name, "");
	}
	marks_roll(&s, e, 3, &roll);
	states_put(&s, &record_expanded, &end);
	ck_assert_uint_lt(s.pending.len, 5000 * 24);
	ck_assert_int_eq(states_write(&s), 0);
	e2 = message(&h2, "m1", 3);
	read_back(&h2, s.fd, &odd);
	ck_assert_uint_eq(odd, 0);
	ck_assert_uint_eq(e2->count, 5003);
	ck_assert_str_eq(rcpt_address(entry_rcpt(e2, 3)), "member0@x");
	ck_assert_str_eq(rcpt_address(entry_rcpt(e2, 5002)), "member4999@x");
	ck_assert_uint_eq(entry_rcpt(e2, 5002)->flags, RCPT_LEAF);
	ck_assert_uint_eq(entry_rcpt(e2, 5002)->parent, 1);
	ck_assert_int_eq(entry_rcpt(e2, 5002)->state, RCPT_ASKING);
	ck_assert_int_eq(entry_rcpt(e2, 1)->state, RCPT_DONE);
	roll_free(&roll);
	states_close(&s);
	house_free(&h);
	house_free(&h2);
}
END_TEST

START_TEST(half_a_recipient_is_none)
{
	static const char packed[] = "\1a@x\0p\0o\0e\0r\0\1b@x\0\0\0\0";
	const size_t first = 13, all = sizeof(packed);
	struct roll roll;
	size_t n, at;
	unsigned flags;

	roll_init(&roll);
	for (n = 1; n < all; n++) {
		if (n == first)
			continue;
		ck_assert_int_eq(roll_take(&roll, packed, n, 0xff), -1);
		ck_assert_int_eq(errno, EBADMSG);
		ck_assert_uint_eq(roll.count, 0);
		ck_assert_uint_eq(roll.text.len, 0);
	}
	ck_assert_int_eq(roll_take(&roll, packed, all, RCPT_REVERSE), 0);
	ck_assert_uint_eq(roll.count, 2);
	at = 0;
	ck_assert_str_eq(packed_text(roll_next(&roll, &at, &flags),
	    TEXT_REVERSE), "r");
	ck_assert_uint_eq(flags, 0);
	roll_free(&roll);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		recipients_are_found_by_index, known_recipients_are_left_out,
		what_is_known_follows_the_message,
		gathered_recipients_have_no_turn, a_roll_reads_back,
		half_a_recipient_is_none,
		messages_take_turns, reverse_paths_do_not_mix,
		compaction_reads_back_the_same, half_an_expansion_is_none,
		ghosts
	};

	return unit_run("replay", tests, countof(tests));
}
