#ifndef CONF_MEMBERS_H
#define CONF_MEMBERS_H

#include <stdbool.h>

/*
 * The right-hand side of an alias, member by member: the syntax alone.
 */
enum member_kind {
	MEMBER_ADDRESS,		/* an address or a local name */
	MEMBER_PROGRAM,		/* "|command" */
	MEMBER_FILE,		/* "/path" */
	MEMBER_LIST,		/* the name behind ":include:" */
	MEMBER_SELF		/* the name behind a backslash */
};

struct member {
	enum member_kind	 kind;
	char			*text;	/* in the line, NUL-terminated */
};

/*
 * Cuts the next member off *rest, which moves behind it.  1; 0 when there is
 * none any more; -1 with *why, and *rest at the end, when the quotes are
 * wrong.
 */
int	member_next(char **rest, struct member *, const char **why);

/*
 * Cuts `NAME:` off the line: *name is the address as it stands there.  NULL,
 * or what is wrong.
 */
const char	*member_name(char **line, char **name);

#endif
