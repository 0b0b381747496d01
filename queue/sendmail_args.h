#ifndef SENDMAIL_ARGS_H
#define SENDMAIL_ARGS_H

#include <stdbool.h>

/* The command line of sendmail(8), as its callers have written it for ever. */
enum sendmail_mode {
	SENDMAIL_POST,		/* a message on stdin */
	SENDMAIL_SMTP,		/* -bs: an SMTP dialogue on stdin */
	SENDMAIL_LIST,		/* -bp, mailq */
	SENDMAIL_ALIASES,	/* -bi, newaliases */
	SENDMAIL_RUN		/* -q: the queue runs by itself */
};

struct sendmail_args {
	enum sendmail_mode mode;
	bool		 take_recipients;	/* -t */
	bool		 keep_dot;	/* -i, -oi: "." is only a line */
	bool		 verbose;	/* -v */
	const char	*sender;	/* -f, -r; NULL: the caller */
	const char	*full_name;	/* -F, or NULL */
	const char	*body;		/* -B: "7BIT", "8BITMIME" or NULL */
	const char	*ret;		/* -R: "FULL", "HDRS" or NULL */
	const char	*envid;		/* -V, or NULL */
	char		 notify[40];	/* -N, checked, in upper case; or "" */
	char		**rcpts;	/* the rest, NULL at the end */
};

/* NULL, or why the command line is wrong. */
const char	*sendmail_args(struct sendmail_args *, char **argv);

#endif
