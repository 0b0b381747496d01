/*
 * The transaction: sender and recipients as the client named them and alias
 * let them pass.
 */
#include "tx.h"

#include <errno.h>
#include <string.h>

void
tx_init(struct tx *tx)
{
	str_init(&tx->recipients, TX_RECIPIENTS);
	tx_reset(tx);
}

void
tx_reset(struct tx *tx)
{
	tx->sender[0] = '\0';
	tx->params[0] = '\0';
	tx->count = 0;
	/* Freed, not cleared: an idle session keeps no list of the past. */
	str_free(&tx->recipients);
	str_init(&tx->recipients, TX_RECIPIENTS);
}

int
tx_add(struct tx *tx, const char *address, const char *params)
{
	struct str *s = &tx->recipients;
	size_t a = strlen(address) + 1, p = strlen(params) + 1;

	if (s->failed || s->max - s->len < a + p) {
		errno = EMSGSIZE;
		return -1;
	}
	if (str_add(s, address, a) == -1 || str_add(s, params, p) == -1)
		return -1;
	tx->count++;
	return 0;
}

bool
tx_next(const struct tx *tx, const char **at, const char **address,
    const char **params)
{
	const char *p = *at == NULL ? tx->recipients.data : *at;

	if (p == tx->recipients.data + tx->recipients.len)
		return false;
	*address = p;
	*params = p + strlen(p) + 1;
	*at = *params + strlen(*params) + 1;
	return true;
}
