/* needs: tests/lib/unit pop3d/pop3_session pop3d/pop3_verbs pop3d/pop3_login pop3d/pop3_relay pop3d/pop3_reply pop3d/relay_server pop3d/mailbox pop3d/listing pop3d/sizes pop3d/retrieve pop3d/update */
/* Whole dialogues of POP3, the later ones with a real maildrop behind. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../pop3d/mailbox.h"
#include "../../pop3d/pop3_session.h"
#include "../../pop3d/relay_server.h"
#include "event.h"
#include "fd.h"
#include "str.h"
#include "unit.h"
#include "acceptor.h"

static const char before[] =
    "capa\r\nSTAT\r\nPASS x\r\nAPOP a b\r\nUSER\r\nNOOP x\ny\r\nQUIT now\r\n"
    "QUIT\r\n";
static const char before_replies[] =
    "+OK this is what I can do\r\nTOP\r\nUIDL\r\nRESP-CODES\r\n"
    "AUTH-RESP-CODE\r\nPIPELINING\r\nEXPIRE NEVER\r\nUSER\r\n.\r\n"
    "-ERR not now\r\n-ERR not now\r\n-ERR unknown command\r\n"
    "-ERR wrong number of arguments\r\n"
    "-ERR lines end in CRLF and have no NUL\r\n"
    "-ERR wrong number of arguments\r\n+OK bye\r\n";

static const char after[] =
    "STAT\r\nLIST\r\nUIDL\r\nLIST 2\r\nUIDL 2\r\nRETR 1\r\nTOP 2 1\r\n"
    "RETR 0\r\nRETR 4\r\nRETR -1\r\nRETR 1x\r\nRETR 4294967297\r\n"
    "RETR 18446744073709551617\r\nTOP 1\r\nTOP 1 -1\r\nRETR\r\n"
    "DELE 1\r\nDELE 1\r\nRETR 1\r\nLIST 1\r\nSTAT\r\nLIST\r\n"
    "RSET\r\nDELE 3\r\nNOOP\r\nUSER x\r\nQUIT\r\n";
static const char after_replies[] =
    "+OK 3 34\r\n"
    "+OK 3 messages (34 octets)\r\n1 14\r\n2 18\r\n3 2\r\n.\r\n"
    "+OK 3 messages (34 octets)\r\n1 1.a\r\n2 2.b\r\n3 3.c\r\n.\r\n"
    "+OK 2 18\r\n+OK 2 2.b\r\n"
    "+OK 14 octets\r\nh: 1\r\n\r\n..\r\nx\r\n.\r\n"
    "+OK top of message follows\r\nh: 2\r\n\r\n1\r\n.\r\n"
    "-ERR no such message\r\n-ERR no such message\r\n"
    "-ERR that is not a number\r\n-ERR that is not a number\r\n"
    "-ERR no such message\r\n-ERR no such message\r\n"
    "-ERR wrong number of arguments\r\n-ERR that is not a number\r\n"
    "-ERR wrong number of arguments\r\n"
    "+OK marked for removal\r\n-ERR no such message\r\n"
    "-ERR no such message\r\n-ERR no such message\r\n"
    "+OK 2 20\r\n+OK 2 messages (20 octets)\r\n2 18\r\n3 2\r\n.\r\n"
    "+OK 3 messages (34 octets)\r\n+OK marked for removal\r\n+OK\r\n"
    "-ERR not now\r\n+OK bye, messages removed: 1\r\n";

static const struct door_client client = {
	.address = "192.0.2.1", .listener = "pop3", .flags = DOOR_CLEARTEXT
};

/* Runs a dialogue; what was said is in *got. */
static void
talk(struct pop3 *p, int end, const char *commands, struct str *got)
{
	char block[4096];
	ssize_t n;

	ck_assert_int_eq(fd_write_all(end, commands, strlen(commands)), 0);
	shutdown(end, SHUT_WR);
	dialog_run(&p->dialog, &p->line);
	(void)out_flush(&p->out);
	close(p->line.fd);
	while ((n = read(end, block, sizeof(block))) > 0)
		str_add(got, block, (size_t)n);
}

static struct pop3 *
begin(int pair[2], struct str *got)
{
	struct pop3 *p = malloc(sizeof(*p));

	event_mute();
	str_init(got, 65536);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	pop3_init(p, NULL, &client, pair[0], 5000);
	return p;
}

