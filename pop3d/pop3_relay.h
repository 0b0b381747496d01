#ifndef POP3_RELAY_H
#define POP3_RELAY_H

#include <stdint.h>

#include "wire_relay.h"

struct pop3;

/*
 * The session's side of the edge relay.  RELAY_NO: p->fate says why, the
 * session goes on; RELAY_BROKEN: the maildrop is of no use any more.
 */
enum relay_result { RELAY_OK, RELAY_NO, RELAY_BROKEN };

/*
 * Entries from `first` on, at most `most` (0: all): each() for each of them.
 * RELAY_NO without a fate when there was none.
 */
enum relay_result pop3_relay_list(struct pop3 *, uint32_t first,
	    uint32_t most, void (*each)(struct pop3 *,
	    const struct relay_entry *));

/* Marks; all marks off; removes what is marked.  Totals in *p follow. */
enum relay_result pop3_relay_dele(struct pop3 *, uint32_t number);
enum relay_result pop3_relay_rset(struct pop3 *);
enum relay_result pop3_relay_commit(struct pop3 *);

/*
 * Asks for a message, of which the first piece comes at once with its size;
 * then copies all of it, dot-stuffed and with the final dot, to the client.
 */
enum relay_result pop3_relay_open(struct pop3 *, uint32_t number,
	    uint32_t lines, struct relay_body *);
enum relay_result pop3_relay_copy(struct pop3 *, struct relay_body *);

/* Asks for what the client will probably want next; the answer waits on the
 * edge until it does, or is dropped. */
void	pop3_relay_ahead(struct pop3 *, uint32_t number);

#endif
