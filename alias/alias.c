/*
 * alias: who is this address?  Answers smtpd, queue and the administrator
 * from the settings and the compiled tables, and asks `who` about system
 * accounts.  It never sees a message, and nothing it is told is trusted but
 * its tables and its settings.
 */
#include <signal.h>
#include <stddef.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "house.h"
#include "jail.h"
#include "loop.h"
#include "settings.h"

#include "ask_server.h"
#include "directory.h"
#include "domains.h"
#include "who_client.h"

static const struct card	card = {
	.name = "alias",
	.root = ".",
	.may = MAY_LOOP | MAY_ACCEPT | MAY_CONNECT | MAY_READ,
	.memory = 512u * 1024 * 1024,
	.files = 4096,
};

/* A session asks one question after the other, queue 64 at once. */
static const struct {
	enum edge		edge;
	struct ask_limits	limits;
} edges[] = {
	{ EDGE_ASK_SMTPD,   { .each = 4,  .all = 4096 } },
	{ EDGE_ASK_QUEUE,   { .each = 64, .all = 256, .bundles = true } },
	{ EDGE_ASK_CONTROL, { .each = 64, .all = 256 } },
};

static void
on_settings(void *arg, struct settings *s)
{
	ask_server_change(arg, domains_load(s));
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
	struct card own = card;
	struct settings *settings;
	struct ask_server *server;
	struct domains *domains;
	struct loop *loop;
	size_t i;
	int tables = house_folder_fd(PROC_ALIAS, FOLDER_TABLES);

	die_name("alias");
	settings = settings_hear(NULL, NULL);
	domains = domains_load(settings);
	settings_free(settings);
	loop = loop_new();
	own.folders[0] = (struct card_folder){ tables, FOLDER_READ };
	jail_enter(&own);
	settings_go_on();

	server = ask_server_new(loop, domains, directory_new(tables),
	    who_client_new(loop, "/who"));
	for (i = 0; i < countof(edges); i++)
		ask_server_listen(server, house_edge_fd(PROC_ALIAS,
		    edges[i].edge), &edges[i].limits);
	settings_watch(loop, NULL, on_settings, server);
	loop_signal(loop, SIGTERM, on_stop, loop);
	loop_run(loop);
	return EXIT_DONE;
}
