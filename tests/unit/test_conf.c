/* needs: tests/lib/unit conf/conf_check conf/conf_fault conf/conf_hint conf/conf_lex conf/conf_lines conf/conf_net conf/conf_rows conf/conf_seen conf/conf_send conf/conf_units conf/conf_values */
/* malote.conf: lines, words, values, hints, and what malote is sent. */
#include <sys/wait.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_check.h"
#include "conf_hint.h"
#include "conf_lex.h"
#include "conf_net.h"
#include "conf_send.h"
#include "conf_values.h"
#include "fd.h"
#include "frame.h"
#include "unit.h"
#include "wire_settings.h"

/* --- lines ------------------------------------------------------------ */

START_TEST(faults_of_a_line)
{
	static const struct {
		const char	*text;
		size_t		 len;
		bool		 good;
	} rows[] = {
		{ "", 0, true }, { "plain\ttext", 10, true },
		{ "a\0b", 3, false }, { "a\r", 2, false },
		{ "\x1b[", 2, false },
		{ "\x7f", 1, false },
		/* UTF-8: the edges of each form, and what lies past them */
		{ "\xc2\xa0", 2, true }, { "\xdf\xbf", 2, true },
		{ "\xe0\xa0\x80", 3, true }, { "\xed\x9f\xbf", 3, true },
		{ "\xef\xbf\xbf", 3, true }, { "\xf0\x90\x80\x80", 4, true },
		{ "\xf4\x8f\xbf\xbf", 4, true },
		{ "\xc2\x9f", 2, false }, { "\xc1\xbf", 2, false },
		{ "\xe0\x9f\xbf", 3, false }, { "\xed\xa0\x80", 3, false },
		{ "\xf0\x8f\xbf\xbf", 4, false },
		{ "\xf4\x90\x80\x80", 4, false },
		{ "\xf5\x80\x80\x80", 4, false }, { "\x80", 1, false },
		{ "\xc3", 1, false }, { "\xe2\x82", 2, false },
		{ "\xe2\x82\x28", 3, false }, { "\xff", 1, false }
	};
	size_t i;

	for (i = 0; i < countof(rows); i++)
		ck_assert_msg((lines_fault(rows[i].text, rows[i].len) == NULL)
		    == rows[i].good, "row %zu", i);
}
END_TEST

