#ifndef WIRE_SUBMIT_H
#define WIRE_SUBMIT_H

#include "fate.h"
#include "frame.h"

/*
 * Edge submit: smtpd, sendmail, bounce (and later vacation) → inject.
 *
 * 	client: OPEN FROM RCPT… DATA… COMMIT
 * 	inject: TAKEN id | REFUSED fate       (after COMMIT)
 *
 * ABORT, or the end of the connection, before COMMIT throws everything away;
 * COMMIT carries the number of body bytes sent, so that a cut stream is never
 * taken for a whole message.  After TAKEN, REFUSED or ABORT a new OPEN may
 * follow on the same connection.  inject may send REFUSED early (disk full,
 * message too large); what comes after it up to COMMIT or ABORT is ignored.
 * inject writes the Received field [RFC5321 4.4] itself, in front of the body;
 * the body is in wire form: CRLF line ends, not dot-stuffed, header first.
 * Between messages a client may ask WHERE it is; SITE tells the host name.
 * On the public socket inject takes the sender's account from the kernel and
 * ignores client, helo and login.
 */
enum {
	SUBMIT_OPEN = 0x0301, SUBMIT_FROM, SUBMIT_RCPT, SUBMIT_DATA,
	SUBMIT_COMMIT, SUBMIT_ABORT, SUBMIT_TAKEN, SUBMIT_REFUSED,
	SUBMIT_WHERE, SUBMIT_SITE
};

struct submit_open {
	const char	*client;	/* numeric address, "" when local */
	const char	*client_name;	/* verified name, or "" */
	const char	*helo;	/* as given, or "" */
	const char	*protocol;	/* "SMTP", "ESMTP" … or "local" */
	const char	*listener;
	const char	*login;	/* authenticated, or "" */
	const char	*report_of;	/* "ID SERIAL" of a report, or "" */
};
struct submit_from {
	const char	*address;	/* reverse-path, no <>; "" is null */
	const char	*params;	/* "BODY=8BITMIME" …, or "" */
};
struct submit_rcpt {
	const char	*address;
	const char	*params;	/* "NOTIFY=… ORCPT=…", or "" */
};
struct submit_data {
	struct bytes	 chunk;	/* 1..FRAME_CHUNK bytes */
};
struct submit_commit {
	uint64_t	 size;	/* sum of all chunks */
};
struct submit_taken {
	const char	*id;
};
struct submit_refused {
	struct fate	 fate;
};
struct submit_site {
	const char	*hostname;
};

extern const struct wire	submit_open, submit_from, submit_rcpt,
				submit_data, submit_commit, submit_abort,
				submit_taken, submit_refused,
				submit_where, submit_site;

#endif
