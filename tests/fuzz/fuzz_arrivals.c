/* needs: queue/arrivals queue/arrivals_read queue/crc queue/crc_table queue/message queue/message_fields */
/*
 * Any bytes as a segment of the arrivals log.  With an odd first byte they
 * are the file as it is; with an even one they say which records to write,
 * so that the fuzzer gets behind the checksums.  Whatever came in: records
 * must lie within the file, follow each other, and be what their checksum
 * says.
 */
#include <sys/types.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../queue/arrivals_read.h"
#include "../../queue/crc.h"
#include "fd.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
need(int ok)
{
	if (!ok)
		abort();
}

static int
scratch(void)
{
	char path[] = "/tmp/fuzz_arrivals.XXXXXX";
	int fd = mkstemp(path);

	need(fd != -1 && unlink(path) == 0);
	return fd;
}

/*
 * {u8 type, u8 generation, u8 sequence, u8 length, contents}: a head that
 * fits, over contents that need not be what they should.
 */
static void
write_records(int fd, const uint8_t *p, size_t n)
{
	unsigned char bytes[ARRIVALS_HEAD];
	struct arrivals_head head;
	size_t len;

	while (n >= 4) {
		len = p[3] < n - 4 ? p[3] : n - 4;
		memset(&head, 0, sizeof(head));
		head.type = (enum arrivals_type)(p[0] % 3);
		head.generation = p[1];
		head.sequence = p[2];
		head.length = p[0] & 0x80 ? p[3] * 0x01010101u : (uint32_t)len;
		head.crc = p[0] & 0x40 ? 0 : crc32c(0, p + 4, len);
		if (head.type != ARRIVALS_CUT)
			(void)strlcpy(head.id, "008DnGiXnj9LijQv",
			    sizeof(head.id));
		arrivals_put_head(bytes, &head);
		need(fd_write_all(fd, bytes, sizeof(bytes)) == 0);
		need(fd_write_all(fd, p + 4, len) == 0);
		p += 4 + len;
		n -= 4 + len;
	}
}

static void
look_at(int fd, const struct arrivals_record *record, off_t end)
{
	unsigned char *bytes = malloc(record->head.length + 1);
	struct arrivals_head again;
	unsigned char head[ARRIVALS_HEAD];

	need(bytes != NULL);
	need(record->at >= ARRIVALS_HEAD &&
	    record->at + (off_t)record->head.length <= end);
	need(fd_pread_all(fd, bytes, record->head.length, record->at) == 0);
	need(crc32c(0, bytes, record->head.length) == record->head.crc);
	/* What was read can be written, and is the same. */
	arrivals_put_head(head, &record->head);
	need(arrivals_get_head(head, &again));
	need(again.type == record->head.type &&
	    again.generation == record->head.generation &&
	    again.sequence == record->head.sequence &&
	    again.length == record->head.length &&
	    again.crc == record->head.crc &&
	    strcmp(again.id, record->head.id) == 0);
	free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arrivals_record record;
	struct arrivals_reader r;
	uint64_t beyond, generation = 0, sequence = 0;
	off_t end;
	int fd;

	if (n == 0)
		return 0;
	fd = scratch();
	if (data[0] & 1)
		need(fd_write_all(fd, data + 1, n - 1) == 0);
	else
		write_records(fd, data + 1, n - 1);
	end = lseek(fd, 0, SEEK_END);
	arrivals_reader_init(&r, fd);
	while (arrivals_next(&r, &record) == 1) {
		need(generation == 0 ||
		    (record.head.generation == generation &&
		    record.head.sequence == sequence + 1));
		generation = record.head.generation;
		sequence = record.head.sequence;
		look_at(fd, &record, end);
	}
	need(r.at <= end);
	need(arrivals_beyond(&r, &beyond) == 0);
	need(beyond <= (uint64_t)n / 4);
	close(fd);
	return 0;
}
