#ifndef KEEPER_NAMES_H
#define KEEPER_NAMES_H

#include <sys/types.h>

/*
 * Names of accounts and groups as numbers.  The account files are not in
 * keeper's jail, so a helper forked before it looks them up, in a jail of its
 * own; it ends when the returned socket is closed.
 */
int	names_helper(void);

/* NAME, NUMBER or NUMBER:GID; false when there is none. */
int	names_account(int helper, const char *text, uid_t *, gid_t *);
int	names_group(int helper, const char *text, gid_t *);

#endif
