#ifndef CONF_LEX_H
#define CONF_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "conf_fault.h"
#include "conf_lines.h"
#include "limits.h"

/*
 * malote.conf cut into words.  Words are separated by blanks; `#` at the
 * beginning of a word starts a comment; double quotes group, with \" and \\
 * inside; a backslash at the end of a line continues it.
 */
#define LEX_LINE	8192	/* bytes of a line with its continuations */

struct words {
	unsigned	 line;		/* on which the first one stands */
	size_t		 count;
	const char	*word[LIMIT_WORDS];
	size_t		 used;		/* bytes of text */
	char		 text[LEX_LINE];
};

/*
 * The next line that has words, false at the end of the file.  Lines with
 * faults are reported under the name of the file and skipped whole.
 */
bool	lex_next(struct lines *, const char *file, struct faults *,
	    struct words *);

#endif
