/* needs: tests/lib/unit smtpd/data */
/*
 * The DATA machine: every way of smuggling an end of data, at every place at
 * which the reads of a stream can be cut.
 */
#include <stdlib.h>
#include <string.h>

#include "../../smtpd/data.h"
#include "fd.h"
#include "limits.h"
#include "unit.h"

struct vector {
	const char	*in;
	size_t		 in_len;
	const char	*out;		/* when it is good */
	enum data_fault	 fault;
	bool		 over;
	const char	*rest;		/* behind the end */
};

#define V(in, out, fault, over, rest)	\
	{ in, sizeof(in) - 1, out, fault, over, rest }

static const struct vector vectors[] = {
	/* the plain cases */
	V(".\r\n", "", DATA_GOOD, true, ""),
	V("a\r\n.\r\n", "a\r\n", DATA_GOOD, true, ""),
	V("a\r\n.\r\nQUIT\r\n", "a\r\n", DATA_GOOD, true, "QUIT\r\n"),
	V("\r\n.\r\n", "\r\n", DATA_GOOD, true, ""),
	V("\r\n\r\n.\r\n.\r\n", "\r\n\r\n", DATA_GOOD, true, ".\r\n"),
	/* stuffing */
	V("..\r\n.\r\n", ".\r\n", DATA_GOOD, true, ""),
	V("...\r\n.\r\n", "..\r\n", DATA_GOOD, true, ""),
	V(".a\r\n.\r\n", "a\r\n", DATA_GOOD, true, ""),
	V("a.\r\n.\r\n", "a.\r\n", DATA_GOOD, true, ""),
	V("a\r\n. \r\n.\r\n", "a\r\n \r\n", DATA_GOOD, true, ""),
	/* not over yet */
	V("a\r\n.", "", DATA_GOOD, false, ""),
	V("a\r\n.\r", "", DATA_GOOD, false, ""),
	V("a", "", DATA_GOOD, false, ""),
	/* no such sequence ends the text, and each condemns it */
	V("a\n.\nb", "", DATA_BARE, false, ""),
	V("a\n.\r\nb", "", DATA_BARE, false, ""),
	V("a\r\n.\nb", "", DATA_BARE, false, ""),
	V("a\r.\rb", "", DATA_BARE, false, ""),
	V("a\r\n.\rb", "", DATA_BARE, false, ""),
	V("a\r.\r\nb", "", DATA_BARE, false, ""),
	V("a\r\n.\r\rb", "", DATA_BARE, false, ""),
	V("a\r\n.\r\r\nb", "", DATA_BARE, false, ""),
	V("a\r\r\n.\r\nb", "", DATA_BARE, true, "b"),
	V("\n.\r\n", "", DATA_BARE, false, ""),
	V("\r.\r\n", "", DATA_BARE, false, ""),
	V("a\n\r\n.\r\nb", "", DATA_BARE, true, "b"),
	V("a\0\r\n.\r\nb", "", DATA_BARE, true, "b"),
	V("a\r\n.\0\r\n.\r\nb", "", DATA_BARE, true, "b"),
	V("a\r\n\0.\r\n.\r\nb", "", DATA_BARE, true, "b"),
	/* and the real end is still found behind them */
	V("a\n.\nb\r\n.\r\nc", "", DATA_BARE, true, "c"),
	V("a\n.\r\nb\r\n.\r\nc", "", DATA_BARE, true, "c"),
	V("a\r\n.\nb\r\n.\r\nc", "", DATA_BARE, true, "c"),
	V("a\r.\rb\r\n.\r\nc", "", DATA_BARE, true, "c"),
	V("a\r\n.\rb\r\n.\r\nc", "", DATA_BARE, true, "c"),
	V("a\r\n.\r\r\n.\r\nc", "", DATA_BARE, true, "c"),
};

/* Feeds it in up to three pieces, cut at a and b. */
static void
check_cut(const struct vector *v, size_t a, size_t b)
{
	const size_t cuts[] = { a, b, v->in_len };
	char out[128];
	struct data d;
	size_t i, at = 0, piece, len, total = 0;

	data_init(&d, 0);
	for (i = 0; i < countof(cuts) && d.state != DATA_OVER; i++) {
		piece = cuts[i] - at;
		at += data_feed(&d, v->in + at, piece, out + total, &len);
		ck_assert_uint_le(len, piece);
		total += len;
	}
	ck_assert_int_eq(d.fault, v->fault);
	ck_assert_int_eq(d.state == DATA_OVER, v->over);
	ck_assert_uint_eq(d.size, total);
	if (v->over)
		ck_assert_str_eq(v->in + at, v->rest);
	else
		ck_assert_uint_eq(at, v->in_len);
	if (v->over && v->fault == DATA_GOOD) {
		ck_assert_uint_eq(total, strlen(v->out));
		ck_assert_mem_eq(out, v->out, total);
	}
}