/* A file with these bytes, to be read from its start. */
static int
file_of(const char *data, size_t n)
{
	FILE *f = tmpfile();
	int fd = dup(fileno(f));

	fclose(f);
	ck_assert_int_eq(fd_write_all(fd, data, n), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

START_TEST(lines_of_a_file)
{
	static char data[3 * LIMIT_ALIAS_LINE];
	struct lines l;
	char *text;
	int fd;

	/* A line that just fits, one that does not, a last one that ends
	 * with the file. */
	memset(data, 'x', sizeof(data));
	data[LIMIT_ALIAS_LINE] = '\n';
	data[2 * LIMIT_ALIAS_LINE + 2] = '\n';
	fd = file_of(data, 2 * LIMIT_ALIAS_LINE + 8);
	lines_init(&l, fd, SIZE_MAX);
	ck_assert_int_eq(lines_next(&l, &text), LINES_LINE);
	ck_assert_uint_eq(strlen(text), LIMIT_ALIAS_LINE);
	ck_assert_int_eq(lines_next(&l, &text), LINES_BAD);
	ck_assert_str_eq(l.why, "the line is too long");
	ck_assert_int_eq(lines_next(&l, &text), LINES_LINE);
	ck_assert_str_eq(text, "xxxxx");
	ck_assert_uint_eq(l.number, 3);
	ck_assert_int_eq(lines_next(&l, &text), LINES_OVER);
	ck_assert_int_eq(lines_next(&l, &text), LINES_OVER);
	ck_assert_uint_eq(l.number, 3);
	lines_free(&l);
	close(fd);
}
END_TEST

START_TEST(a_file_may_be_too_large)
{
	struct lines l;
	char *text;
	int fd = file_of("one\ntwo\nthree\n", 14);

	lines_init(&l, fd, 10);
	ck_assert_int_eq(lines_next(&l, &text), LINES_LINE);
	ck_assert_int_eq(lines_next(&l, &text), LINES_LINE);
	ck_assert_int_eq(lines_next(&l, &text), LINES_BAD);
	ck_assert_str_eq(l.why, "the file is too large");
	ck_assert_int_eq(lines_next(&l, &text), LINES_OVER);
	lines_free(&l);
	close(fd);
}
END_TEST

/* --- words ------------------------------------------------------------ */

/* What the first line of text becomes: words between bars, or "-". */
static void
lex_one(const char *text, char *got, size_t size)
{
	static struct words w;
	struct faults faults;
	struct lines l;
	FILE *sink = fopen("/dev/null", "w");
	size_t i;

	faults_init(&faults, sink);
	lines_init_text(&l, text, strlen(text));
	(void)strlcpy(got, "-", size);
	if (lex_next(&l, "t", &faults, &w) && faults.count == 0) {
		got[0] = '\0';
		for (i = 0; i < w.count; i++) {
			(void)strlcat(got, w.word[i], size);
			(void)strlcat(got, "|", size);
		}
	}
	lines_free(&l);
	fclose(sink);
}

START_TEST(words_of_a_line)
{
	static const struct {
		const char	*text, *want;
	} rows[] = {
		{ "a b\tc", "a|b|c|" }, { "  a  ", "a|" }, { "\n\na\n", "a|" },
		{ "# no\na", "a|" }, { "a # no", "a|" }, { "a#b #", "a#b|" },
		{ "a \"b c\"", "a|b c|" }, { "a\"b c\"d", "ab cd|" },
		{ "\"\"", "|" }, { "\"\\\"\\\\\"", "\"\\|" },
		{ "\"#\" x", "#|x|" }, { "a \\\n b", "a|b|" },
		{ "a\\\nb", "a|b|" }, { "a\\b", "a\\b|" },
		{ "a \\\n\\\n b\nc", "a|b|" }, { "a # b \\\nc", "a|" },
		{ "\"a", "-" }, { "\"a\\n\"", "-" }, { "\"a\\", "-" },
		{ "a \\", "-" }, { "a \\\n", "-" }, { "", "-" }, { " # ", "-" }
	};
	char got[256];
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		lex_one(rows[i].text, got, sizeof(got));
		ck_assert_msg(strcmp(got, rows[i].want) == 0,
		    "<%s> became %s", rows[i].text, got);
	}
}
END_TEST

/* --- values ----------------------------------------------------------- */

START_TEST(sizes_and_spans)
{
	static const struct {
		bool		(*parse)(const char *, uint64_t *);
		const char	*text;
		int64_t		 want;	/* -1: refused */
	} rows[] = {
		{ value_number, "0", 0 }, { value_number, "007", 7 },
		{ value_number, "", -1 }, { value_number, "-1", -1 },
		{ value_number, "+1", -1 }, { value_number, " 1", -1 },
		{ value_number, "1 ", -1 }, { value_number, "0x1", -1 },
		{ value_number, "999999999999999", 999999999999999 },
		{ value_number, "1000000000000000", -1 },
		{ value_size, "1", 1 }, { value_size, "64K", 65536 },
		{ value_size, "50M", 52428800 },
		{ value_size, "2G", 2147483648 },
		{ value_size, "1k", -1 }, { value_size, "1KB", -1 },
		{ value_size, "K", -1 }, { value_size, "1.5M", -1 },
		{ value_size, "9999999999G", -1 },
		{ value_span, "30s", 30 }, { value_span, "10m", 600 },
		{ value_span, "4h", 14400 }, { value_span, "5d", 432000 },
		{ value_span, "1w", 604800 }, { value_span, "0s", 0 },
		{ value_span, "30", -1 }, { value_span, "1h30m", -1 },
		{ value_span, "s", -1 }, { value_span, "", -1 },
		{ value_span, "1y", -1 }, { value_span, "1 s", -1 }
	};
	uint64_t v;
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		bool good = rows[i].parse(rows[i].text, &v);

		ck_assert_msg(good == (rows[i].want != -1) && (!good ||
		    v == (uint64_t)rows[i].want), "%s", rows[i].text);
	}
}
END_TEST

