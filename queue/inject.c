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

#include "arrivals_write.h"
#include "bell.h"
#include "inject_client.h"
#include "syncer.h"

static const struct card card = {
	.name = "inject",
	.root = ".",
	.may = MAY_LOOP | MAY_ACCEPT | MAY_CONNECT | MAY_WRITE | MAY_SYNC |
	    MAY_PEER,
	.folders = {
		{ -1, FOLDER_LIST | FOLDER_CREATE | FOLDER_REMOVE |
		    FOLDER_READ | FOLDER_PLACE | FOLDER_LINK },	/* tmp */
		{ -1, FOLDER_LIST | FOLDER_REMOVE | FOLDER_PLACE |
		    FOLDER_LINK },				/* new */
		{ -1, FOLDER_LIST | FOLDER_CREATE | FOLDER_PLACE }, /* log */
	},
	.files = 4096,
};

enum { FILE_SYNCS = 3 };	/* of messages the log does not take */

static void
enter_jail(int tmp, int new, int arrivals)
{
	struct card mine = card;

	mine.folders[0].fd = tmp;
	mine.folders[1].fd = new;
	mine.folders[2].fd = arrivals;
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
	arrivals_resize(inject->log, settings_number(settings, P_ARRIVALS_LOG),
	    settings_number(settings, P_ARRIVALS_LOG_MESSAGE));
}

static void
on_spoiled(void *ctx, uint64_t generation)
{
	const struct inject *inject = ctx;

	bell_spoiled(inject->bell, generation);
	/* What the log owes is said then, even if no message comes. */
	timer_set(inject->log_rest, ARRIVALS_REST_MS + 1);
}

static void
on_stop(void *arg)
{
	struct inject *inject = arg;

	inject->stopping = true;
	client_commit_batch(inject);
	if (spool_is_empty(&inject->spool))
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
	int arrivals = house_folder_fd(PROC_INJECT, FOLDER_ARRIVALS);
	struct inject inject = { 0 };
	struct syncer *syncer;

	die_name("inject");
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(S_IRWXO);		/* queue reads through the group */
	/* The inject of a house whose malote was killed ends by itself: only
	 * then nothing comes into new that the queue was not told of. */
	if (flock(tmp, LOCK_EX) == -1)
		die_temp("queue/tmp");
	inject.loop = loop_new();
	syncer = syncer_new(inject.loop, FILE_SYNCS);
	inject.log = arrivals_new(inject.loop, arrivals,
	    syncer_new(inject.loop, 1), syncer, on_spoiled, &inject);
	spool_init(&inject.spool, tmp, new, syncer, inject.log, client_stored,
	    &inject);
	/* Afterwards no message is read but what is being received. */
	if (spool_sweep(&inject.spool) == -1)
		die_temp("queue/tmp");
	enter_jail(tmp, new, arrivals);
	LIST_INIT(&inject.public);
	use_settings(&inject, settings_start(NULL, NULL));
	inject.batch_idle = timer_new_idle(inject.loop, client_commit_batch,
	    &inject);
	inject.batch_late = timer_new(inject.loop, client_commit_batch,
	    &inject);
	inject.log_rest = timer_new(inject.loop, client_commit_batch, &inject);
	inject.bell = bell_new(inject.loop, "/arrived", &inject.spool.ids,
	    inject.log);
	loop_signal(inject.loop, SIGTERM, on_stop, &inject);
	settings_watch(inject.loop, NULL, use_settings, &inject);
	open_gates(&inject, gates, countof(gates));
	loop_run(inject.loop);
	return EXIT_DONE;
}