START_TEST(before_login)
{
	struct str got;
	int pair[2];
	struct pop3 *p = begin(pair, &got);

	talk(p, pair[1], before, &got);
	ck_assert_str_eq(got.data, before_replies);
	free(p);
}
END_TEST

START_TEST(needs_tls)
{
	static const struct door_client shut = {
		.address = "192.0.2.1", .listener = "pop3", .flags = 0
	};
	struct str got;
	int pair[2];
	struct pop3 *p = begin(pair, &got);

	p->client = &shut;
	talk(p, pair[1], "USER a\r\nPASS b\r\n", &got);
	ck_assert_str_eq(got.data,
	    "-ERR [SYS/PERM] login needs TLS\r\n-ERR not now\r\n");
	free(p);
}
END_TEST

static void
put(int base, const char *name, const char *text)
{
	int fd = openat(base, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	ck_assert_int_eq(fd_write_all(fd, text, strlen(text)), 0);
	close(fd);
}

/* A maildrop in a process of its own, forked before there is a client. */
static int
serve(int base)
{
	struct mailbox mb;
	struct fate why;
	int pair[2];
	pid_t pid;

	ck_assert_int_eq(edge_pair(pair), 0);
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		if (mailbox_open(&mb, base, "M", &why) == 0)
			relay_serve(pair[1], &mb);
		_exit(0);
	}
	close(pair[1]);
	return pair[0];
}

static int
make(char *top)
{
	int base;

	ck_assert_ptr_nonnull(mkdtemp(top));
	base = open(top, O_RDONLY | O_DIRECTORY);
	mkdirat(base, "M", 0700);
	mkdirat(base, "M/new", 0700);
	mkdirat(base, "M/cur", 0700);
	put(base, "M/new/1.a", "h: 1\n\n.\nx\n");
	put(base, "M/cur/2.b:2,S", "h: 2\n\n1\n22\nx");
	put(base, "M/new/3.c", "\n");
	return base;
}

static void
clean(const char *top, int base)
{
	static const char *const names[] = {
		"M/new/1.a", "M/cur/2.b:2,S", "M/new/3.c", "M/.malote-lock"
	};
	size_t i;

	for (i = 0; i < countof(names); i++)
		(void)unlinkat(base, names[i], 0);
	(void)unlinkat(base, "M/new", AT_REMOVEDIR);
	(void)unlinkat(base, "M/cur", AT_REMOVEDIR);
	(void)unlinkat(base, "M", AT_REMOVEDIR);
	ck_assert_int_eq(rmdir(top), 0);
}

static void
enter(struct pop3 *p, int relay)
{
	struct relay_opened opened;
	int fd;

	ck_assert_int_eq(frame_recv(relay, &p->frame, &fd, fd_now() + 5000),
	    1);
	ck_assert_int_eq(frame_get(&p->frame, &relay_opened, &opened), 0);
	p->relay = relay;
	p->count = p->left = opened.count;
	p->octets = opened.octets;
	p->dialog.state = POP3_TRANSACTION;
}

START_TEST(after_login)
{
	char top[] = "/tmp/test_pop3.XXXXXX";
	struct str got;
	int pair[2], base = make(top), relay = serve(base);
	struct pop3 *p = begin(pair, &got);

	enter(p, relay);
	talk(p, pair[1], after, &got);
	ck_assert_str_eq(got.data, after_replies);
	ck_assert_int_eq(faccessat(base, "M/new/1.a", F_OK, 0), 0);
	ck_assert_int_eq(faccessat(base, "M/new/3.c", F_OK, 0), -1);
	clean(top, base);
	free(p);
}
END_TEST

/* What was read ahead is given when it is wanted, and else no answer to
 * anything. */
START_TEST(reads_ahead)
{
	char top[] = "/tmp/test_pop3.XXXXXX";
	static const char one[] = "+OK 14 octets\r\nh: 1\r\n\r\n..\r\nx\r\n.\r\n";
	static const char two[] =
	    "+OK 18 octets\r\nh: 2\r\n\r\n1\r\n22\r\nx\r\n.\r\n";
	struct str got, want;
	int pair[2], base = make(top), relay = serve(base);
	struct pop3 *p = begin(pair, &got);

	str_init(&want, 1000);
	str_puts(&want, one);
	str_puts(&want, two);
	str_puts(&want, "+OK 2 octets\r\n\r\n.\r\n");
	str_puts(&want, one);
	str_puts(&want, "+OK 2 18\r\n");
	str_puts(&want, one);
	str_puts(&want, "+OK marked for removal\r\n-ERR no such message\r\n");
	str_puts(&want, one);
	str_puts(&want, "+OK bye, messages removed: 1\r\n");
	enter(p, relay);
	/* 2 is asked for ahead: taken, left for LIST, dropped for DELE. */
	talk(p, pair[1], "RETR 1\r\nRETR 2\r\nRETR 3\r\nRETR 1\r\n"
	    "LIST 2\r\nRETR 1\r\nDELE 2\r\nRETR 2\r\nRETR 1\r\nQUIT\r\n",
	    &got);
	ck_assert_str_eq(got.data, want.data);
	str_free(&want);
	clean(top, base);
	free(p);
}
END_TEST

