/*
 * auth: who are you?  Answers logins for pop3d, with password tables that
 * malote opens for it, and has a maildrop started for whoever may read one.
 * It reads what sessions send (they read the network), and must never let a
 * hash or a password out, nor tell a name that exists from one that does not.
 */
#include <signal.h>
#include <stdlib.h>

#include "checks.h"
#include "die.h"
#include "enter.h"
#include "house.h"
#include "jail.h"
#include "login_server.h"
#include "loop.h"
#include "peer.h"
#include "settings.h"

static const struct card auth_card = {
	.name = "auth",
	.root = ".",
	.may = MAY_LOOP | MAY_ACCEPT | MAY_CONNECT,
	.memory = 256u * 1024 * 1024,
	.files = 4096
};

static void
on_stop(void *arg)
{
	loop_stop(arg);
}

/* A child died amid a hash; only malote can start a fresh pool. */
static void
on_broken(void *arg)
{
	(void)arg;
	exit(EXIT_RENEW);
}

static void
on_settings(void *ctx, struct settings *settings)
{
	logins_settings(ctx, settings);
}

int
main(int argc, char *argv[])
{
	struct settings *settings;
	struct checks *checks;
	struct enters *enters;
	struct logins *logins;
	struct loop *loop;

	(void)argv;
	die_name("auth");
	if (argc != 1)
		die(EXIT_USAGE, "started by malote, without arguments");
	(void)signal(SIGPIPE, SIG_IGN);
	checks = checks_new();
	loop = loop_new();
	jail_enter(&auth_card);
	settings = settings_start(NULL, NULL);
	loop_signal(loop, SIGTERM, on_stop, loop);
	checks_watch(checks, loop, on_broken, NULL);
	enters = enters_new(loop, "/become", "/maildrop");
	logins = logins_new(loop, checks, enters, "/files", settings);
	settings_watch(loop, NULL, on_settings, logins);
	peer_listen(loop, house_edge_fd(PROC_AUTH, EDGE_LOGIN_POP3D),
	    logins_accept, logins);
	loop_run(loop);
	return EXIT_DONE;
}
