/* needs: conf/conf_check conf/conf_fault conf/conf_hint conf/conf_lex conf/conf_lines conf/conf_net conf/conf_rows conf/conf_seen conf/conf_send conf/conf_units conf/conf_values */
/*
 * Any bytes as malote.conf: faults or rows, and every row can be sent.  A
 * file that begins with ! is read by a system that does not know its name.
 */
#include <sys/mman.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_check.h"
#include "conf_send.h"
#include "fd.h"
#include "frame.h"
#include "wire_settings.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { MOST = 10000 };	/* bytes of the file */

static void
send_all(const struct config *config)
{
	static struct frame frame;
	struct settings_setting row;
	size_t i;
	int proc;

	for (i = 0; i < config->count; i++) {
		for (proc = 0; proc < PROC_COUNT; proc++)
			(void)config_row_is_for(config, &config->rows[i],
			    (enum proc)proc);
		row.param = config->rows[i].param;
		row.words = config_words(config, &config->rows[i]);
		if (frame_put(&frame, &settings_setting, &row) == -1)
			abort();
	}
}

/* The last line where it stands: its end is where the sanitizer looks. */
static void
check_last(const char *p, size_t n)
{
	const char *nl = memrchr(p, '\n', n);
	size_t before = nl == NULL ? 0 : (size_t)(nl - p) + 1;

	(void)lines_fault(p + before, n - before);
}

static int
file_of(const uint8_t *data, size_t size)
{
	int fd = memfd_create("conf", MFD_CLOEXEC);

	if (fd == -1 || fd_pwrite_all(fd, data, size, 0) == -1)
		abort();
	return fd;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *sink;
	struct faults faults;
	struct config config;
	struct lines lines;
	bool nameless = size > 0 && *data == '!';
	int fd;

	if (sink == NULL)
		sink = fopen("/dev/null", "w");
	check_last((const char *)data, size);
	fd = file_of(data + nameless, size - nameless);
	faults_init(&faults, sink);
	config_init(&config, "fuzz", &faults);
	lines_init(&lines, fd, MOST);
	config_read(&config, &lines, nameless ? NULL : "mail.example.org");
	lines_free(&lines);
	if (faults.count == 0) {
		config_dump(&config, sink);
		send_all(&config);
	}
	config_free(&config);
	close(fd);
	return 0;
}
