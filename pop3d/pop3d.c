/*
 * pop3d: mail is read.  An acceptor, which reads nothing from clients, and a
 * jailed process for each client, which sees no file.  See pop3d(8).
 */
#include "acceptor.h"
#include "die.h"
#include "jail.h"
#include "pop3_reply.h"
#include "pop3_session.h"
#include "settings.h"

/*
 * The acceptor: accepts, greets, counts, forks.  It connects to nothing
 * itself, but a jail can only get narrower, so it has what its sessions may.
 */
static const struct card acceptor_card = {
	.name = "pop3d",
	.root = ".",
	.may = MAY_LOOP | MAY_ACCEPT | MAY_PAIR | MAY_FORK | MAY_JAIL |
	    MAY_CONNECT
};

/*
 * A session: its client, auth's socket in run/pop3d, and its maildrop.  It
 * passes on a descriptor; as many as it may have open may be on their way
 * for all sessions together (the kernel counts them by account), or a rush
 * of logins fails.
 */
static const struct card session_card = {
	.name = "pop3d session",
	.may = MAY_CONNECT | MAY_PAIR,
	.memory = 16u * 1024 * 1024,
	.files = 4096
};

/*
 * What the acceptor says, before there is a session or in place of one.  Who
 * is silent for too long is told nothing [RFC1939 3].
 */
static void
at_door(enum acceptor_line which, const struct settings *settings,
    char line[ACCEPTOR_LINE])
{
	static const enum pop3_reply replies[] = {
		[ACCEPTOR_GREETING] = POP3_GREETING,
		[ACCEPTOR_SILENT] = POP3_REPLIES,
		[ACCEPTOR_STOPPING] = POP3_STOPPING,
		[ACCEPTOR_TOO_MANY] = POP3_TOO_MANY,
		[ACCEPTOR_NO_SESSION] = POP3_NO_SESSION
	};

	line[0] = '\0';
	if (replies[which] != POP3_REPLIES)
		pop3_line(line, ACCEPTOR_LINE, replies[which],
		    which == ACCEPTOR_GREETING ?
		    settings_text(settings, P_HOSTNAME) : "");
}

static const struct acceptor_role role = {
	.proc = PROC_POP3D,
	.local = -1,
	.sessions = P_POP3_SESSIONS,
	.per_client = P_POP3_SESSIONS_PER_CLIENT,
	.waiting = P_POP3_WAITING,
	.timeout = P_POP3_TIMEOUT,
	.line = at_door,
	.serve = pop3_serve
};

int
main(int argc, char *argv[])
{
	const struct jail *session;
	struct settings *settings;
	struct acceptor *acceptor;

	(void)argv;
	die_name("pop3d");
	if (argc != 1)
		die(EXIT_USAGE, "started by malote, without arguments");
	acceptor = acceptor_new(&role);
	session = jail_prepare(&session_card);
	jail_enter(&acceptor_card);
	settings = settings_start(NULL, NULL);
	return (int)acceptor_run(acceptor, settings, session);
}