START_TEST(nothing_goes_without_quit)
{
	char top[] = "/tmp/test_pop3.XXXXXX";
	struct str got;
	int pair[2], base = make(top), relay = serve(base), status;
	struct pop3 *p = begin(pair, &got);

	enter(p, relay);
	talk(p, pair[1], "DELE 1\r\nDELE 2\r\nQUI", &got);
	ck_assert_str_eq(got.data, "+OK marked for removal\r\n"
	    "+OK marked for removal\r\n");
	close(p->relay);
	wait(&status);
	ck_assert_int_eq(faccessat(base, "M/new/1.a", F_OK, 0), 0);
	ck_assert_int_eq(faccessat(base, "M/cur/2.b:2,S", F_OK, 0), 0);
	clean(top, base);
	free(p);
}
END_TEST

/* A maildrop that goes away amid a message: no dot, no half for a whole. */
START_TEST(broken_maildrop)
{
	static const struct relay_body body = {
		100, 1, { (const unsigned char *)"half\r\n", 6 }
	};
	struct str got;
	int pair[2], relay[2];
	struct pop3 *p = begin(pair, &got);

	ck_assert_int_eq(edge_pair(relay), 0);
	frame_tell(relay[1], &relay_body, &body, -1, FD_FOREVER);
	shutdown(relay[1], SHUT_WR);
	p->relay = relay[0];
	p->count = 1;
	p->dialog.state = POP3_TRANSACTION;
	talk(p, pair[1], "RETR 1\r\nNOOP\r\n", &got);
	ck_assert_str_eq(got.data, "+OK 100 octets\r\nhalf\r\n");
	free(p);
}
END_TEST

/* Each byte at each place, alone and beside bytes at the borders. */
START_TEST(only_printable_bytes_pass)
{
	static const int beside[] = { 0x21, 0x7e };
	unsigned char text[19];
	size_t at, i;
	int c;

	for (i = 0; i < countof(beside); i++)
		for (at = 0; at < sizeof(text); at++)
			for (c = 0; c < 256; c++) {
				memset(text, beside[i], sizeof(text));
				text[at] = (unsigned char)c;
				ck_assert_int_eq(relay_is_printable(text,
				    sizeof(text)), c >= 0x21 && c <= 0x7e);
				ck_assert(relay_is_printable(text, at));
			}
}
END_TEST

START_TEST(entries_survive_the_wire)
{
	struct relay_entry e = { 7, 123456789012, "uidl" }, back;
	unsigned char data[2 * RELAY_ENTRY_MAX];
	struct bytes b = { data, 0 };

	b.len = relay_entry_put(data, &e);
	memset(e.uidl, '~', RELAY_UIDL);
	e.uidl[RELAY_UIDL] = '\0';
	b.len += relay_entry_put(data + b.len, &e);
	ck_assert_int_eq(relay_entry_get(&b, &back), 1);
	ck_assert_uint_eq(back.number, 7);
	ck_assert_uint_eq(back.size, 123456789012);
	ck_assert_str_eq(back.uidl, "uidl");
	ck_assert_int_eq(relay_entry_get(&b, &back), 1);
	ck_assert_str_eq(back.uidl, e.uidl);
	ck_assert_int_eq(relay_entry_get(&b, &back), 0);
	/* A line end in a unique id would be a reply of its own. */
	b = (struct bytes){ data, 17 };
	data[14] = '\n';
	ck_assert_int_eq(relay_entry_get(&b, &back), -1);
	b.len = 12;
	ck_assert_int_eq(relay_entry_get(&b, &back), -1);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		before_login, needs_tls, after_login, reads_ahead,
		nothing_goes_without_quit, broken_maildrop,
		only_printable_bytes_pass, entries_survive_the_wire
	};

	signal(SIGPIPE, SIG_IGN);
	return unit_run("pop3", tests, countof(tests));
}
