/*
 * who: does such a system account exist?  The only program that sees the
 * account files, and so it stands outside of any chroot.  A lookup can hang
 * in whatever nsswitch.conf names, so it is made in a child that is killed
 * when it takes too long; "could not look" is never told as "no".
 */
#include <signal.h>
#include <stddef.h>

#include "die.h"
#include "house.h"
#include "jail.h"
#include "loop.h"
#include "settings.h"

#include "lookup.h"
#include "who_server.h"

static const struct card	card = {
	.name = "who",
	.may = MAY_LOOP | MAY_ACCEPT | MAY_PAIR | MAY_FORK | MAY_LOOKUP,
	.memory = 512u * 1024 * 1024,
	.files = WHO_FILES,
};

static void
on_settings(void *arg, struct settings *s)
{
	who_server_change(arg, settings_number(s, P_UID_MIN));
	settings_free(s);
}

static void
on_stop(void *arg)
{
	loop_stop(arg);
}

int
main(void)
{
	struct settings *settings;
	struct who_server *server;
	struct loop *loop;

	die_name("who");
	settings = settings_hear(NULL, NULL);
	lookup_warm_up();
	loop = loop_new();
	jail_enter(&card);
	settings_go_on();
	(void)signal(SIGCHLD, SIG_IGN);	/* the jail's probe still waited */

	server = who_server_new(loop, settings_number(settings, P_UID_MIN));
	settings_free(settings);
	who_server_listen(server, house_edge_fd(PROC_WHO, EDGE_WHO));
	settings_watch(loop, NULL, on_settings, server);
	loop_signal(loop, SIGTERM, on_stop, loop);
	loop_run(loop);
	who_server_end(server);
	return EXIT_DONE;
}
