/*
 * The walls of a jail on FreeBSD: limits, and capability mode (Capsicum) as
 * the last lock, with the rights of the card's folders cut to their use.
 * No chroot is needed: in capability mode there are no paths at all.  So a
 * program that must connect to a socket by its path, look accounts up or
 * reach the internet later on cannot enter it; for these the file says so
 * and refuses, until a helper process does it for them.
 */
#include <sys/types.h>
#include <sys/capsicum.h>
#include <sys/procctl.h>
#include <sys/resource.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "jail.h"
#include "jail_parts.h"

#define OUTSIDE	(MAY_CONNECT | MAY_INET | MAY_LOOKUP)

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
cut_rights(const struct card *card, const struct card_folder *f)
{
	cap_rights_t rights;

	cap_rights_init(&rights, CAP_LOOKUP, CAP_FSTAT, CAP_FCNTL, CAP_FSYNC);
	if (f->use & FOLDER_READ)
		cap_rights_set(&rights, CAP_READ, CAP_SEEK, CAP_MMAP_R,
		    CAP_FSTATAT, CAP_FLOCK);
	if (f->use & FOLDER_LIST)
		cap_rights_set(&rights, CAP_READ, CAP_SEEK);
	if (f->use & FOLDER_CREATE)
		cap_rights_set(&rights, CAP_CREATE, CAP_WRITE, CAP_SEEK,
		    CAP_FTRUNCATE);
	if (f->use & FOLDER_REMOVE)
		cap_rights_set(&rights, CAP_UNLINKAT);
	if (f->use & FOLDER_PLACE)
		cap_rights_set(&rights, CAP_FSTATFS);
	if (f->use & (FOLDER_MOVE | FOLDER_PLACE))
		cap_rights_set(&rights, CAP_RENAMEAT_SOURCE,
		    CAP_RENAMEAT_TARGET, CAP_LINKAT_SOURCE,
		    CAP_LINKAT_TARGET);
	if (f->use & FOLDER_SUBDIRS)
		cap_rights_set(&rights, CAP_MKDIRAT);
	if (cap_rights_limit(f->fd, &rights) == -1)
		die_temp("jail: %s: rights", card->name);
}

void
jail_no_new_privs(void)
{
	int on = PROC_NO_NEW_PRIVS_ENABLE;

	if (procctl(P_PID, 0, PROC_NO_NEW_PRIVS_CTL, &on) == -1)
		die_temp("jail: no_new_privs");
}

void
jail_build(struct jail *jail)
{
	if (jail->card->may & OUTSIDE)
		die(EXIT_NOPERM, "jail: %s: Capsicum has no place for a"
		    " program that opens sockets by itself",
		    jail->card->name);
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
	const struct card_folder *f;
	int off = PROC_TRACE_CTL_DISABLE;

	limit(card, RLIMIT_CORE, 0);
	if (card->memory != 0)
		limit(card, RLIMIT_AS, (rlim_t)card->memory);
	if (card->files != 0)
		limit(card, RLIMIT_NOFILE, card->files);
	if (card->processes != 0)
		limit(card, RLIMIT_NPROC, card->processes);
	if (procctl(P_PID, getpid(), PROC_TRACE_CTL, &off) == -1)
		die_temp("jail: %s: trace", card->name);
	jail_no_new_privs();
	for (f = card->folders; f < card->folders + CARD_FOLDERS; f++)
		if (f->use != 0 && f->fd != -1)
			cut_rights(card, f);
}

/* What capability mode forbids is an error, never death. */
void
jail_shut(const struct jail *jail, bool rehearsal)
{
	(void)rehearsal;
	if ((jail->card->may & MAY_EXEC) == 0 && cap_enter() == -1)
		die(EXIT_NOPERM, "jail: %s: this kernel lacks Capsicum",
		    jail->card->name);
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
