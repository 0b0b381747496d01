/*
 * remote: mail goes out.  The dispatcher forks one jailed worker for each
 * session that queue asks for; a worker speaks SMTP or LMTP to one next hop.
 * It can open connections and read the message files it is handed, and
 * nothing else: no file, no program, no other socket of the house but dns.
 */
#include <string.h>

#include "dest.h"
#include "die.h"
#include "dispatcher.h"
#include "fd.h"
#include "handover.h"
#include "house.h"
#include "jail.h"
#include "next_hop.h"
#include "settings.h"
#include "wire_start.h"

static const struct card card = {
	.name = "remote",
	.root = ".",
	.may = MAY_ACCEPT | MAY_FORK | MAY_JAIL | MAY_PAIR |
	    MAY_CONNECT | MAY_INET,	/* its workers: a jail only narrows */
	.memory = 64u << 20,
	.files = 1024,
};

static const struct card session_card = {
	.name = "remote session",
	.may = MAY_CONNECT | MAY_INET,
	.memory = 32u << 20,
	.files = 16,
};

struct remote {
	struct settings	*settings;
	struct jail	*session;
};

static void	session(void *, const struct start_start *, int)
		    __attribute__((noreturn));

static const char *
check(void *ctx, const struct start_start *start, size_t server)
{
	struct dest d;

	(void)ctx;
	(void)server;
	if (strcmp(start->program, "remote") != 0)
		return "not a program of this dispatcher";
	if (dest_parse(&d, start->destination) == -1 ||
	    d.kind == DEST_SYSTEM || d.kind == DEST_VIRTUAL ||
	    d.kind == DEST_HOLD)
		return "not a next hop";
	return NULL;
}

static int64_t
milliseconds(const struct settings *s, enum param p)
{
	return (int64_t)settings_number(s, p) * 1000;
}

static void
session(void *ctx, const struct start_start *start, int sock)
{
	struct remote *r = ctx;
	struct times times;
	struct dest dest;

	jail_enter_prepared(r->session);
	stop_arm();
	times.connect = milliseconds(r->settings, P_CONNECT_TIMEOUT);
	times.reply = milliseconds(r->settings, P_REPLY_TIMEOUT);
	times.data = milliseconds(r->settings, P_DATA_TIMEOUT);
	if (dest_parse(&dest, start->destination) == -1)
		die_bug("destination was checked before");
	handover(sock, &dest, settings_text(r->settings, P_HOSTNAME), &times);
}

static void
changed(void *ctx, struct settings *settings)
{
	struct remote *r = ctx;

	settings_free(r->settings);
	r->settings = settings;
}

int
main(void)
{
	int server = house_edge_fd(PROC_REMOTE, EDGE_START_REMOTE);
	struct remote r;
	struct dispatcher d = {
		.servers = &server,
		.server_count = 1,
		.check = check,
		.child = session,
		.changed = changed,
		.ctx = &r
	};

	die_name("remote");
	r.settings = settings_hear(NULL, NULL);
	r.session = jail_prepare(&session_card);
	jail_enter(&card);
	settings_go_on();
	d.workers_max = (size_t)settings_number(r.settings, P_WORKERS);
	dispatcher_run(&d);
}
