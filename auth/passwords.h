#ifndef PASSWORDS_H
#define PASSWORDS_H

#include "checks.h"
#include "limits.h"

/*
 * Where password hashes come from: passwd.cdb, made of the users text, and
 * the system's shadow file.  Both are descriptors that malote opens; they are
 * asked for anew for each batch of logins, so no answer is ever stale.
 */
struct loop;
struct passwords;

enum found {
	FOUND_YES,
	FOUND_NO,	/* *p has a hash to spend the same time on */
	FOUND_LATER	/* a table cannot be read now */
};

struct password {
	char	hash[CHECK_HASH];
	char	destination[LIMIT_PATHNAME + 16];	/* see dest.h */
};

/* ready(): a refresh that was asked for has ended, well or not. */
struct passwords	*passwords_new(struct loop *, const char *edge,
			    void (*ready)(void *), void *ctx);

/* Asks for the files; ready() is called from the loop, never from here. */
void	passwords_refresh(struct passwords *);

/*
 * Looks a login up: with an `@` in passwd.cdb alone, without one in
 * passwd.cdb and then among the system's accounts.
 */
enum found	passwords_find(struct passwords *, const char *login,
		    struct password *);

/* The parts of it, for tests. */
enum found	shadow_find(int fd, const char *login, struct password *);
int		passwords_value(const char *value, const char *login,
		    struct password *);

#endif
