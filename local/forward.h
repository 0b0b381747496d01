#ifndef FORWARD_H
#define FORWARD_H

#include <stddef.h>

/*
 * A user's .forward file, see malote-forward(5).
 */
#define FORWARD_SIZE	(64 * 1024)
#define FORWARD_ITEMS	100
#define FORWARD_WORDS	64	/* of a command */

enum forward_kind {
	FORWARD_HERE,		/* the mailbox as if there were no .forward */
	FORWARD_MAILDIR,	/* text: a path as written, without final / */
	FORWARD_PROGRAM,	/* text: the command, without | */
	FORWARD_ADDRESS		/* text: an address or a local name */
};

struct forward_item {
	enum forward_kind	 kind;
	unsigned		 line;
	const char		*text;	/* in forward.text */
};

struct forward {
	size_t			count;
	struct forward_item	items[FORWARD_ITEMS];
	unsigned		line;	/* where the reader is, or the fault */
	const char		*fault;	/* NULL: none */
	char			text[FORWARD_SIZE + 1];
};

/*
 * Parses the len bytes (at most FORWARD_SIZE) in f->text.  user: the
 * account's name, address: the recipient's; both stand for "here".
 * 0, or -1 with f->fault and f->line.
 */
int	forward_parse(struct forward *, size_t len, const char *user,
	    const char *address);

/*
 * Splits a command in place into words[FORWARD_WORDS + 1], NULL at the end:
 * blanks part words, quotes of both kinds keep them together, a backslash
 * (not in single quotes) takes the next byte as it is.  Nothing is expanded.
 * The number of words, or -1 with *fault.
 */
int	forward_split(char *command, char *words[FORWARD_WORDS + 1],
	    const char **fault);

#endif
