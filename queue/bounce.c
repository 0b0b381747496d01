/*
 * bounce: writes delivery reports for queue and submits them.  It reads a
 * message only through the descriptor queue passes, and speaks to nobody but
 * queue and inject; a report that cannot be submitted is LATER, never lost.
 */
#include <signal.h>

#include "die.h"
#include "house.h"
#include "jail.h"
#include "loop.h"
#include "peer.h"
#include "settings.h"

#include "report_asker.h"

static const struct card card = {
	.name = "bounce",
	.root = ".",
	.may = MAY_LOOP | MAY_ACCEPT | MAY_CONNECT,
	.folders = { { -1, 0 } },
	.files = 256,
};

static void
use_settings(void *ctx, struct settings *settings)
{
	struct bounce *bounce = ctx;

	settings_free(bounce->settings);
	bounce->settings = settings;
	bounce->hostname = settings_text(settings, P_HOSTNAME);
}

static void
on_stop(void *arg)
{
	struct bounce *bounce = arg;

	loop_stop(bounce->loop);
}

int
main(void)
{
	struct bounce bounce = { 0 };

	die_name("bounce");
	(void)signal(SIGPIPE, SIG_IGN);
	bounce.loop = loop_new();
	jail_enter(&card);
	use_settings(&bounce, settings_start(NULL, NULL));
	loop_signal(bounce.loop, SIGTERM, on_stop, &bounce);
	settings_watch(bounce.loop, NULL, use_settings, &bounce);
	peer_listen(bounce.loop, house_edge_fd(PROC_BOUNCE, EDGE_REPORT),
	    asker_accepted, &bounce);
	loop_run(bounce.loop);
	return EXIT_DONE;
}
