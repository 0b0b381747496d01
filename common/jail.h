#ifndef JAIL_H
#define JAIL_H

#include <stddef.h>

/*
 * Jails.  A process describes itself by a card and enters its jail with one
 * call; from then on it can do what the card says and nothing else.  Behind
 * it stand seccomp, Landlock, no_new_privs, capabilities, rlimits and chroot
 * on Linux, pledge and unveil on OpenBSD, Capsicum on FreeBSD.
 * Nothing is ever pretended: what the kernel lacks is a refusal to run.
 */

/* What a process may do beside computing and using open descriptors. */
enum may {
	MAY_LOOP	= 1 << 0,	/* an event loop made before, timers */
	MAY_ACCEPT	= 1 << 1,	/* accept on listening sockets */
	MAY_CONNECT	= 1 << 2,	/* Unix sockets below its root */
	MAY_INET	= 1 << 3,	/* open TCP and UDP sockets */
	MAY_PAIR	= 1 << 4,	/* socketpair(2) */
	MAY_FORK	= 1 << 5,	/* fork, wait, signal its children */
	MAY_JAIL	= 1 << 6,	/* enter a narrower jail later on */
	MAY_READ	= 1 << 7,	/* open files of its folders to read */
	MAY_WRITE	= 1 << 8,	/* create, write, rename, unlink */
	MAY_SYNC	= 1 << 9,	/* fsync, fdatasync, syncfs */
	MAY_LOCK	= 1 << 10,	/* fcntl(2) record locks, flock(2) */
	MAY_EXEC	= 1 << 11,	/* start others: no filter, no folders,
					 * only limits and no_new_privs */
	MAY_PEER	= 1 << 13,	/* learn whose a Unix socket is */
	MAY_LOOKUP	= 1 << 12	/* read the account files (who) */
};

/*
 * A folder (or file) the process may open things in, by descriptor.  A file
 * can go from one folder to another only if no more can be done with its
 * content there (else EXDEV): where it arrives must not be FOLDER_READ or
 * FOLDER_CREATE if where it comes from is not.
 */
enum folder_use {
	FOLDER_READ	= 1 << 0,	/* open files for reading */
	FOLDER_LIST	= 1 << 1,	/* read the directory, fsync it */
	FOLDER_CREATE	= 1 << 2,	/* make and write new files */
	FOLDER_REMOVE	= 1 << 3,	/* unlink */
	FOLDER_RENAME	= 1 << 4,	/* rename from or to here */
	FOLDER_SUBDIRS	= 1 << 5,	/* mkdir */
	FOLDER_LINK	= 1 << 6,	/* link from or to here */
	FOLDER_PLACE	= 1 << 7,	/* rename, but never onto a name; see
					 * how much room the disk has */
	FOLDER_MOVE	= FOLDER_RENAME | FOLDER_LINK
};

struct card_folder {
	int		fd;	/* an open directory; -1: unused row */
	unsigned	use;	/* of enum folder_use; 0: unused row */
};

#define CARD_FOLDERS	6

/*
 * root: NULL keeps the root directory (only programs that must see the file
 * system by path); "." becomes the root, where malote put the process.
 * memory, files, processes: hard limits (bytes of address space, open
 * descriptors, processes of this account), 0: none of ours.
 */
struct card {
	const char		*name;
	const char		*root;
	unsigned		 may;
	struct card_folder	 folders[CARD_FOLDERS];
	size_t			 memory;
	unsigned		 files;
	unsigned		 processes;
};

/*
 * Enters the jail: limits, not dumpable, chroot, Landlock, capabilities
 * dropped, filter.  Then tries, in a forked probe under the same card, to do
 * what the card forbids.  Whatever fails, or succeeds when it must not, is
 * die(): a program never runs outside of its jail.
 */
void	jail_enter(const struct card *);

/*
 * For processes forked often (sessions, workers): jail_prepare() builds and
 * probes once in the parent, before the parent's own jail_enter(); each child
 * then pays only for jail_enter_prepared().  The card must outlive it.
 * The descriptors of its folders may be changed between the two (a worker's
 * own Maildir), their use may not.  Both jail_prepare() and jail_enter() are
 * for a process that is in no jail yet; a jailed parent (MAY_JAIL) has its
 * children call jail_enter_prepared().  A child cannot get back what its
 * parent gave away: the parent's card must have whatever the cards prepared
 * before have, and jail_enter() refuses when it has not.
 */
struct jail;
struct jail	*jail_prepare(const struct card *);
void		 jail_enter_prepared(const struct jail *);

/*
 * For a worker executed anew for each user, whose card was rehearsed by
 * jail_prepare() in the dispatcher of the same program when malote started:
 * the same walls, without the probe, which would cost more than the work.
 */
void		 jail_enter_rehearsed(const struct card *);

/*
 * For a process that starts programs of a user (local's runner): nothing it
 * executes gains privileges, but nothing else is taken from it.
 */
void		 jail_no_new_privs(void);

/*
 * Calls each() with the name of every system call the card leaves open, in
 * no order and none twice; returns how many.  0 where the system's jail is
 * not made of system calls.
 */
size_t		 jail_calls(const struct card *,
		    void (*each)(void *ctx, const char *call), void *ctx);

/* The card in words, for `malote status -j`: at most n bytes with the NUL. */
void		 jail_describe(const struct card *, char *, size_t n);

#endif
