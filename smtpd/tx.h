#ifndef TX_H
#define TX_H

#include <stdbool.h>
#include <stddef.h>

#include "limits.h"
#include "str.h"

/*
 * One mail transaction [RFC5321 3.3]: all that RSET, EHLO or the end of the
 * message forgets, in one struct.
 */
#define TX_ADDRESS	(LIMIT_ADDRESS + 8)	/* as addr_format() writes */

/* Bytes of recipients one transaction may hold: the largest list a session
 * keeps, within the memory its card allows. */
#define TX_RECIPIENTS	(2u * 1024 * 1024)

struct tx {
	char		sender[TX_ADDRESS];	/* "" is the null path */
	char		params[LIMIT_PARAMS];	/* of the sender */
	struct str	recipients;		/* address NUL params NUL … */
	size_t		count;			/* of them */
};

void	tx_init(struct tx *);
/* Forgets everything. */
void	tx_reset(struct tx *);

/* 0, or -1 with errno EMSGSIZE or ENOMEM; then nothing was added. */
int	tx_add(struct tx *, const char *address, const char *params);

/*
 * The recipients in order: *at is NULL at first.  false when there is no
 * further one.
 */
bool	tx_next(const struct tx *, const char **at, const char **address,
	    const char **params);

#endif
