/*
 * The walls of a jail on Linux, in the order in which each can still be put
 * up: limits, not dumpable, root, no_new_privs, Landlock, capabilities, and
 * last the system call filter.  Trusts the card and nothing else; must never
 * go on after a wall could not be put up.
 */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/capability.h>

#include <string.h>
#include <unistd.h>

#include "die.h"
#include "jail.h"
#include "jail_parts.h"

#ifdef __GLIBC__
typedef __rlimit_resource_t resource_t;
#else
typedef int resource_t;
#endif

/* --- limits ------------------------------------------------------------- */

static void
limit(const struct card *card, resource_t which, rlim_t wanted)
{
	struct rlimit new = { .rlim_cur = wanted, .rlim_max = wanted };

	if (setrlimit(which, &new) == 0)
		return;
	/* Refused where there is a lower one already. */
	if (getrlimit(which, &new) == -1)
		die_temp("jail: %s: getrlimit", card->name);
	if (wanted < new.rlim_max)
		new.rlim_max = wanted;
	new.rlim_cur = new.rlim_max;
	if (setrlimit(which, &new) == -1)
		die_temp("jail: %s: setrlimit", card->name);
}

static void
set_limits(const struct card *card)
{
	limit(card, RLIMIT_CORE, 0);
	if (card->memory != 0 && !jail_sanitized())
		limit(card, RLIMIT_AS, card->memory);
	if (card->files != 0)
		limit(card, RLIMIT_NOFILE, card->files);
	if ((card->may & (MAY_FORK | MAY_EXEC)) == 0)
		limit(card, RLIMIT_NPROC, 0);
	else if (card->processes != 0)
		limit(card, RLIMIT_NPROC, card->processes);
}

/* --- root --------------------------------------------------------------- */

static bool
same_folder(const char *a, const char *b)
{
	struct stat as, bs;

	return stat(a, &as) == 0 && stat(b, &bs) == 0 &&
	    as.st_dev == bs.st_dev && as.st_ino == bs.st_ino;
}

/*
 * A child of a jailed process is there already, and has no right to chroot
 * any more.  That "/" is not the system's root is a matter of the probe.
 */
static void
change_root(const struct card *card)
{
	if (card->root == NULL || same_folder(card->root, "/"))
		return;
	if (chroot(card->root) == -1 || chdir("/") == -1)
		die_temp("jail: %s: chroot", card->name);
}

/* --- privileges --------------------------------------------------------- */

void
jail_no_new_privs(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		die_temp("jail: no_new_privs");
}

/*
 * malote leaves CAP_SYS_CHROOT alone.  The bounding set can be emptied only
 * by who has CAP_SETPCAP, that is when started by hand as root; behind
 * no_new_privs it gives nothing any more.
 */
static void
drop_capabilities(const struct card *card)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
	unsigned long cap = 0;

	while (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
		cap++;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == -1)
		die_temp("jail: %s: ambient capabilities", card->name);
	memset(none, 0, sizeof(none));
	if (syscall(SYS_capset, &head, none) == -1)
		die_temp("jail: %s: capabilities", card->name);
}

/* --- the system's half of jail_parts.h ---------------------------------- */

void
jail_build(struct jail *jail)
{
	if ((jail->card->may & MAY_EXEC) == 0)
		jail->filter = jail_filter_build(jail->card);
}

void
jail_unbuild(struct jail *jail)
{
	jail_filter_free(jail->filter);
	jail->filter = NULL;
}

void
jail_walls(const struct jail *jail)
{
	const struct card *card = jail->card;

	set_limits(card);
	/* Nobody of the same account reads its memory; sanitizers read their
	 * own through /proc. */
	if (!jail_sanitized() && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		die_temp("jail: %s: dumpable", card->name);
	change_root(card);
	jail_no_new_privs();
	if ((card->may & MAY_EXEC) == 0)
		jail_landlock(card);
	drop_capabilities(card);
}

void
jail_shut(const struct jail *jail, bool rehearsal)
{
	if (jail->filter != NULL)
		jail_filter_load(jail->filter, rehearsal);
}
