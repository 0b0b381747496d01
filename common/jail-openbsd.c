/*
 * The walls of a jail on OpenBSD: limits, chroot, unveil(2) of the card's
 * folders, and pledge(2) as the last lock.  There are no capabilities: malote
 * starts the program as root in its room, and this file gives the root
 * directory and then everything else away.
 */
#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "jail.h"
#include "jail_parts.h"

static const struct {
	unsigned	 may;
	const char	*promises;
} promises[] = {
	{ MAY_ACCEPT, " unix inet" },
	{ MAY_CONNECT, " unix" },
	{ MAY_INET, " inet" },
	{ MAY_FORK, " proc" },
	{ MAY_JAIL, " unveil" },
	{ MAY_READ, " rpath" },
	{ MAY_WRITE, " wpath cpath" },
	{ MAY_LOCK, " flock" },
	{ MAY_EXEC, " proc exec" },
	{ MAY_LOOKUP, " rpath getpw" },
};

static const struct {
	unsigned	use;
	char		letter;
} letters[] = {
	{ FOLDER_READ | FOLDER_LIST, 'r' },
	{ FOLDER_CREATE, 'w' },
	{ FOLDER_CREATE | FOLDER_REMOVE | FOLDER_MOVE | FOLDER_PLACE |
	    FOLDER_SUBDIRS, 'c' },
};

static void
limit(const struct card *card, int which, rlim_t wanted)
{
	struct rlimit now, new;

	if (getrlimit(which, &now) == -1)
		die_temp("jail: %s: getrlimit", card->name);
	if (wanted > now.rlim_max)
		wanted = now.rlim_max;
	new.rlim_cur = new.rlim_max = wanted;
	if (setrlimit(which, &new) == -1)
		die_temp("jail: %s: setrlimit", card->name);
}

static void
change_root(const struct card *card)
{
	struct stat here, root;

	if (card->root == NULL)
		return;
	if (stat(card->root, &here) == 0 && stat("/", &root) == 0 &&
	    here.st_dev == root.st_dev && here.st_ino == root.st_ino)
		return;
	if (chroot(card->root) == -1 || chdir("/") == -1)
		die_temp("jail: %s: chroot", card->name);
}

/* unveil(2) knows paths only: each folder is visited to be named ".". */
static void
unveil_folders(const struct card *card)
{
	const struct card_folder *f;
	char use[countof(letters) + 1];
	size_t i, len;
	int home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (home == -1)
		die_temp("jail: %s: .", card->name);
	for (f = card->folders; f < card->folders + CARD_FOLDERS; f++) {
		if (f->use == 0 || f->fd == -1)
			continue;
		for (i = len = 0; i < countof(letters); i++)
			if (f->use & letters[i].use)
				use[len++] = letters[i].letter;
		use[len] = '\0';
		if (fchdir(f->fd) == -1 || unveil(".", use) == -1)
			die_temp("jail: %s: unveil", card->name);
	}
	if (fchdir(home) == -1)
		die_temp("jail: %s: .", card->name);
	close(home);
	/* Sockets are connected to by path. */
	if ((card->may & MAY_CONNECT) != 0 && unveil("/", "w") == -1)
		die_temp("jail: %s: unveil", card->name);
}

void
jail_no_new_privs(void)
{
	/* A program started by a user's process has only that user. */
}

void
jail_build(struct jail *jail)
{
	jail->filter = NULL;
}

void
jail_unbuild(struct jail *jail)
{
	(void)jail;
}

void
jail_walls(const struct jail *jail)
{
	const struct card *card = jail->card;

	limit(card, RLIMIT_CORE, 0);
	if (card->memory != 0)
		limit(card, RLIMIT_DATA, card->memory);
	if (card->files != 0)
		limit(card, RLIMIT_NOFILE, card->files);
	if (card->processes != 0)
		limit(card, RLIMIT_NPROC, card->processes);
	change_root(card);
	if ((card->may & (MAY_EXEC | MAY_LOOKUP)) == 0)
		unveil_folders(card);
}

/* What pledge(2) forbids kills; the probe starts a new child each time. */
void
jail_shut(const struct jail *jail, bool rehearsal)
{
	const struct card *card = jail->card;
	char text[256] = "stdio sendfd recvfd";
	size_t i;

	(void)rehearsal;
	for (i = 0; i < countof(promises); i++)
		if ((card->may & promises[i].may) != 0 &&
		    strlcat(text, promises[i].promises, sizeof(text)) >=
		    sizeof(text))
			die_bug("promises too long");
	if (pledge(text, NULL) == -1)
		die(EXIT_NOPERM, "jail: %s: pledge", card->name);
}

const struct attempt jail_attempts_walls[] = { { NULL, 0, NULL } };
const struct attempt jail_attempts_locked[] = { { NULL, 0, NULL } };

const char *
jail_probe_lock(const struct jail *jail)
{
	(void)jail;
	return NULL;
}

size_t
jail_calls(const struct card *card, void (*each)(void *, const char *),
    void *ctx)
{
	(void)card;
	(void)each;
	(void)ctx;
	return 0;
}
