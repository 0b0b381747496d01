/* needs: tests/lib/unit pop3d/retrieve */
/* A message on its way out: line ends, sizes, TOP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../pop3d/retrieve.h"
#include "fd.h"
#include "str.h"
#include "unit.h"
#include "wire_relay.h"

#define WHOLE	RELAY_WHOLE

static const struct {
	const char	*in;
	uint32_t	 lines;
	const char	*want;
} rows[] = {
	{ "", WHOLE, "" },
	{ "a", WHOLE, "a\r\n" },
	{ "a\n", WHOLE, "a\r\n" },
	{ "a\r\n", WHOLE, "a\r\n" },
	{ "a\r", WHOLE, "a\r\r\n" },
	{ "\r", WHOLE, "\r\r\n" },
	{ "\n\n", WHOLE, "\r\n\r\n" },
	{ "a\rb\n\r\r\n", WHOLE, "a\rb\r\n\r\r\n" },
	{ "h: 1\n\nb1\nb2\nb3\n", 0, "h: 1\r\n\r\n" },
	{ "h: 1\n\nb1\nb2\nb3\n", 2, "h: 1\r\n\r\nb1\r\nb2\r\n" },
	{ "h: 1\r\n\r\nb1\r\nb2\r\n", 1, "h: 1\r\n\r\nb1\r\n" },
	{ "h: 1\n\nb1\nb2", 9, "h: 1\r\n\r\nb1\r\nb2\r\n" },
	{ "h: 1\nh: 2", 0, "h: 1\r\nh: 2\r\n" },
	{ "\nb1\nb2\n", 1, "\r\nb1\r\n" },
	{ "h: 1\n\r\r\nh: 2\n\nb\n", 0, "h: 1\r\n\r\r\nh: 2\r\n\r\n" },
};

static int
add(void *ctx, const void *data, size_t n)
{
	ck_assert_uint_le(n, FRAME_CHUNK);
	return str_add(ctx, data, n);
}

static int
file_of(const void *text, size_t n)
{
	FILE *f = tmpfile();
	int fd = dup(fileno(f));

	fclose(f);
	ck_assert_int_eq(fd_write_all(fd, text, n), 0);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

START_TEST(ends_lines_and_stops)
{
	struct str got;
	uint64_t size;
	size_t i;
	int fd;

	str_init(&got, 1000);
	for (i = 0; i < countof(rows); i++) {
		fd = file_of(rows[i].in, strlen(rows[i].in));
		str_clear(&got);
		ck_assert_int_eq(retrieve_body(fd, rows[i].lines, add, &got),
		    0);
		ck_assert_str_eq(got.data, rows[i].want);
		if (rows[i].lines == WHOLE) {
			lseek(fd, 0, SEEK_SET);
			ck_assert_int_eq(retrieve_size(fd, &size), 0);
			ck_assert_uint_eq(size, got.len);
		}
		close(fd);
	}
	str_free(&got);
}
END_TEST

/* Line ends of both kinds at each side of the borders between blocks. */
START_TEST(borders_do_not_matter)
{
	const size_t len = 3 * FRAME_CHUNK + 7;
	char *text = malloc(len);
	struct str got, want;
	uint64_t size;
	size_t i;
	int fd;

	for (i = 0; i < len; i++)
		text[i] = "\n\r\n.x"[i * 7 / 3 % 5];
	str_init(&got, 4 * len);
	str_init(&want, 4 * len);
	for (i = 0; i < len; i++) {
		if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
			str_putc(&want, '\r');
		str_putc(&want, text[i]);
	}
	if (text[len - 1] != '\n')
		str_puts(&want, "\r\n");
	fd = file_of(text, len);
	ck_assert_int_eq(retrieve_body(fd, WHOLE, add, &got), 0);
	ck_assert_uint_eq(got.len, want.len);
	ck_assert_mem_eq(got.data, want.data, got.len);
	lseek(fd, 0, SEEK_SET);
	ck_assert_int_eq(retrieve_size(fd, &size), 0);
	ck_assert_uint_eq(size, want.len);
	close(fd);
	str_free(&got);
	str_free(&want);
	free(text);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = { ends_lines_and_stops, borders_do_not_matter };

	return unit_run("retrieve", tests, countof(tests));
}
