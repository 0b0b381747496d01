/* needs: queue/entry queue/rcpt queue/roll queue/kept queue/hash queue/due queue/marks queue/replay queue/generations queue/record queue/states queue/states_read queue/states_replace queue/message queue/message_fields queue/crc queue/crc_table */
/*
 * Any bytes as the states log, replayed over three messages.  With an odd
 * first byte they are the file as it is; with an even one the checksums are
 * put right first, so that the fuzzer gets behind them.  Whatever came in:
 * the counts must agree with the recipients, and what compaction would write
 * must read back as the same.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../queue/crc.h"
#include "../../queue/entry.h"
#include "../../queue/marks.h"
#include "../../queue/message.h"
#include "../../queue/replay.h"
#include "../../queue/states.h"
#include "fd.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct house {
	struct dues	dues, retries;
	struct entries	entries;
};

static void
need(int ok)
{
	if (!ok)
		abort();
}

static void
add_message(struct house *h, const char *id)
{
	static const char *const texts[TEXT_COUNT] = { "a@x", "", "", "", "" };
	struct message m = { .sender = "from@x", .arrival = 1000 };
	struct entry *e;
	struct roll roll;
	int i;

	(void)strlcpy(m.id, id, sizeof(m.id));
	roll_init(&roll);
	for (i = 0; i < 3; i++)
		need(roll_add(&roll, 0, texts) == 0);
	e = entry_new(&h->entries, &m, &roll);
	need(e != NULL);
	e->flags |= ENTRY_PAST;
	roll_free(&roll);
}

static void
house_open(struct house *h)
{
	dues_init(&h->dues);
	dues_init(&h->retries);
	need(entries_init(&h->entries, &h->dues, &h->retries) == 0);
	add_message(h, "m1");
	add_message(h, "m2");
	add_message(h, "m3");
}

static void
house_close(struct house *h)
{
	struct entry *e;

	while ((e = TAILQ_FIRST(&h->entries.all)) != NULL)
		entry_free(&h->entries, e);
	hash_free(&h->entries.by_id);
	need(h->entries.kepts.by_text.count == 0);
	hash_free(&h->entries.kepts.by_text);
	need(h->dues.promised == 0 && h->dues.count == 0);
	need(h->retries.promised == 0 && h->retries.count == 0);
	dues_free(&h->dues);
	dues_free(&h->retries);
}

static int
scratch(void)
{
	char path[] = "/tmp/fuzz_states.XXXXXX";
	int fd = mkstemp(path);

	need(fd != -1 && unlink(path) == 0);
	return fd;
}

/* The bytes as records of {u16 type, u8 length, fields}, made whole. */
static void
write_records(int fd, const uint8_t *p, size_t n)
{
	unsigned char record[4 + 6 + 255];
	uint32_t crc;
	size_t len;

	while (n >= 3) {
		len = p[2] < n - 3 ? p[2] : n - 3;
		memset(record, 0, 10);
		record[6] = (unsigned char)((len + 6) >> 8);
		record[7] = (unsigned char)(len + 6);
		record[8] = p[0];
		record[9] = p[1];
		memcpy(record + 10, p + 3, len);
		crc = crc32c(0, record + 4, len + 6);
		record[0] = (unsigned char)(crc >> 24);
		record[1] = (unsigned char)(crc >> 16);
		record[2] = (unsigned char)(crc >> 8);
		record[3] = (unsigned char)crc;
		need(fd_write_all(fd, record, len + 10) == 0);
		p += 3 + len;
		n -= 3 + len;
	}
}

static void
replay(struct house *h, int fd)
{
	struct states_found found;
	struct replay rp;

	replay_init(&rp, &h->entries);
	need(states_read(fd, replay_record, &rp, &found) == 0);
	replay_free(&rp);
}

static void
count(const struct entry *e)
{
	uint32_t i, open = 0, moving = 0, failed = 0;
	const struct rcpt *r;

	for (i = 0; i < e->count; i++) {
		r = entry_rcpt(e, i);
		need(r != NULL && r->index == i && r->state < RCPT_STATES);
		need(r->parent < i || r->parent == i);
		need(rcpt_reverse(r) != NULL && rcpt_params(r) != NULL);
		open += r->state < RCPT_DONE;
		moving += r->state <= RCPT_TRYING;
		failed += r->state == RCPT_FAILED;
	}
	need(open == e->open && moving == e->moving && failed == e->failed);
}

/* The message as compaction would write it, replayed into a new house. */
static void
there_and_back(const struct entry *e)
{
	struct states s = { .fd = scratch() };
	const struct entry *again;
	struct house h;
	uint32_t i;

	str_init(&s.pending, 16 * 1024 * 1024);
	need(str_puts(&s.pending, "malote states 1\n") == 0);
	marks_entry(&s, e);
	need(states_write(&s) == 0);
	house_open(&h);
	replay(&h, s.fd);
	again = entry_find(&h.entries, e->id);
	need(again != NULL && again->count == e->count);
	for (i = 0; i < e->count; i++)
		need(entry_rcpt(again, i)->state == entry_rcpt(e, i)->state &&
		    strcmp(rcpt_address(entry_rcpt(again, i)),
		    rcpt_address(entry_rcpt(e, i))) == 0);
	house_close(&h);
	states_close(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct entry *e;
	struct house h;
	int fd;

	if (n == 0)
		return 0;
	fd = scratch();
	if (data[0] & 1) {
		need(fd_write_all(fd, data + 1, n - 1) == 0);
	} else {
		need(fd_write_all(fd, "malote states 1\n", 16) == 0);
		write_records(fd, data + 1, n - 1);
	}
	house_open(&h);
	replay(&h, fd);
	TAILQ_FOREACH(e, &h.entries.all, all) {
		count(e);
		if (!(e->flags & (ENTRY_GHOST | ENTRY_FINISHED)))
			there_and_back(e);
	}
	house_close(&h);
	close(fd);
	return 0;
}
