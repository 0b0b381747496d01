/*
 * maildrop: serves one Maildir to one session of a reader (pop3d), which
 * knows its messages by number alone.  Two ways to start:
 *
 *	maildrop worker MAILBOX HOME USER	by become, as that user
 *	maildrop			by malote, account _mvmail: forks
 *						a worker per virtual mailbox
 *
 * It trusts neither the session nor what lies in the Maildir, and after it
 * opened the folders it can reach nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dest.h"
#include "die.h"
#include "dispatcher.h"
#include "event.h"
#include "fd.h"
#include "house.h"
#include "jail.h"
#include "limits.h"
#include "mailbox.h"
#include "relay_server.h"
#include "settings.h"
#include "wire_start.h"

enum { FD_RELAY = 3 };		/* of a worker started by become */

#define MAILDROP_USE	(FOLDER_READ | FOLDER_LIST | FOLDER_REMOVE)

static const struct card worker_card = {
	.name = "maildrop",
	.may = MAY_READ | MAY_WRITE | MAY_SYNC,
	.folders = {
		{ -1, MAILDROP_USE },		/* new */
		{ -1, MAILDROP_USE },		/* cur */
	},
	.memory = 512u * 1024 * 1024,
	.files = 32
};

static const struct card dispatcher_card = {
	.name = "maildrop dispatcher",
	.root = ".",
	.may = MAY_ACCEPT | MAY_FORK | MAY_JAIL | MAY_READ | MAY_WRITE |
	    MAY_SYNC | MAY_LOCK,
	.files = 4096
};

struct house {
	int		 mail;		/* the folder of virtual mailboxes */
	struct card	 worker;
	struct jail	*jail;
};

/* --- one maildrop --------------------------------------------------------- */

static void
set_folders(struct card *card, const struct mailbox *mb)
{
	card->folders[0].fd = mb->folders[MAILBOX_NEW];
	card->folders[1].fd = mb->folders[MAILBOX_CUR];
}

/*
 * The home must be there: when its file system is not mounted, an empty
 * maildrop would make clients forget what they have seen.
 */
static int
open_home(const char *home, struct fate *why)
{
	int fd;

	fd = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		fate_set(why, 450, "4.3.0", "cannot open the home folder: %s",
		    strerror(errno));
	return fd;
}

static int
worker(const char *path, const char *home)
{
	struct card card = worker_card;
	struct mailbox mailbox;
	struct fate why;
	int base;

	event_mute();
	stop_arm();
	base = open_home(home, &why);
	if (base == -1 || mailbox_open(&mailbox, base, path, &why) == -1) {
		relay_refuse(FD_RELAY, &why);
		return EXIT_TEMP;
	}
	fd_close(&base);
	set_folders(&card, &mailbox);
	jail_enter_rehearsed(&card);
	relay_serve(FD_RELAY, &mailbox);
	mailbox_close(&mailbox);
	return EXIT_DONE;
}

/* --- the dispatcher of virtual mailboxes ---------------------------------- */

static const char *
check_request(void *ctx, const struct start_start *start, size_t server)
{
	struct dest dest;

	(void)ctx;
	(void)server;
	if (strcmp(start->program, "maildrop") != 0)
		return "another program";
	if (dest_parse(&dest, start->destination) == -1 ||
	    dest.kind != DEST_VIRTUAL)
		return "no virtual mailbox";
	return NULL;
}

static void run_virtual(void *, const struct start_start *, int)
    __attribute__((noreturn));

static void
run_virtual(void *ctx, const struct start_start *start, int sock)
{
	struct house *house = ctx;
	struct mailbox mailbox;
	struct dest dest;
	struct fate why;

	stop_arm();
	if (dest_parse(&dest, start->destination) == -1)
		die_bug("a destination that was checked");
	if (mailbox_open(&mailbox, house->mail, dest.name, &why) == -1) {
		relay_refuse(sock, &why);
		_exit(EXIT_TEMP);
	}
	fd_close(&house->mail);
	set_folders(&house->worker, &mailbox);
	jail_enter_prepared(house->jail);
	relay_serve(sock, &mailbox);
	_exit(EXIT_DONE);
}

static int
dispatcher(void)
{
	struct settings *settings = settings_hear(NULL, NULL);
	struct house house = {
		.mail = house_folder_fd(PROC_MAILDROP, FOLDER_MAIL),
		.worker = worker_card
	};
	struct card card = dispatcher_card;
	const int server = house_edge_fd(PROC_MAILDROP, EDGE_ENTER_MAILDROP);
	const struct dispatcher d = {
		.servers = &server,
		.server_count = 1,
		.workers_max = settings_number(settings,
		    P_POP3_SESSIONS),
		.check = check_request,
		.child = run_virtual,
		.ctx = &house
	};

	settings_free(settings);
	card.folders[0].fd = house.mail;
	card.folders[0].use = MAILDROP_USE | FOLDER_CREATE;
	house.jail = jail_prepare(&house.worker);
	jail_enter(&card);
	settings_go_on();
	dispatcher_run(&d);
}

int
main(int argc, char *argv[])
{
	die_name("maildrop");
	if (argc == 1)
		return dispatcher();
	if (argc == 5 && strcmp(argv[1], "worker") == 0)
		return worker(argv[2], argv[3]);
	die(EXIT_USAGE, "usage: maildrop [worker mailbox home user]");
}
