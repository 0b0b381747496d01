/* needs: pop3d/mailbox pop3d/listing pop3d/sizes pop3d/retrieve */
/*
 * Any bytes as the name of a file in a Maildir, as its content, and as a
 * listing on the wire: unique ids keep their form, a message leaves with CRLF
 * and in the size that was counted.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../pop3d/listing.h"
#include "../../pop3d/mailbox.h"
#include "../../pop3d/retrieve.h"
#include "fd.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
need(int right)
{
	if (!right)
		abort();
}

static void
try_name(const char *name)
{
	struct message m = { .name = name };
	struct mailbox mb = { .messages = &m, .count = 1 };
	char uidl[RELAY_UIDL + 1];
	uint64_t size;
	size_t i;

	m.unique = (uint8_t)strcspn(name, ",:");
	for (m.twin = false;; m.twin = true) {
		memset(uidl, 0, sizeof(uidl));
		mailbox_uidl(&mb, 0, uidl);
		need(uidl[0] != '\0' && uidl[RELAY_UIDL] == '\0');
		for (i = 0; uidl[i] != '\0'; i++)
			need(uidl[i] >= 0x21 && uidl[i] <= 0x7e);
		if (m.twin)
			break;
	}
	if (listing_name_size(name, &size))
		need(size < UINT64_C(1000000000000));
}

struct sink {
	uint64_t	size;
	unsigned char	last;
};

static int
put(void *ctx, const struct bytes *piece, bool more)
{
	const unsigned char *p = piece->data;
	struct sink *s = ctx;
	size_t n = piece->len;

	(void)more;
	for (; n > 0; n--, s->last = *p++, s->size++)
		need(*p != '\n' || s->last == '\r');
	return 0;
}

static void
try_body(const uint8_t *data, size_t n, uint32_t lines)
{
	struct sink whole = { 0, '\n' }, top = { 0, '\n' };
	int fd = memfd_create("body", MFD_CLOEXEC);
	struct retrieval r = { fd, (off_t)n, RELAY_WHOLE };
	uint64_t size;

	if (fd == -1 || fd_write_all(fd, data, n) == -1)
		abort();
	lseek(fd, 0, SEEK_SET);
	need(retrieve_size(fd, &size) == 0);
	lseek(fd, 0, SEEK_SET);
	need(retrieve_body(&r, put, &whole) == 0);
	need(whole.size == size && whole.last == '\n');
	lseek(fd, 0, SEEK_SET);
	r.lines = lines;
	need(retrieve_body(&r, put, &top) == 0);
	need(top.size <= size && top.last == '\n');
	close(fd);
}

static void
try_listing(const uint8_t *data, size_t n)
{
	unsigned char again[RELAY_ENTRY_MAX];
	struct bytes b = { data, n }, before;
	struct relay_entry e;

	for (before = b; relay_entry_get(&b, &e) == 1; before = b) {
		need(relay_entry_put(again, &e) == before.len - b.len);
		need(memcmp(again, before.data, before.len - b.len) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char name[256];
	size_t len = n < sizeof(name) - 1 ? n : sizeof(name) - 1;

	if (n == 0)
		return 0;
	memcpy(name, data, len);
	name[len] = '\0';
	try_name(name);
	try_body(data + 1, n - 1, data[0]);
	try_listing(data, n);
	return 0;
}
