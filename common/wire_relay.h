#ifndef WIRE_RELAY_H
#define WIRE_RELAY_H

#include "fate.h"
#include "frame.h"

/*
 * Edge relay: pop3d session → maildrop, over the socket passed by ENTER.
 * maildrop speaks first: it opens and locks the maildrop.
 *
 * 	maildrop: OPENED | REFUSED fate       (4.x.x: in use, try again)
 * 	session:  LIST first, RETR number, DELE number, RSET, COMMIT
 * 	maildrop: LIST: ENTRY × (at most RELAY_LIST_MAX), END;
 * 	          RETR: CHUNK…, END;  DELE, RSET, COMMIT: DONE | REFUSED
 *
 * Messages are numbered from 1 and the numbers hold for the session.  Bodies
 * have CRLF line ends and are not dot-stuffed.  lines: header and so many
 * lines of the body, RELAY_WHOLE: all.  Nothing is removed before COMMIT.
 */
enum {
	RELAY_OPENED = 0x0b01, RELAY_LIST, RELAY_ENTRY, RELAY_RETR,
	RELAY_CHUNK, RELAY_END, RELAY_DELE, RELAY_RSET, RELAY_COMMIT,
	RELAY_DONE, RELAY_REFUSED
};

#define RELAY_WHOLE	0xffffffffu
#define RELAY_LIST_MAX	500u	/* entries in one answer */

struct relay_opened {
	uint32_t	 count;
	uint64_t	 octets;	/* sum of all sizes, as CRLF */
};
struct relay_list {
	uint32_t	 first;
};
struct relay_entry {
	uint32_t	 number;
	uint64_t	 size;
	const char	*uidl;
};
struct relay_retr {
	uint32_t	 number;
	uint32_t	 lines;
};
struct relay_chunk {
	struct bytes	 data;
};
struct relay_dele {
	uint32_t	 number;
};
struct relay_done {
	uint32_t	 count;	/* COMMIT: of messages removed */
};
struct relay_refused {
	struct fate	 fate;
};

extern const struct wire	relay_opened, relay_list, relay_entry,
				relay_retr, relay_chunk, relay_end,
				relay_dele, relay_rset, relay_commit,
				relay_done, relay_refused;

#endif