START_TEST(values_as_text)
{
	char text[32];

	value_size_text(text, 65536);
	ck_assert_str_eq(text, "64K");
	value_size_text(text, 1025);
	ck_assert_str_eq(text, "1025");
	value_span_text(text, 90);
	ck_assert_str_eq(text, "90s");
	value_span_text(text, 86400 * 60);
	ck_assert_str_eq(text, "60d");
	value_span_text(text, 0);
	ck_assert_str_eq(text, "0s");
}
END_TEST

START_TEST(networks)
{
	static const struct {
		const char	*text;
		enum net_result	 result;
		const char	*want;
	} rows[] = {
		{ "127.0.0.1", NET_OK, "127.0.0.1/32" },
		{ "::1", NET_OK, "::1/128" },
		{ "0.0.0.0/0", NET_OK, "0.0.0.0/0" },
		{ "10.128.0.0/9", NET_OK, "10.128.0.0/9" },
		{ "10.129.0.0/9", NET_LOOSE, "10.128.0.0/9" },
		{ "2001:DB8:0:0::/33", NET_OK, "2001:db8::/33" },
		{ "2001:db8::/16", NET_LOOSE, "2001::/16" },
		{ "::1/127", NET_LOOSE, "::/127" },
		{ "10.0.0.0/33", NET_WRONG, "" }, { "::/129", NET_WRONG, "" },
		{ "10/8", NET_WRONG, "" }, { "10.0.0.0/", NET_WRONG, "" },
		{ "/8", NET_WRONG, "" }, { "", NET_WRONG, "" },
		{ "10.0.0.0/8/8", NET_WRONG, "" }
	};
	char text[NET_NETWORK];
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		ck_assert_msg(net_network(rows[i].text, text) ==
		    rows[i].result, "%s", rows[i].text);
		if (rows[i].result != NET_WRONG)
			ck_assert_str_eq(text, rows[i].want);
	}
}
END_TEST

START_TEST(hosts_and_ports)
{
	static const struct {
		const char	*text, *want;	/* NULL: refused */
	} rows[] = {
		{ "Mail.Example.ORG:25", "mail.example.org:25" },
		{ "10.0.0.5:25", "10.0.0.5:25" },
		{ "[10.0.0.5]:25", "10.0.0.5:25" },
		{ "[FD00::0:1]:24", "[fd00::1]:24" }, { "host:1", "host:1" },
		{ "fd00::1:24", NULL }, { "[mail.example]:25", NULL },
		{ "host:", NULL }, { ":25", NULL }, { "host", NULL },
		{ "host:0", NULL }, { "host:65536", NULL },
		{ "host:25x", NULL }, { "1.2.3:25", NULL },
		{ "300.1.1.1:25", NULL }, { "[]:25", NULL },
		{ "a b:25", NULL }, { "a..b:25", NULL }
	};
	char text[NET_HOST];
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		bool good = net_host(rows[i].text, text);

		ck_assert_msg(good == (rows[i].want != NULL), "%s",
		    rows[i].text);
		if (good)
			ck_assert_str_eq(text, rows[i].want);
	}
}
END_TEST

START_TEST(hints)
{
	static const char *const names[] = {
		"hostname", "listen", "domain", NULL, "message-size", "rest"
	};
	static const struct {
		const char	*word, *want;
	} rows[] = {
		{ "hostnam", "hostname" }, { "hsotname", "hostname" },
		{ "lisen", "listen" }, { "HOSTNAME", "hostname" },
		{ "mesage_size", "message-size" }, { "res", "rest" },
		{ "xyzzy", NULL }, { "", NULL }, { "r", NULL },
		{ "a-word-that-is-much-longer-than-all-the-names-are", NULL }
	};
	const char *got;
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		got = hint_nearest(rows[i].word, names, countof(names));
		ck_assert_msg(rows[i].want == NULL ? got == NULL :
		    got != NULL && strcmp(got, rows[i].want) == 0, "%s: %s",
		    rows[i].word, got == NULL ? "(none)" : got);
	}
}
END_TEST

/* --- whole configurations --------------------------------------------- */

/* Reads text; the number of faults. */
static unsigned
read_text(struct config *c, struct faults *faults, const char *text,
    const char *hostname)
{
	struct lines l;

	faults_init(faults, fopen("/dev/null", "w"));
	config_init(c, "t", faults);
	lines_init_text(&l, text, strlen(text));
	config_read(c, &l, hostname);
	lines_free(&l);
	fclose(faults->to);
	return faults->count;
}

