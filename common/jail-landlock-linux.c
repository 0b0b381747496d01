/*
 * Landlock: which files a process may open, and how.  Everything the kernel
 * can handle is handled, so what no folder of the card allows is refused.
 * The C library has no wrapper, and the headers of a system are often older
 * than its kernel: the numbers of the kernel's ABI are repeated here.
 */
#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "jail_parts.h"

/*
 * Below ABI 2 nothing can be renamed across folders.  ABI 3 adds truncating
 * by name, which the filter refuses anyhow; so Debian 12's own kernel (6.1,
 * ABI 2) is enough.
 */
#define ABI_MIN		2

#define FS_EXECUTE	(UINT64_C(1) << 0)
#define FS_WRITE_FILE	(UINT64_C(1) << 1)
#define FS_READ_FILE	(UINT64_C(1) << 2)
#define FS_READ_DIR	(UINT64_C(1) << 3)
#define FS_REMOVE_DIR	(UINT64_C(1) << 4)
#define FS_REMOVE_FILE	(UINT64_C(1) << 5)
#define FS_MAKE_DIR	(UINT64_C(1) << 7)
#define FS_MAKE_REG	(UINT64_C(1) << 8)
#define FS_REFER	(UINT64_C(1) << 13)	/* ABI 2 */
#define FS_TRUNCATE	(UINT64_C(1) << 14)	/* ABI 3 */
#define FS_IOCTL_DEV	(UINT64_C(1) << 15)	/* ABI 5 */
#define FS_ALL_ABI2	((FS_REFER << 1) - 1)
#define FS_OF_A_FILE	(FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | \
			    FS_TRUNCATE | FS_IOCTL_DEV)

#define NET_BIND_TCP	(UINT64_C(1) << 0)	/* ABI 4 */
#define NET_CONNECT_TCP	(UINT64_C(1) << 1)

#define SCOPE_ABSTRACT	(UINT64_C(1) << 0)	/* ABI 6 */
#define SCOPE_SIGNAL	(UINT64_C(1) << 1)

#define CREATE_RULESET_VERSION	1u
#define RULE_PATH_BENEATH	1

struct ruleset {
	uint64_t	fs;
	uint64_t	net;
	uint64_t	scoped;
};

struct path_beneath {
	uint64_t	access;
	int32_t		parent;
} __attribute__((packed));

/* What each use of a folder comes to. */
static const struct {
	unsigned	use;
	uint64_t	access;
} uses[] = {
	{ FOLDER_READ,	  FS_READ_FILE },
	{ FOLDER_LIST,	  FS_READ_DIR },
	{ FOLDER_CREATE,  FS_MAKE_REG | FS_WRITE_FILE | FS_TRUNCATE },
	{ FOLDER_REMOVE,  FS_REMOVE_FILE },
	{ FOLDER_RENAME,  FS_REFER | FS_MAKE_REG | FS_REMOVE_FILE },
	{ FOLDER_PLACE,	  FS_REFER | FS_MAKE_REG | FS_REMOVE_FILE },
	{ FOLDER_LINK,	  FS_REFER | FS_MAKE_REG },
	{ FOLDER_SUBDIRS, FS_MAKE_DIR },
};

static int
kernel_abi(const struct card *card)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    CREATE_RULESET_VERSION);

	if (abi < ABI_MIN)
		die(EXIT_NOPERM, "jail: %s: this kernel lacks Landlock"
		    " (ABI %d or later, Linux 5.19); malote does not run"
		    " without it", card->name, ABI_MIN);
	return (int)abi;
}

static struct ruleset
handled(const struct card *card, int abi)
{
	struct ruleset set = { .fs = FS_ALL_ABI2 };

	if (abi >= 3)
		set.fs |= FS_TRUNCATE;
	if (abi >= 5)
		set.fs |= FS_IOCTL_DEV;
	if (abi >= 4 && (card->may & MAY_INET) == 0)
		set.net = NET_BIND_TCP | NET_CONNECT_TCP;
	if (abi >= 6)
		set.scoped = SCOPE_ABSTRACT | SCOPE_SIGNAL;
	return set;
}

static void
allow(const struct card *card, int set, int fd, uint64_t access)
{
	struct path_beneath rule = { .access = access, .parent = fd };
	struct stat st;

	if (fstat(fd, &st) == -1)
		die_temp("jail: %s: folder", card->name);
	if (!S_ISDIR(st.st_mode))
		rule.access &= FS_OF_A_FILE;
	if (rule.access == 0)
		return;
	if (syscall(SYS_landlock_add_rule, set, RULE_PATH_BENEATH, &rule,
	    0) == -1)
		die_temp("jail: %s: Landlock rule", card->name);
}

static uint64_t
access_of(unsigned use)
{
	uint64_t access = 0;
	size_t i;

	for (i = 0; i < countof(uses); i++)
		if (use & uses[i].use)
			access |= uses[i].access;
	return access;
}

/* Account files, and the modules and sockets of NSS: read, never write. */
static void
allow_lookup(const struct card *card, int set)
{
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root == -1)
		die_temp("jail: %s: /", card->name);
	allow(card, set, root, FS_READ_FILE | FS_READ_DIR);
	close(root);
}

void
jail_landlock(const struct card *card)
{
	struct ruleset attr = handled(card, kernel_abi(card));
	const struct card_folder *f;
	int set;

	set = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr),
	    0);
	if (set == -1)
		die_temp("jail: %s: Landlock", card->name);
	for (f = card->folders; f < card->folders + CARD_FOLDERS; f++)
		if (f->use != 0 && f->fd != -1)
			allow(card, set, f->fd,
			    access_of(f->use) & attr.fs);
	if (card->may & MAY_LOOKUP)
		allow_lookup(card, set);
	if (syscall(SYS_landlock_restrict_self, set, 0) == -1)
		die_temp("jail: %s: Landlock", card->name);
	close(set);
}
