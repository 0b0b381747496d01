/*
 * Cards of all sorts of programs, in a build whose jail lacks a part: each
 * must end with EXIT_NOPERM before it did anything.  TAP on stdout.
 */
#include "refused.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "inmate.h"

static const struct card cards[] = {
	{ .name = "acceptor", .root = ".", .may = MAY_LOOP | MAY_ACCEPT |
	    MAY_PAIR | MAY_FORK | MAY_JAIL | MAY_CONNECT },
	{ .name = "session", .root = ".", .may = MAY_CONNECT },
	{ .name = "queue", .root = ".", .may = MAY_LOOP | MAY_ACCEPT |
	    MAY_CONNECT | MAY_PAIR | MAY_READ | MAY_WRITE | MAY_SYNC,
	    .folders = { { -1, FOLDER_READ | FOLDER_LIST | FOLDER_CREATE } } },
	{ .name = "remote session", .root = ".",
	    .may = MAY_CONNECT | MAY_INET },
	{ .name = "worker", .may = MAY_READ | MAY_WRITE | MAY_SYNC },
	{ .name = "who", .may = MAY_LOOP | MAY_ACCEPT | MAY_PAIR |
	    MAY_FORK | MAY_LOOKUP },
	{ .name = "nothing at all", .root = "." },
};

static int
act(void)
{
	return 0;
}

static void
try(const char *room, const struct card *card, size_t number)
{
	int status = inmate_run(room, card, act);

	printf("%sok %zu - the card of %s is refused\n",
	    WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NOPERM ? "" :
	    "not ", number, card->name);
}

int
refused_run(void)
{
	char room[] = "/tmp/refused.XXXXXX";
	size_t i;

	if (geteuid() != 0) {
		printf("1..0 # SKIP needs root\n");
		return 0;
	}
	/* What the jail says goes along with the TAP lines. */
	if (dup2(STDOUT_FILENO, STDERR_FILENO) == -1 ||
	    mkdtemp(room) == NULL || chmod(room, 0755) == -1) {
		perror(room);
		return 1;
	}
	printf("1..%zu\n", countof(cards));
	for (i = 0; i < countof(cards); i++)
		try(room, &cards[i], i + 1);
	rmdir(room);
	return 0;
}
