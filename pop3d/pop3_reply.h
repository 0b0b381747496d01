#ifndef POP3_REPLY_H
#define POP3_REPLY_H

/*
 * Everything pop3d ever says that begins with +OK or -ERR [RFC1939 3], with
 * the codes of RFC 2449 and RFC 3206.
 */
#include <stddef.h>

struct fate;
struct out;

enum pop3_reply {
	POP3_GREETING,		/* host name */
	POP3_OK,
	POP3_BYE,
	POP3_USER,
	POP3_LOGGED_IN,		/* messages, octets */
	POP3_STAT,		/* messages, octets */
	POP3_LISTING,		/* messages, octets */
	POP3_ENTRY_SIZE,	/* number, octets */
	POP3_OCTETS,		/* octets */
	POP3_TOP,
	POP3_DELETED,
	POP3_RESET,		/* messages, octets */
	POP3_REMOVED,		/* messages */
	POP3_CAPA,

	POP3_UNKNOWN,
	POP3_ORDER,
	POP3_SYNTAX,
	POP3_LONG,
	POP3_BARE,
	POP3_TOO_MANY_BAD,
	POP3_STOPPING,
	POP3_TOO_MANY,
	POP3_NO_SESSION,
	POP3_NUMBER,
	POP3_NO_MESSAGE,
	POP3_NEEDS_TLS,
	POP3_WRONG_LOGIN,
	POP3_NO_LOGIN,		/* auth or maildrop cannot be reached */
	POP3_LOST,		/* the maildrop went away */

	POP3_REPLIES
};

/* The reply as a line with its CRLF; text: as of pop3_reply_text(), or "". */
void	pop3_line(char *line, size_t size, enum pop3_reply,
	    const char *text);

/* The reply with its numbers, or with none. */
void	pop3_reply(struct out *, enum pop3_reply);
void	pop3_reply_text(struct out *, enum pop3_reply, const char *);
void	pop3_reply_number(struct out *, enum pop3_reply, unsigned long long);
void	pop3_reply_numbers(struct out *, enum pop3_reply, unsigned,
	    unsigned long long);

/* -ERR with the response code that fits the fate. */
void	pop3_reply_fate(struct out *, const struct fate *);

#endif
