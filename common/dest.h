#ifndef DEST_H
#define DEST_H

#include "limits.h"

/*
 * A destination: a mailbox or a next hop, as one string, the only form in
 * which it travels between programs.
 *
 *	system:NAME		the mailbox of a system account
 *	virtual:PATH		a Maildir below the mail folder
 *	mx:DOMAIN		by the MX records of a domain
 *	smtp:HOST:PORT		a fixed host; IPv6 in []
 *	lmtp:HOST:PORT		the same, speaking LMTP
 *	lmtp:/NAME		a Unix socket of that name in run/remote
 *	hold:			nowhere, until an administrator says more
 */
enum dest_kind {
	DEST_SYSTEM, DEST_VIRTUAL, DEST_MX, DEST_SMTP, DEST_LMTP,
	DEST_LMTP_SOCKET, DEST_HOLD
};

struct dest {
	enum dest_kind	kind;
	unsigned	port;			/* SMTP, LMTP */
	char		name[LIMIT_PATHNAME];	/* account, path, host … */
};

/*
 * 0, or -1 with errno EINVAL: unknown kind, an empty or too long name, a
 * port outside 1..65535, an account name of other than [A-Za-z0-9._-], a
 * path that is absolute, has empty, "." or ".." components or control bytes.
 */
int	dest_parse(struct dest *, const char *text);

#endif
