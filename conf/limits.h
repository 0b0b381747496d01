#ifndef LIMITS_H
#define LIMITS_H

/*
 * Every limit two programs share, and every list a stranger could make grow.
 * Going past one is an answer (4xx, 5xx, -ERR), never an abort.
 */

/* SMTP [RFC5321 4.5.3.1]; a command line with its extensions' parameters. */
#define LIMIT_COMMAND		4096	/* octets, without CRLF */
#define LIMIT_REPLY_LINES	64	/* lines of one reply of a next hop */
#define LIMIT_LOCAL_PART	64
#define LIMIT_DOMAIN		255
#define LIMIT_ADDRESS		320	/* local part, @, domain */
#define LIMIT_HOPS		100	/* Received fields [RFC5321 6.3] */
#define LIMIT_HEADER		(256 * 1024) /* bytes kept in memory */
#define LIMIT_BAD_COMMANDS	20	/* before 421 */

/* Connections of one acceptor: the most a setting may allow. */
#define LIMIT_CLIENTS		50000

/* The envelope and the queue. */
#define LIMIT_ID		32	/* characters of a message id */
#define LIMIT_PARAMS		1024	/* MAIL or RCPT parameters, as text */
#define LIMIT_ENVELOPE		(64u * 1024 * 1024) /* bytes in the file */
#define LIMIT_RECIPIENTS	100000	/* of a message, expanded */
#define LIMIT_SUBMITTERS	256	/* local users connected to inject */
#define LIMIT_SUBMITTERS_PER_USER 64	/* … of one account */

/* Aliases. */
#define LIMIT_ALIAS_DEPTH	32
#define LIMIT_ALIAS_MEMBERS	100000
#define LIMIT_ALIAS_LINE	(64 * 1024)

/* Tables and configuration. */
#define LIMIT_WORD		1024
#define LIMIT_WORDS		64	/* on one line of malote.conf */
#define LIMIT_CONF		(1024 * 1024)
#define LIMIT_PATHNAME		1024

/* DNS. */
#define LIMIT_MX		32	/* exchangers of one domain */
#define LIMIT_ADDRESSES		8	/* addresses of one exchanger */

/* The account that stands for nobody, by every system's convention. */
#define UID_NOBODY		65534

/* Readers. */
#define LIMIT_POP3_COMMAND	255	/* octets [RFC2449 4] */
#define LIMIT_MAILDROP		1000000	/* messages shown in one session */
#define LIMIT_LOGIN		320
#define LIMIT_PASSWORD		512
#define LIMIT_USER_WORKERS	20	/* locals, and maildrops, of a user */
#define LIMIT_LOGINS		2000	/* connections to auth at a time */

/* Timeouts a standard fixes, in seconds [RFC5321 4.5.3.2]. */
#define TIMEOUT_BLOCK		180
#define TIMEOUT_EDGE		30	/* an answer of a program of ours */

#endif
