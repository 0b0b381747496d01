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

/* What was put, and whether the last piece has come. */
struct got {
	struct str	text;
	bool		over;
};

static int
add(void *ctx, const struct bytes *piece, bool more)
{
	struct got *got = ctx;

	ck_assert(!got->over);
	got->over = !more;
	ck_assert_uint_le(piece->len, FRAME_CHUNK);
	return str_add(&got->text, piece->data, piece->len);
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
	struct retrieval r;
	struct got got;
	uint64_t size;
	size_t i;

	str_init(&got.text, 1000);
	for (i = 0; i < countof(rows); i++) {
		r.length = (off_t)strlen(rows[i].in);
		r.fd = file_of(rows[i].in, (size_t)r.length);
		r.lines = rows[i].lines;
		str_clear(&got.text);
		got.over = false;
		ck_assert_int_eq(retrieve_body(&r, add, &got), 0);
		ck_assert_str_eq(got.text.data, rows[i].want);
		ck_assert(got.over);
		if (r.lines == WHOLE) {
			lseek(r.fd, 0, SEEK_SET);
			ck_assert_int_eq(retrieve_size(r.fd, &size), 0);
			ck_assert_uint_eq(size, got.text.len);
		}
		close(r.fd);
	}
	str_free(&got.text);
}
END_TEST

/* The length is a hint: a file that changed is given as it is. */
START_TEST(length_cuts_nothing)
{
	static const off_t lengths[] = { 0, 1, 7, 9, 100000 };
	struct retrieval r = { .lines = WHOLE };
	struct got got;
	size_t i;

	for (i = 0; i < countof(lengths); i++) {
		str_init(&got.text, 1000);
		got.over = false;
		r.length = lengths[i];
		r.fd = file_of("h: 1\n\nb\n", 8);
		ck_assert_int_eq(retrieve_body(&r, add, &got), 0);
		ck_assert_str_eq(got.text.data, "h: 1\r\n\r\nb\r\n");
		ck_assert(got.over);
		close(r.fd);
		str_free(&got.text);
	}
}
END_TEST

/* Line ends of both kinds at each side of the borders between blocks. */
START_TEST(borders_do_not_matter)
{
	const size_t len = 3 * FRAME_CHUNK + 7;
	char *text = malloc(len);
	struct retrieval r = { .length = (off_t)len, .lines = WHOLE };
	struct got got = { .over = false };
	struct str want;
	uint64_t size;
	size_t i;

	for (i = 0; i < len; i++)
		text[i] = "\n\r\n.x"[i * 7 / 3 % 5];
	str_init(&got.text, 4 * len);
	str_init(&want, 4 * len);
	for (i = 0; i < len; i++) {
		if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
			str_putc(&want, '\r');
		str_putc(&want, text[i]);
	}
	if (text[len - 1] != '\n')
		str_puts(&want, "\r\n");
	r.fd = file_of(text, len);
	ck_assert_int_eq(retrieve_body(&r, add, &got), 0);
	ck_assert_uint_eq(got.text.len, want.len);
	ck_assert_mem_eq(got.text.data, want.data, want.len);
	lseek(r.fd, 0, SEEK_SET);
	ck_assert_int_eq(retrieve_size(r.fd, &size), 0);
	ck_assert_uint_eq(size, want.len);
	close(r.fd);
	str_free(&got.text);
	str_free(&want);
	free(text);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		ends_lines_and_stops, length_cuts_nothing,
		borders_do_not_matter
	};

	return unit_run("retrieve", tests, countof(tests));
}
