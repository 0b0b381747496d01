/*
 * smtpd: mail comes in.  An acceptor, which reads nothing from clients, and a
 * jailed process for each client.  See smtpd(8).
 */
#include <signal.h>
#include <stdlib.h>

#include "die.h"
#include "door.h"
#include "jail.h"
#include "session.h"
#include "settings.h"

/*
 * The acceptor: accepts, counts, forks.  It connects to nothing itself, but a
 * jail can only get narrower, so it has what its sessions may.
 */
static const struct card acceptor_card = {
	.name = "smtpd",
	.root = ".",
	.may = MAY_LOOP | MAY_ACCEPT | MAY_PAIR | MAY_FORK | MAY_JAIL |
	    MAY_CONNECT,
	.memory = 64u << 20
};

/* A session: its client, and the sockets in run/smtpd (ask, submit). */
static const struct card session_card = {
	.name = "smtpd session",
	.may = MAY_CONNECT,
	.memory = 8u << 20,
	.files = 16
};

int
main(int argc, char *argv[])
{
	const struct jail *session;
	struct settings *settings;
	struct door *door;

	(void)argv;
	die_name("smtpd");
	if (argc != 1)
		die(EXIT_USAGE, "started by malote, without arguments");
	(void)signal(SIGPIPE, SIG_IGN);
	door = door_new();
	session = jail_prepare(&session_card);
	jail_enter(&acceptor_card);
	settings = settings_start(NULL, NULL);
	return (int)door_run(door, settings, session);
}
