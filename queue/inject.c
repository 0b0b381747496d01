/*
 * inject: takes messages from smtpd, bounce and local users and keeps them.
 * It believes the socket a client came in by, never what the client says it
 * is; it never answers TAKEN before the message is durable.
 */
#include <sys/file.h>
#include <sys/stat.h>
#include <signal.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "house.h"
#include "jail.h"
#include "loop.h"
#include "peer.h"
#include "settings.h"

#include "bell.h"
#include "inject_client.h"

static const struct card card = {
	.name = "inject",
	.root = ".",
	.may = MAY_LOOP | MAY_ACCEPT | MAY_CONNECT | MAY_WRITE | MAY_SYNC |
	    MAY_PEER,
	.folders = {
		{ -1, FOLDER_LIST | FOLDER_CREATE | FOLDER_REMOVE |
		    FOLDER_MOVE },				/* tmp */
		{ -1, FOLDER_LIST | FOLDER_REMOVE | FOLDER_MOVE }, /* new */
	},
	.files = 4096,
};

static void
enter_jail(int tmp, int new)
{
	struct card mine = card;

	mine.folders[0].fd = tmp;
	mine.folders[1].fd = new;
	jail_enter(&mine);
}

static void
use_settings(void *ctx, struct settings *settings)
{
	struct inject *inject = ctx;

	settings_free(inject->settings);
	inject->settings = settings;
	inject->site.hostname = settings_text(settings, P_HOSTNAME);
	inject->site.size_max = settings_number(settings, P_MESSAGE_SIZE);
}

static void
on_stop(void *arg)
{
	struct inject *inject = arg;

	client_commit_batch(inject);
	loop_stop(inject->loop);
}

static void
open_gates(struct inject *inject, struct gate *gates, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		gates[i].inject = inject;
		peer_listen(inject->loop, house_edge_fd(PROC_INJECT,
		    gates[i].edge), client_accepted, &gates[i]);
	}
}

int
main(void)
{
	struct gate gates[] = {
		{ .edge = EDGE_SUBMIT_SMTPD },
		{ .edge = EDGE_SUBMIT_PUBLIC },
		{ .edge = EDGE_SUBMIT_BOUNCE },
	};
	int tmp = house_folder_fd(PROC_INJECT, FOLDER_TMP);
	int new = house_folder_fd(PROC_INJECT, FOLDER_NEW);
	struct inject inject = { 0 };

	die_name("inject");
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(S_IRWXO);		/* queue reads through the group */
	spool_init(&inject.spool, tmp, new);
	/* The inject of a house whose malote was killed ends by itself: only
	 * then nothing comes into new that the queue was not told of. */
	if (flock(tmp, LOCK_EX) == -1)
		die_temp("queue/tmp");
	/* Afterwards no folder is read any more, nor can it be. */
	if (spool_sweep(&inject.spool) == -1)
		die_temp("queue/tmp");
	inject.loop = loop_new();
	enter_jail(tmp, new);
	LIST_INIT(&inject.public);
	use_settings(&inject, settings_start(NULL, NULL));
	inject.batch_idle = timer_new_idle(inject.loop, client_commit_batch,
	    &inject);
	inject.batch_late = timer_new(inject.loop, client_commit_batch,
	    &inject);
	inject.bell = bell_new(inject.loop, "/arrived", &inject.spool.ids);
	loop_signal(inject.loop, SIGTERM, on_stop, &inject);
	settings_watch(inject.loop, NULL, use_settings, &inject);
	open_gates(&inject, gates, countof(gates));
	loop_run(inject.loop);
	return EXIT_DONE;
}
