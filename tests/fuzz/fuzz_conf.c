/* needs: conf/conf_check conf/conf_fault conf/conf_hint conf/conf_lex conf/conf_lines conf/conf_net conf/conf_rows conf/conf_seen conf/conf_send conf/conf_units conf/conf_values */
/* Any bytes as malote.conf: faults or rows, and every row can be sent. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"
#include "conf_send.h"
#include "frame.h"
#include "wire_settings.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
send_all(const struct config *config)
{
	static struct frame frame;
	struct settings_setting row;
	size_t i;

	for (i = 0; i < config->count; i++) {
		row.param = config->rows[i].param;
		row.words = config_words(config, &config->rows[i]);
		if (frame_put(&frame, &settings_setting, &row) == -1)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *sink;
	struct faults faults;
	struct config config;
	struct lines lines;

	if (sink == NULL)
		sink = fopen("/dev/null", "w");
	faults_init(&faults, sink);
	config_init(&config, "fuzz", &faults);
	lines_init_text(&lines, (const char *)data, size);
	config_read(&config, &lines, "mail.example.org");
	lines_free(&lines);
	if (faults.count == 0) {
		config_dump(&config, sink);
		send_all(&config);
	}
	config_free(&config);
	return 0;
}
