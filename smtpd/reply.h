#ifndef REPLY_H
#define REPLY_H

#include <stddef.h>

struct fate;
struct out;

/*
 * Every reply smtpd can give of itself, but for what alias and inject decide
 * (a fate).  The texts are in reply.c; DIAGNOSTICS of smtpd(8) explains them.
 */
enum reply {
	/* the session */
	REPLY_GREETING, REPLY_BYE, REPLY_STOPPING, REPLY_TIMEOUT,
	REPLY_TOO_MANY, REPLY_NO_SESSION, REPLY_TOO_MANY_BAD,
	/* commands */
	REPLY_HELLO, REPLY_OK, REPLY_HELP, REPLY_CANNOT_VERIFY,
	REPLY_NO_EXPN, REPLY_UNKNOWN, REPLY_ORDER, REPLY_ARGUMENT,
	REPLY_LONG, REPLY_BARE,
	/* MAIL and RCPT */
	REPLY_SENDER_OK, REPLY_SENDER_SYNTAX, REPLY_RECIPIENT_OK,
	REPLY_RECIPIENT_SYNTAX, REPLY_PARAM_UNKNOWN, REPLY_PARAM_SYNTAX,
	REPLY_TOO_BIG, REPLY_TOO_MANY_RECIPIENTS, REPLY_NO_RECIPIENTS,
	/* outside of this process something is wrong */
	REPLY_LATER,
	/* DATA */
	REPLY_GO_AHEAD, REPLY_TAKEN, REPLY_BARE_IN_DATA, REPLY_LOOP,
	REPLY_COUNT
};

#define REPLY_SIZE	513	/* a line with CRLF [RFC5321 4.5.3.1.5], NUL */

/* The line with its CRLF; detail stands for the $ of its text, cut to fit. */
void	reply_line(char buf[REPLY_SIZE], enum reply, const char *detail);

/* Says it. */
void	reply(struct out *, enum reply);
void	reply_detail(struct out *, enum reply, const char *detail);
void	reply_fate(struct out *, const struct fate *);

/* A reply with an enhanced code as a fate. */
void	reply_to_fate(enum reply, struct fate *);

#endif
