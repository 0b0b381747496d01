/* needs: queue/message queue/message_write queue/message_fields queue/crc queue/crc_table */
/*
 * The reader of message files.  The input is tried as a whole file, and as an
 * envelope under a right head, so that the checksum does not keep the fuzzer
 * from the fields.  What is read must be written again as the same bytes.
 */
#include <sys/mman.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../queue/crc.h"
#include "../../queue/message.h"
#include "fd.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { MOST = 1 << 20 };

/* A recipient as it is written again, behind the head of pass one. */
struct again {
	struct message_writer	writer;
	unsigned		count;
};

static int
copy_rcpt(void *ctx, const char *address, const char *params)
{
	struct again *a = ctx;

	a->count++;
	return message_put_rcpt(&a->writer, address, params);
}

static int
enough(void *ctx, const char *address, const char *params)
{
	(void)ctx;
	(void)address;
	(void)params;
	return -1;
}

/* What is no file at all. */
static void
no_file(void)
{
	int fd = open("/dev/null", O_RDONLY);
	struct message m;
	const char *why = NULL;

	if (message_read(fd, &m, NULL, NULL, &why) == 0 || errno != EBADMSG)
		abort();
	close(fd);
	if (message_read(fd, &m, NULL, NULL, &why) == 0 || errno != EBADF)
		abort();
}

static int
file_of(const void *head, size_t head_len, const uint8_t *data, size_t n)
{
	int fd = memfd_create("message", MFD_CLOEXEC);

	if (fd == -1 || fd_pwrite_all(fd, head, head_len, 0) == -1 ||
	    fd_pwrite_all(fd, data, n, (off_t)head_len) == -1)
		abort();
	return fd;
}

/*
 * Reads the file, writes what it found, and compares the envelopes, when the
 * file has fields only where the writer puts them.
 */
static void
compare(int fd, const struct message *m)
{
	static unsigned char one[MOST], two[MOST];
	struct message copy = *m, second;
	struct again *a = malloc(sizeof(*a));
	size_t n = (size_t)m->offset - MESSAGE_HEAD;
	const char *why;
	int out = memfd_create("again", MFD_CLOEXEC);

	if (a == NULL || out == -1)
		abort();
	a->count = 0;
	message_begin(&a->writer, out);
	if (message_put_head(&a->writer, &copy) == -1 ||
	    message_read(fd, &second, copy_rcpt, a, &why) == -1 ||
	    message_finish(&a->writer) == -1)
		abort();
	if (a->count != m->rcpt_count || a->count != second.rcpt_count)
		abort();
	if (a->writer.envelope == n) {
		if (fd_pread_all(fd, one, n, MESSAGE_HEAD) == -1 ||
		    fd_pread_all(out, two, n, MESSAGE_HEAD) == -1)
			abort();
		/* Numbers may have been written with zeros in front. */
		if (memcmp(one, two, n) != 0 &&
		    message_read(out, &second, NULL, NULL, &why) == -1)
			abort();
	}
	if (message_read(fd, &second, enough, NULL, &why) == 0 ||
	    errno != ECANCELED)
		abort();
	close(out);
	free(a);
}

static void
read_it(int fd)
{
	struct message m;
	const char *why = NULL;

	if (message_read(fd, &m, NULL, NULL, &why) == 0) {
		compare(fd, &m);
		(void)message_check_body(fd, &m, &why);
		(void)message_param(m.params, "BODY", m.helo, sizeof(m.helo));
	} else if (why == NULL)
		abort();
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static int begun;
	char head[MESSAGE_HEAD + 1];

	if (n > MOST)
		return 0;
	if (!begun++)
		no_file();
	read_it(file_of("", 0, data, n));
	(void)snprintf(head, sizeof(head), "malote1 %08zu %016d %08x %08x\n",
	    n, 0, crc32c(0, data, n), 0);
	read_it(file_of(head, MESSAGE_HEAD, data, n));
	return 0;
}
