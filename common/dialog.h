#ifndef DIALOG_H
#define DIALOG_H

#include <stddef.h>
#include <stdint.h>

#include "line.h"

/*
 * The dialogue of a line protocol, SMTP or POP3, as a table: which verb may
 * come in which state, what the state is afterwards, who handles it.  What
 * fits no row is answered by the program's trouble() and runs no handler.
 *
 * States are bits, so that a row can allow several; a verb may have several
 * rows with different states.
 */

#define DIALOG_ANY	(~0u)	/* allowed in every state */
#define DIALOG_SAME	0u	/* the state stays */

/* What stands behind the verb and one blank. */
enum dialog_argument {
	DIALOG_NONE,		/* nothing may */
	DIALOG_MAY,		/* something may; "" when nothing does */
	DIALOG_NEED,		/* something must */
	DIALOG_RAW		/* as MAY, untrimmed: a password may end in
				 * blanks */
};

/* What a handler says when it has answered. */
enum dialog_result {
	DIALOG_DONE,		/* the state becomes the row's `next` */
	DIALOG_REFUSED,		/* the state stays */
	DIALOG_BAD,		/* the state stays; one more bad command */
	DIALOG_CLOSE		/* the session is over */
};

/*
 * name: in upper case.  run(): argument is the writable rest of the line,
 * without the blanks around it (but see DIALOG_RAW), valid until the handler
 * returns or reads another line.
 */
struct dialog_verb {
	const char		*name;
	unsigned		 states;
	unsigned		 next;
	enum dialog_argument	 argument;
	enum dialog_result	 (*run)(void *ctx, char *argument);
};

/* Why a line reached no handler, or why the dialogue ends. */
enum dialog_trouble {
	DIALOG_UNKNOWN,		/* no such verb */
	DIALOG_ORDER,		/* not in this state */
	DIALOG_SYNTAX,		/* an argument is missing, or too much */
	DIALOG_LONG,		/* more than line_max bytes */
	DIALOG_BARE,		/* a bare CR or LF, or a NUL */
	DIALOG_TOO_MANY,	/* bad_max bad commands */
	DIALOG_TIMEOUT,		/* nothing came for `timeout` */
	DIALOG_STOP,		/* SIGTERM */
	DIALOG_GONE		/* the client closed, or the connection broke */
};

/*
 * trouble(): gives the reply to it (to GONE there is none) and says how to go
 * on; verb is the row that was meant, NULL when there is none.  UNKNOWN,
 * ORDER, SYNTAX, LONG and BARE are counted when it says DIALOG_BAD; after
 * the others the dialogue is over whatever it says.
 */
struct dialog {
	const struct dialog_verb *verbs;
	size_t			 count;
	unsigned		 state;		/* the first one at start */
	size_t			 line_max;	/* bytes without CRLF */
	int64_t			 timeout;	/* milliseconds for a command */
	unsigned		 bad_max;
	unsigned		 bad;		/* so far; 0 at start */
	enum dialog_result	 (*trouble)(void *ctx, enum dialog_trouble,
				    const struct dialog_verb *);
	void			*ctx;
};

/* Reads and answers commands until one side ends it. */
void	dialog_run(struct dialog *, struct line *);

/* One command, NUL-terminated, without its CRLF: what dialog_run() does
 * with each.  DIALOG_CLOSE when the session is over. */
enum dialog_result dialog_command(struct dialog *, char *command);

/* Why a handler that reads on by itself (DATA) got nothing more. */
enum dialog_trouble	dialog_why(enum line_result);

#endif
