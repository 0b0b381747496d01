#ifndef WIRE_ASK_H
#define WIRE_ASK_H

#include "fate.h"
#include "frame.h"

/*
 * Edge ask: smtpd, queue, malote → alias: who is this address?
 *
 * 	client: ASK
 * 	alias:  (MAILBOX | RELAY | NOBODY | LATER)… END
 * 	        for ASK_RCPT one of these, or END alone
 *
 * Answers carry the tag of the question; several questions may be open.  An
 * address is expanded to its leaves, without duplicates.  An address that
 * stands for itself alone is answered by one leaf whose address equals it.
 * Queue takes answers in bundles (bundle.h).  For ASK_RCPT one answer is all
 * there is: the first leaf that can be reached, or the reason against all; END
 * means that there is no leaf.  `where` is FILE:LINE for ASK_EXPLAIN.
 */
enum {
	ASK_ASK = 0x0501, ASK_MAILBOX, ASK_RELAY, ASK_NOBODY, ASK_LATER,
	ASK_END
};

enum ask_purpose { ASK_RCPT = 1, ASK_DELIVER, ASK_EXPLAIN };

#define ASK_LEAF	1u	/* in ASK: already expanded, only where to */
#define ASK_MAY_RELAY	2u	/* in ASK: the client may send anywhere */
#define ASK_REVERSE	1u	/* in answers: use `reverse` */

struct ask_ask {
	uint32_t	 tag;
	const char	*address;	/* without <>; no domain: ours */
	const char	*sender;	/* reverse-path */
	uint32_t	 purpose;	/* enum ask_purpose */
	uint32_t	 flags;	/* ASK_… below */
};
struct ask_mailbox {
	uint32_t	 tag;
	const char	*address;	/* of the leaf, canonical */
	const char	*mailbox;	/* "system:NAME" or "virtual:PATH" */
	const char	*extension;	/* sub-address, "" when none */
	const char	*reverse;	/* new reverse-path, see flags */
	uint32_t	 flags;	/* ASK_REVERSE: reverse replaces it */
	const char	*origin;	/* alias it came from, or "" */
	const char	*where;
};
struct ask_relay {
	uint32_t	 tag;
	const char	*address;
	const char	*route;	/* destination, see dest.h */
	const char	*reverse;
	uint32_t	 flags;
	const char	*origin;
	const char	*where;
};
struct ask_nobody {
	uint32_t	 tag;
	const char	*address;
	const char	*origin;
	struct fate	 fate;
};
struct ask_later {
	uint32_t	 tag;
	const char	*address;
	const char	*origin;
	struct fate	 fate;
};
struct ask_end {
	uint32_t	 tag;
};

extern const struct wire	ask_ask, ask_mailbox, ask_relay, ask_nobody,
				ask_later, ask_end;

#endif
