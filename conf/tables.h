#ifndef TABLES_H
#define TABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "limits.h"

struct addr;

/*
 * The compiled tables: what `conf` writes and alias and auth look up (with
 * table.h).  Keys and values are text without their NUL.
 *
 * aliases.cdb	key	tables_key() of NAME or NAME@DOMAIN
 *		values	one a member, in order: "FILE:LINE\nTEXT", where TEXT
 *			is a canonical address (addr_format), a local name,
 *			or, when the setting alias-programs allows it,
 *			"|COMMAND" or "/FILE".  Lists (:include:) have been
 *			expanded.  Whom reports about a list go to is said
 *			by an alias like all others: "owner-NAME".
 * users.cdb	key	tables_login_key() of LOCAL@DOMAIN
 *		value	MAILBOX, a path below the mail folder
 * passwd.cdb	key	tables_login_key() of LOCAL@DOMAIN, or the name of a
 *			system account
 *		value	"HASH\nMAILBOX"; MAILBOX is "" for a system account
 *
 * HASH is what crypt(3) made; one that begins with '!' or '*' fits nothing.
 */
#define TABLES_KEY	(LIMIT_ADDRESS + 8)	/* bytes, with the NUL */

/*
 * The local part, unquoted and in lower case, then, when there is one, "@"
 * and the domain.  No key is made of a local part that holds an "@" itself:
 * it would read as another address; then false.
 */
bool	tables_key(const struct addr *, char key[TABLES_KEY]);

/*
 * A login with an "@" is an address; any other stays as it is, since the
 * names of accounts have a case.  false when it cannot be a login.
 */
bool	tables_login_key(const char *login, char key[TABLES_KEY]);

#endif
