/*
 * smtpd: mail comes in.  An acceptor, which reads nothing from clients, and a
 * jailed process for each client.  See smtpd(8).
 */
#include "acceptor.h"
#include "die.h"
#include "jail.h"
#include "reply.h"
#include "session.h"
#include "settings.h"

/*
 * The acceptor: accepts, greets, counts, forks.  It connects to nothing
 * itself, but a jail can only get narrower, so it has what its sessions may.
 */
static const struct card acceptor_card = {
	.name = "smtpd",
	.root = ".",
	.may = MAY_LOOP | MAY_ACCEPT | MAY_FORK | MAY_JAIL | MAY_CONNECT |
	    MAY_PEER,
	.memory = 64u << 20
};

/* A session: its client, and the sockets in run/smtpd (ask, submit). */
static const struct card session_card = {
	.name = "smtpd session",
	.may = MAY_CONNECT,
	.memory = 8u << 20,
	.files = 16
};

/* What the acceptor says, before there is a session or in place of one. */
static void
at_door(enum acceptor_line which, const struct settings *settings,
    char line[ACCEPTOR_LINE])
{
	static const enum reply replies[] = {
		[ACCEPTOR_GREETING] = REPLY_GREETING,
		[ACCEPTOR_SILENT] = REPLY_TIMEOUT,
		[ACCEPTOR_STOPPING] = REPLY_STOPPING,
		[ACCEPTOR_TOO_MANY] = REPLY_TOO_MANY,
		[ACCEPTOR_NO_SESSION] = REPLY_NO_SESSION
	};

	reply_line(line, replies[which],
	    settings_text(settings, P_HOSTNAME));
}

_Static_assert(REPLY_SIZE == ACCEPTOR_LINE, "both are a line of SMTP");

static const struct acceptor_role role = {
	.proc = PROC_SMTPD,
	.local = EDGE_SMTP_PUBLIC,
	.sessions = P_SMTP_SESSIONS,
	.per_client = P_SMTP_SESSIONS_PER_CLIENT,
	.waiting = P_SMTP_WAITING,
	.timeout = P_SMTP_TIMEOUT,
	.line = at_door,
	.serve = session_live
};

int
main(int argc, char *argv[])
{
	const struct jail *session;
	struct settings *settings;
	struct acceptor *acceptor;

	(void)argv;
	die_name("smtpd");
	if (argc != 1)
		die(EXIT_USAGE, "started by malote, without arguments");
	acceptor = acceptor_new(&role);
	session = jail_prepare(&session_card);
	jail_enter(&acceptor_card);
	settings = settings_start(NULL, NULL);
	return (int)acceptor_run(acceptor, settings, session);
}