START_TEST(only_crlf_dot_crlf_ends_the_text)
{
	size_t i, a, b;

	for (i = 0; i < countof(vectors); i++)
		for (a = 0; a <= vectors[i].in_len; a++)
			for (b = a; b <= vectors[i].in_len; b++)
				check_cut(&vectors[i], a, b);
}
END_TEST

/*
 * All texts of up to seven of the bytes that matter: the machine agrees with
 * the definition, which looks at the text as a whole.
 */
static void
check_definition(const char *text, size_t n)
{
	char out[16], framed[20];
	const char *end;
	struct data d;
	size_t len, used, i;
	bool bare = false;

	memcpy(framed, "\r\n", 2);
	memcpy(framed + 2, text, n);
	framed[n + 2] = '\0';
	end = strstr(framed, "\r\n.\r\n");
	data_init(&d, 0);
	used = data_feed(&d, text, n, out, &len);
	ck_assert_int_eq(d.state == DATA_OVER, end != NULL);
	if (end != NULL)
		ck_assert_uint_eq(used, (size_t)(end - framed) + 3);
	for (i = 2; i < used + 2; i++)
		if ((framed[i] == '\n' && framed[i - 1] != '\r') ||
		    (framed[i] == '\r' && i < used + 1 &&
		    framed[i + 1] != '\n'))
			bare = true;
	ck_assert_int_eq(d.fault == DATA_BARE, bare);
}

START_TEST(agrees_with_the_definition)
{
	static const char alphabet[] = "\r\n.a";
	char text[8];
	unsigned code, rest;
	size_t i, n;

	for (n = 0; n <= 7; n++)
		for (code = 0; code < 1u << (2 * n); code++) {
			for (i = 0, rest = code; i < n; i++, rest /= 4)
				text[i] = alphabet[rest % 4];
			check_definition(text, n);
		}
}
END_TEST

static enum data_fault
fault_of(const char *text, uint64_t limit)
{
	size_t len, n = strlen(text);
	char *out = malloc(n);
	struct data d;

	ck_assert_ptr_nonnull(out);
	data_init(&d, limit);
	ck_assert_uint_eq(data_feed(&d, text, n, out, &len), n);
	ck_assert_int_eq(d.state, DATA_OVER);
	free(out);
	return d.fault;
}

START_TEST(size_counts_what_is_kept)
{
	/* CRLF counts, stuffing and the end do not [RFC1870 5]. */
	ck_assert_int_eq(fault_of("..abc\r\n.\r\n", 6), DATA_GOOD);
	ck_assert_int_eq(fault_of("..abc\r\n.\r\n", 5), DATA_TOO_BIG);
	ck_assert_int_eq(fault_of("abc\r\n.\r\n", 0), DATA_GOOD);
	ck_assert_int_eq(fault_of("abc\n\r\n.\r\n", 1), DATA_BARE);
}
END_TEST

static void
repeat(char *text, size_t size, const char *what, size_t n)
{
	while (n-- > 0)
		ck_assert_uint_lt(strlcat(text, what, size), size);
}

START_TEST(hops_are_counted_in_the_header)
{
	static char text[8192];

	text[0] = '\0';
	repeat(text, sizeof(text), "rECEIVED: from x\r\n\tby y\r\n",
	    LIMIT_HOPS);
	repeat(text, sizeof(text), "X-Received: z\r\n", 3);
	repeat(text, sizeof(text), "\r\n", 1);
	repeat(text, sizeof(text), "Received: in the body\r\n", 9);
	repeat(text, sizeof(text), ".\r\n", 1);
	ck_assert_int_eq(fault_of(text, 0), DATA_GOOD);
	text[0] = '\0';
	repeat(text, sizeof(text), "Received: x\r\n", LIMIT_HOPS + 1);
	repeat(text, sizeof(text), ".\r\n", 1);
	ck_assert_int_eq(fault_of(text, 0), DATA_LOOP);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		only_crlf_dot_crlf_ends_the_text,
		agrees_with_the_definition,
		size_counts_what_is_kept,
		hops_are_counted_in_the_header
	};

	return unit_run("data", tests, countof(tests));
}
