#ifndef CONF_USERS_H
#define CONF_USERS_H

#include "conf_fault.h"
#include "conf_lines.h"

/*
 * The users table, malote-users(5): lines LOGIN:HASH[:MAILBOX].  Writes two
 * tables as tables.h says: users (no hash ever gets there) and secrets.
 * With faults the outputs are unfinished and must not be used.
 */
void	users_compile(int text, const char *file, int users, int secrets,
	    struct faults *);

#endif
