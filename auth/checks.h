#ifndef CHECKS_H
#define CHECKS_H

#include <sys/queue.h>
#include <stdbool.h>

#include "limits.h"

/*
 * Password checks: crypt(3) takes long on purpose, so it runs in a fixed pool
 * of children that were jailed before any password came.  They can compute
 * and answer, nothing else.
 */
struct checks;
struct loop;

#define CHECK_HASH	384	/* bytes of a hash with its NUL [crypt(3)] */

/* One check, a part of the asker's own struct. */
struct check {
	char			 hash[CHECK_HASH];
	char			 password[LIMIT_PASSWORD + 1];
	/* Called once, from the loop, unless cancelled. */
	void			(*done)(void *ctx, bool match);
	void			*ctx;
	bool			 waiting;	/* in the queue */
	TAILQ_ENTRY(check)	 next;
};

/* Forks the pool; before the jail of the caller. */
struct checks	*checks_new(void);
/*
 * Puts the pool on the loop.  broken() when a child died: the pool cannot be
 * mended from inside a jail, so the program should be executed anew.
 */
void		 checks_watch(struct checks *, struct loop *,
		    void (*broken)(void *), void *ctx);

/* Takes a check in turn.  The password is wiped as soon as it was sent. */
void		 check_start(struct checks *, struct check *);
/* Forgets about it; done() will not be called.  Any state is allowed. */
void		 check_cancel(struct checks *, struct check *);

/* Whether this hash can match anything: not empty, not locked. */
bool		 check_usable(const char *hash);

/* The comparison itself: crypt(3), in constant time after it. */
bool		 check_password(const char *hash, const char *password);

#endif
