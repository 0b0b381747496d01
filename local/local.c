/*
 * local: delivers into mailboxes.  As the user himself for a system account
 * (executed by root's child that became him), as _mvmail for virtual
 * mailboxes (a dispatcher that forks a worker per mailbox); never as root.
 * A worker trusts what the queue says about a message, nothing in the
 * message, and its user with his own home only.
 */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dest.h"
#include "die.h"
#include "dispatcher.h"
#include "event.h"
#include "fd.h"
#include "house.h"
#include "jail.h"
#include "settings.h"
#include "wire_start.h"

#include "delivery.h"
#include "deposit.h"
#include "runner.h"

/*
 * A system user's worker: his home, for .forward and for the Maildir.  It
 * cannot start a runner (see runner.h) any more, so that one that meets its
 * first .forward ends, and its successor has one.
 */
static const struct card	card_user = {
	.name = "local",
	.may = MAY_READ | MAY_WRITE | MAY_SYNC,
	.folders[0] = { -1, FOLDER_READ | FOLDER_LIST | FOLDER_CREATE |
	    FOLDER_REMOVE | FOLDER_MOVE | FOLDER_SUBDIRS },
	.memory = 64u * 1024 * 1024,
	.files = 64,
};

/* A virtual mailbox's worker: one Maildir, whose mail it cannot read. */
static const struct card	card_virtual = {
	.name = "local",
	.root = ".",
	.may = MAY_READ | MAY_WRITE | MAY_SYNC,
	.folders[0] = { -1, FOLDER_LIST | FOLDER_CREATE | FOLDER_REMOVE |
	    FOLDER_MOVE },
	.memory = 64u * 1024 * 1024,
	.files = 64,
};

/* The dispatcher: makes the Maildirs, then narrows each worker to its own. */
static const struct card	card_dispatcher = {
	.name = "local",
	.root = ".",
	.may = MAY_ACCEPT | MAY_FORK | MAY_JAIL | MAY_READ | MAY_WRITE |
	    MAY_SYNC,
	.folders[0] = { -1, FOLDER_LIST | FOLDER_CREATE | FOLDER_REMOVE |
	    FOLDER_MOVE | FOLDER_SUBDIRS },
	.memory = 256u * 1024 * 1024,
	.files = 256,
};

/* --- system users -------------------------------------------------------- */

enum { FD_WORK = 3 };

/* Nothing can be delivered; the queue hears why, for each recipient. */
static void
break_deposit(struct deposit *d, const char *what, int error)
{
	d->broken = true;
	maildir_fate(&d->trouble, error, what);
}

/* The home must be there and be the user's: it is never made. */
static void
open_home(struct deposit *d)
{
	struct stat st;

	d->home = open(d->home_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->home == -1 || fstat(d->home, &st) == -1)
		break_deposit(d, d->home_path, errno);
	else if (st.st_uid != d->owner)
		break_deposit(d, d->home_path, EPERM);
}

/* NULL: nothing was said. */
static int
seconds(const char *text)
{
	const char *error = NULL;
	long long n = RUNNER_TIMEOUT;

	if (text != NULL)
		n = strtonum(text, 1, RUNNER_TIMEOUT_MAX, &error);
	if (error != NULL)
		die(EXIT_USAGE, "a time that is %s", error);
	return (int)n;
}

/* arg: mailbox, home, user, and how long a program may take. */
static int
serve_user(char *const arg[])
{
	const struct runner runner = {
		.home = arg[1],
		.user = arg[2],
		.timeout = seconds(arg[3])
	};
	struct deposit d = {
		.user = arg[2],
		.home_path = arg[1],
		.mailbox = arg[0],
		.owner = geteuid(),
		.runner = -1,
		.inbox = MAILDIR_CLOSED
	};
	struct card card = card_user;
	struct stat st;

	event_mute();
	open_home(&d);
	if (!d.broken && fstatat(d.home, ".forward", &st,
	    AT_SYMLINK_NOFOLLOW) == 0)
		d.runner = runner_start(runner);
	card.folders[0].fd = d.home;
	jail_enter_rehearsed(&card);
	stop_arm();
	return delivery_serve(FD_WORK, &d);
}

/* --- virtual mailboxes ---------------------------------------------------- */

struct local {
	struct card	 worker;
	struct jail	*jail;		/* prepared from worker */
	int		 mail;		/* the folder of all of them */
};

static const char *
check(void *ctx, const struct start_start *start, size_t server)
{
	struct dest dest;

	(void)ctx;
	(void)server;
	return strcmp(start->program, "local") == 0 &&
	    dest_parse(&dest, start->destination) == 0 &&
	    dest.kind == DEST_VIRTUAL ? NULL : "not a virtual mailbox";
}

static void	work(void *, const struct start_start *, int)
		    __attribute__((noreturn));

static void
work(void *ctx, const struct start_start *start, int sock)
{
	struct local *local = ctx;
	struct dest dest;
	struct deposit d = {
		.user = "",
		.home_path = "",
		.home = -1,
		.owner = geteuid(),
		.runner = -1
	};

	if (dest_parse(&dest, start->destination) == -1)
		_exit(EXIT_USAGE);
	d.mailbox = dest.name;
	if (maildir_open(&d.inbox, local->mail, dest.name, d.owner) == -1)
		break_deposit(&d, dest.name, errno);
	fd_close(&local->mail);
	local->worker.folders[0].fd = d.inbox.folder;
	jail_enter_prepared(local->jail);
	stop_arm();
	_exit(delivery_serve(sock, &d));
}

static int
serve_virtual(void)
{
	const int server = house_edge_fd(PROC_LOCAL, EDGE_START_LOCAL);
	struct settings *settings = settings_hear(NULL, NULL);
	struct local local = {
		.worker = card_virtual,
		.mail = house_folder_fd(PROC_LOCAL, FOLDER_MAIL)
	};
	struct card card = card_dispatcher;
	const struct dispatcher d = {
		.servers = &server,
		.server_count = 1,
		.workers_max = settings_number(settings, P_WORKERS),
		.check = check,
		.child = work,
		.ctx = &local
	};

	settings_free(settings);
	local.jail = jail_prepare(&local.worker);
	/* … and what each worker of a system user enters without a probe. */
	(void)jail_prepare(&card_user);
	card.folders[0].fd = local.mail;
	jail_enter(&card);
	settings_go_on();
	dispatcher_run(&d);
}

int
main(int argc, char *argv[])
{
	die_name("local");
	if (geteuid() == 0)
		die(EXIT_NOPERM, "local never runs as root");
	if ((argc == 5 || argc == 6) && strcmp(argv[1], "worker") == 0)
		return serve_user(argv + 2);
	if (argc != 1)
		die(EXIT_USAGE, "local is started by malote and become");
	return serve_virtual();
}
