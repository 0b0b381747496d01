#ifndef RESOLVE_H
#define RESOLVE_H

#include "addr.h"
#include "fate.h"
#include "limits.h"
#include "tables.h"
#include "who_client.h"

struct domains;
struct edition;

/*
 * What one address is, without following it: an alias (to be expanded by the
 * caller), a mailbox, a place elsewhere, or nobody.  Whether a system account
 * exists only `who` can tell: then the resolution stops at RESOLVED_ASK and
 * goes on with resolve_answer().
 */
enum resolved {
	RESOLVED_ALIAS, RESOLVED_ASK, RESOLVED_MAILBOX, RESOLVED_RELAY,
	RESOLVED_NOBODY, RESOLVED_LATER
};

#define RESOLVE_LEAF	1u	/* aliases are not looked at */
#define RESOLVE_OUTSIDE	2u	/* other people's domains are refused */

#define ADDRESS_SIZE	(2 * LIMIT_ADDRESS)	/* canonical, with quotes */

struct resolver {
	const struct domains	*domains;
	const struct edition	*edition;
};

/*
 * address: canonical.  key: the alias's key in the table, "" when the
 * setting postmaster stands in for it.  dest: see dest.h.  where: which row
 * of malote.conf(5) decided.  account: the name to ask who about.
 */
struct resolution {
	enum resolved	 kind;
	char		 address[ADDRESS_SIZE];
	struct addr	 addr;		/* what remains without sub-address */
	char		 extension[LIMIT_ADDRESS];
	char		 key[TABLES_KEY];
	char		 dest[LIMIT_PATHNAME + 16];
	char		 where[LIMIT_DOMAIN + LIMIT_WORD];
	char		 account[LIMIT_ADDRESS];
	struct fate	 fate;		/* NOBODY, LATER */
	unsigned	 flags;
};

/* text: an address, or a local name, which is one of ours. */
void	resolve(const struct resolver *, const char *text, unsigned flags,
	    struct resolution *);

/* After RESOLVED_ASK: what who said.  May stop there again. */
void	resolve_answer(const struct resolver *, struct resolution *,
	    enum who_answer);

#endif
