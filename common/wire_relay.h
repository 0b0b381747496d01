#ifndef WIRE_RELAY_H
#define WIRE_RELAY_H

#include <stdbool.h>

#include "fate.h"
#include "frame.h"

/*
 * Edge relay: pop3d session → maildrop, over the socket passed by ENTER.
 * maildrop speaks first: it opens and locks the maildrop.
 *
 * 	maildrop: OPENED | REFUSED fate       (4.x.x: in use, try again)
 * 	session:  LIST first most, RETR number lines, AHEAD number,
 * 	          DELE number, RSET, COMMIT
 * 	maildrop: LIST: ENTRIES;  RETR: BODY… | REFUSED;  AHEAD: BODY | REFUSED;
 * 	          DELE, RSET, COMMIT: DONE | REFUSED
 *
 * Messages are numbered from 1 and the numbers hold for the session.  Bodies
 * have CRLF line ends, end with one, and are not dot-stuffed.  lines: header
 * and so many lines of the body, RELAY_WHOLE: all.  A body ends with the BODY
 * that says no more follows; REFUSED before it means that the body is not
 * whole and never will be.  AHEAD asks for what is probably wanted next: it
 * gets a whole message if it is a short one, else REFUSED.  Nothing is
 * removed before COMMIT.
 */
enum {
	RELAY_OPENED = 0x0b01, RELAY_LIST, RELAY_ENTRIES, RELAY_RETR,
	RELAY_BODY, RELAY_AHEAD, RELAY_DELE, RELAY_RSET, RELAY_COMMIT,
	RELAY_DONE, RELAY_REFUSED
};

#define RELAY_WHOLE	0xffffffffu
#define RELAY_UIDL	70	/* most octets of a unique id [RFC1939 7] */
#define RELAY_IN_USE	"4.2.0"	/* status of REFUSED: another session */

struct relay_opened {
	uint32_t	 count;
	uint64_t	 octets;	/* sum of all sizes, as CRLF */
};
struct relay_list {
	uint32_t	 first;
	uint32_t	 most;	/* entries wanted at most, 0: as many as fit */
};
struct relay_entries {
	uint32_t	 next;	/* first of the next LIST, 0: that was all */
	struct bytes	 data;	/* packed entries, marked ones left out */
};
struct relay_retr {
	uint32_t	 number;
	uint32_t	 lines;
};
struct relay_body {
	uint64_t	 size;	/* of the whole message, as CRLF */
	uint32_t	 more;	/* not 0: another BODY follows */
	struct bytes	 data;	/* at most FRAME_CHUNK */
};
struct relay_ahead {
	uint32_t	 number;
};
struct relay_dele {
	uint32_t	 number;
};
struct relay_done {
	uint32_t	 count;	/* messages left; COMMIT: removed */
	uint64_t	 octets;	/* in those left */
};
struct relay_refused {
	struct fate	 fate;
};

extern const struct wire	relay_opened, relay_list, relay_entries,
				relay_retr, relay_body, relay_ahead,
				relay_dele, relay_rset, relay_commit,
				relay_done, relay_refused;

/* One message of a listing. */
struct relay_entry {
	uint32_t	 number;
	uint64_t	 size;
	char		 uidl[RELAY_UIDL + 1];	/* 0x21..0x7e */
};

#define RELAY_ENTRY_MAX	(4 + 8 + 1 + RELAY_UIDL)	/* bytes, packed */

/* Only bytes of 0x21 to 0x7e? */
bool	relay_is_printable(const void *, size_t n);

/* Writes the entry to p (RELAY_ENTRY_MAX bytes suffice); bytes written. */
size_t	relay_entry_put(unsigned char *p, const struct relay_entry *);
/* Takes one entry off the front: 1, 0 none left, -1 with errno EPROTO. */
int	relay_entry_get(struct bytes *, struct relay_entry *);

#endif
