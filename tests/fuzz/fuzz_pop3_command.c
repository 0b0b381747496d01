/* needs: pop3d/pop3_session pop3d/pop3_verbs pop3d/pop3_reply */
/*
 * A session from behind its greeting to its end, with all a client may send.
 * auth and the maildrop are played here: with passwords that begin with n
 * the login is wrong, with b auth is broken, with l or u it is too early; the
 * maildrop has three messages.  Whatever the client says, replies must be
 * well-formed and the numbers in range.
 */
#include <sys/socket.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../pop3d/pop3_login.h"
#include "../../pop3d/pop3_relay.h"
#include "../../pop3d/pop3_session.h"
#include "event.h"
#include "fd.h"
#include "settings.h"
#include "acceptor.h"

enum { MESSAGES = 3 };

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* --- settings --------------------------------------------------------- */

const char *
settings_text(const struct settings *s, enum param param)
{
	(void)s;
	(void)param;
	return "pop.example.org";
}

uint64_t
settings_number(const struct settings *s, enum param param)
{
	(void)s;
	(void)param;
	return 5;
}

/* --- auth ------------------------------------------------------------- */

enum pop3_login
pop3_login(struct pop3 *p, char *password)
{
	if (strlen(p->user) > LIMIT_POP3_COMMAND ||
	    strlen(password) > LIMIT_POP3_COMMAND)
		abort();
	if (*password == 'n')
		return POP3_WRONG;
	if (*password == 'b')
		return POP3_BROKEN;
	p->count = p->left = MESSAGES;
	p->octets = 10 * MESSAGES;
	if (*password != 'l' && *password != 'u')
		p->relay = dup(p->line.fd);
	fate_set(&p->fate, 450, *password == 'u' ? RELAY_IN_USE : "4.3.0",
	    "%s", password);
	return *password == 'l' || *password == 'u' ? POP3_LATER : POP3_IN;
}

/* --- the maildrop: message 2 cannot be read ---------------------------- */

static void
in_range(uint32_t number)
{
	if (number < 1 || number > MESSAGES)
		abort();
}

enum relay_result
pop3_relay_list(struct pop3 *p, uint32_t first, uint32_t most,
    void (*each)(struct pop3 *, const struct relay_entry *))
{
	struct relay_entry e = { first, 10, "uidl" };

	in_range(first);
	for (; e.number <= MESSAGES && (most == 0 || e.number == first);
	    e.number++)
		each(p, &e);
	return first == 2 && most == 1 ? RELAY_NO : RELAY_OK;
}

enum relay_result
pop3_relay_dele(struct pop3 *p, uint32_t number)
{
	in_range(number);
	fate_set(&p->fate, 550, "5.5.0", "no such message");
	return number == 2 ? RELAY_NO : RELAY_OK;
}

enum relay_result
pop3_relay_rset(struct pop3 *p)
{
	(void)p;
	return RELAY_OK;
}

enum relay_result
pop3_relay_commit(struct pop3 *p)
{
	fate_set(&p->fate, 450, "4.3.0", "not all");
	return p->user[0] == 'x' ? RELAY_NO : p->user[0] == 'y' ?
	    RELAY_BROKEN : RELAY_OK;
}

enum relay_result
pop3_relay_open(struct pop3 *p, uint32_t number, uint32_t lines,
    struct relay_body *body)
{
	(void)lines;
	body->size = 10;
	in_range(number);
	fate_set(&p->fate, 550, "5.5.0", "this message cannot be read");
	return number == 2 ? RELAY_NO : RELAY_OK;
}

void
pop3_relay_ahead(struct pop3 *p, uint32_t number)
{
	(void)p;
	in_range(number);
}

enum relay_result
pop3_relay_copy(struct pop3 *p, struct relay_body *body)
{
	(void)body;
	out_puts(&p->out, "+OK x\r\n.\r\n");
	return p->user[0] == 'z' ? RELAY_BROKEN : RELAY_OK;
}

/* --- the client ------------------------------------------------------- */

/* Every line ends in CRLF, has no other control byte and is short. */
static void
check_replies(int fd)
{
	static char text[1 << 20];
	size_t len = 0, line = 0, i;
	ssize_t n;

	while (len < sizeof(text) &&
	    (n = recv(fd, text + len, sizeof(text) - len, MSG_DONTWAIT)) > 0)
		len += (size_t)n;
	if (len != 0 && memcmp(text, "+OK", 3) != 0 &&
	    memcmp(text, "-ERR", 4) != 0)
		abort();
	for (i = 0; i < len; i++) {
		if (text[i] == '\n') {
			if (line == 0 || text[i - 1] != '\r' || line > 511)
				abort();
			line = 0;
			continue;
		}
		if ((text[i] < 0x20 && (text[i] != '\r' || i + 1 == len ||
		    text[i + 1] != '\n')) || text[i] == 0x7f)
			abort();
		line++;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct door_client clients[] = {
		{ "192.0.2.1", "pop3", 1, DOOR_CLEARTEXT },
		{ "192.0.2.1", "pop3", 1, 0 }
	};
	int pair[2];

	if (n == 0 || n > 4096 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		return 0;
	event_mute();
	if (send(pair[1], data + 1, n - 1, MSG_NOSIGNAL) != (ssize_t)n - 1)
		abort();
	shutdown(pair[1], SHUT_WR);
	pop3_serve(NULL, &clients[data[0] % 8 == 0], pair[0]);
	close(pair[0]);
	check_replies(pair[1]);
	close(pair[1]);
	return 0;
}
