/* needs: smtpd/session smtpd/smtp_client smtpd/verbs_smtp smtpd/verbs_hello smtpd/verbs_mail smtpd/verbs_data smtpd/params_smtp smtpd/data smtpd/tx smtpd/reply */
/*
 * A whole session, from greeting to end, with everything a client may send.
 * alias and inject are played here: recipients that begin with n do not
 * exist, and what inject would keep must be a well-formed message.
 */
#include <sys/socket.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../smtpd/session.h"
#include "event.h"
#include "fate.h"
#include "fd.h"
#include "settings.h"
#include "acceptor.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* --- settings --------------------------------------------------------- */

const char *
settings_text(const struct settings *s, enum param param)
{
	(void)s;
	(void)param;
	return "mail.example.org";
}

uint64_t
settings_number(const struct settings *s, enum param param)
{
	(void)s;
	return param == P_RECIPIENTS_MAX ? 3 : 5000;
}

bool
settings_row(const struct settings *s, enum param param, size_t i,
    struct row *row)
{
	(void)s;
	(void)param;
	(void)i;
	(void)row;
	return false;
}

/* --- alias ------------------------------------------------------------ */

void
ask_init(struct ask *a)
{
	a->sock = -1;
}

void
ask_rcpt(struct ask *a, struct frame *frame, struct ask_ask *question,
    struct fate *verdict)
{
	(void)a;
	(void)frame;
	if (question->address[0] == 'n')
		fate_set(verdict, 550, "5.1.1", "nobody");
	else
		fate_set(verdict, 250, "2.1.5", "ok");
}

/* --- inject ----------------------------------------------------------- */

void
submit_init(struct submit *s)
{
	s->len = 0;
	s->size = 0;
}

int
submit_begin(struct submit *s, const struct submit_open *open,
    const struct tx *tx)
{
	(void)open;
	if (tx->count == 0 || tx->count > 3)
		abort();
	s->len = 0;
	s->size = 0;
	return tx->sender[0] == 'x' ? -1 : 0;
}

char *
submit_room(struct submit *s, size_t n)
{
	if (n > sizeof(s->chunk) - s->len)
		s->len = 0;
	return s->chunk + s->len;
}

void
submit_added(struct submit *s, size_t n)
{
	s->len += n;
	s->size += n;
}

void
submit_drop(struct submit *s)
{
	(void)s;
}

int
submit_finish(struct submit *s, struct frame *frame, char *id, size_t size,
    struct fate *why)
{
	size_t i;

	(void)frame;
	if (s->size > 5000 || memchr(s->chunk, '\0', s->len) != NULL)
		abort();
	for (i = 0; i < s->len; i++)
		if ((s->chunk[i] == '\n' &&
		    (i == 0 || s->chunk[i - 1] != '\r')) ||
		    (s->chunk[i] == '\r' &&
		    (i + 1 == s->len || s->chunk[i + 1] != '\n')))
			abort();
	(void)strlcpy(id, "0123456789", size);
	fate_set(why, 452, "4.3.1", "disk full");
	return s->size % 7 == 0 ? -1 : 0;
}

/* --- the session ------------------------------------------------------ */

/* As the acceptor calls it, with a client that has gone. */
static void
live_once(void)
{
	static const struct door_client client = { "192.0.2.1", "smtp", 1, 0 };
	static int begun;
	int pair[2];

	if (begun++ || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		return;
	close(pair[1]);
	session_live(NULL, &client, pair[0]);
	close(pair[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct session s;
	static char sink[256 * 1024];
	int pair[2];

	event_mute();
	live_once();
	/* What fits into the socket at once, so that nobody waits. */
	if (size > 64 * 1024 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		return 0;
	if (fd_write_all(pair[0], data, size) == 0 &&
	    shutdown(pair[0], SHUT_WR) == 0) {
		(void)strlcpy(s.client.address, "192.0.2.1",
		    sizeof(s.client.address));
		(void)strlcpy(s.client.listener, "smtp",
		    sizeof(s.client.listener));
		session_serve(&s, pair[1]);
		(void)recv(pair[0], sink, sizeof(sink), MSG_DONTWAIT);
	}
	close(pair[0]);
	close(pair[1]);
	return 0;
}