static const char *
words_of(const struct config *c, enum param param)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		if (c->rows[i].param == param)
			return config_words(c, &c->rows[i]);
	return NULL;
}

START_TEST(the_name_of_the_system_will_do)
{
	struct faults faults;
	struct config c;

	ck_assert_uint_eq(read_text(&c, &faults, "", "Mail.example"), 0);
	ck_assert_str_eq(words_of(&c, P_HOSTNAME), "mail.example");
	config_free(&c);
	ck_assert_uint_eq(read_text(&c, &faults, "", "mail"), 1);
	config_free(&c);
	ck_assert_uint_eq(read_text(&c, &faults, "", NULL), 1);
	config_free(&c);
}
END_TEST

START_TEST(every_default_is_good)
{
	struct faults faults;
	struct config c;
	size_t i;

	ck_assert_uint_eq(read_text(&c, &faults, "hostname a.b", NULL), 0);
	for (i = 0; i < P_COUNT; i++) {
		ck_assert_uint_eq(params[i].param, i);
		ck_assert_uint_ne(params[i].readers, 0);
		ck_assert(params[i].many || words_of(&c, (enum param)i));
	}
	config_free(&c);
}
END_TEST

/* Receives everything malote would and counts it by program. */
static void
receive(int sock, unsigned rows[PROC_COUNT], char *last_listen, size_t size)
{
	static struct frame frame;
	struct settings_setting row;
	struct settings_for who = { 0 };
	struct settings_settings end;
	int fd;

	for (;;) {
		ck_assert_int_eq(frame_recv(sock, &frame, &fd,
		    fd_now() + 5000), 1);
		if (frame_get(&frame, &settings_for, &who) == 0)
			continue;
		if (frame_get(&frame, &settings_settings, &end) == 0)
			return;
		ck_assert_int_eq(frame_get(&frame, &settings_setting, &row),
		    0);
		ck_assert(params[row.param].readers & 1u << who.proc);
		rows[who.proc]++;
		if (row.param == P_LISTEN && who.proc == PROC_POP3D)
			(void)strlcpy(last_listen, row.words, size);
	}
}

START_TEST(each_program_is_sent_its_own)
{
	static const char text[] = "hostname a.b\n"
	    "listen smtp 127.0.0.1:1 127.0.0.1:2\n"
	    "listen pop3 127.0.0.1:3 cleartext-login\n"
	    "listen submission 127.0.0.1:4\n";
	unsigned rows[PROC_COUNT] = { 0 }, want[PROC_COUNT] = { 0 };
	char last_listen[64] = "";
	struct faults faults;
	struct config c;
	int pair[2];
	pid_t pid;
	size_t i, p;

	ck_assert_uint_eq(read_text(&c, &faults, text, NULL), 0);
	ck_assert_int_eq(edge_pair(pair), 0);
	pid = fork();
	if (pid == 0) {
		config_send(&c, pair[1]);
		_exit(0);
	}
	receive(pair[0], rows, last_listen, sizeof(last_listen));
	(void)waitpid(pid, NULL, 0);
	for (p = 0; p < PROC_COUNT; p++)
		for (i = 0; i < P_COUNT; i++)
			if ((params[i].readers & 1u << p) != 0 &&
			    words_of(&c, (enum param)i) != NULL)
				want[p]++;
	/* malote: all of listen and account; smtpd and pop3d their share. */
	want[PROC_KEEPER] += 3 + (PROC_COUNT - 1 - 1);
	want[PROC_SMTPD] += 2;
	for (p = 0; p < PROC_COUNT; p++)
		ck_assert_msg(rows[p] == want[p], "%s: %u rows, not %u",
		    house_procs[p].name, rows[p], want[p]);
	ck_assert_str_eq(last_listen, "pop3\n127.0.0.1\n3\ncleartext-login");
	config_free(&c);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		faults_of_a_line, lines_of_a_file, a_file_may_be_too_large,
		words_of_a_line, sizes_and_spans, values_as_text, networks,
		hosts_and_ports, hints, the_name_of_the_system_will_do,
		every_default_is_good, each_program_is_sent_its_own
	};

	return unit_run("conf", tests, countof(tests));
}
