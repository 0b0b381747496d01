/*
 * What is known of a client before it speaks.  Relaying hangs on this, so
 * everything that cannot be read says no.
 */
#include "smtp_client.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"
#include "acceptor.h"

/* A numeric address as bytes: 4, 16, or 0 when it is none. */
static unsigned
to_bytes(const char *text, unsigned char bytes[16])
{
	if (inet_pton(AF_INET, text, bytes) == 1)
		return 4;
	if (inet_pton(AF_INET6, text, bytes) == 1)
		return 16;
	return 0;
}

static bool
same_bits(const unsigned char *a, const unsigned char *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

bool
net_holds(const char *net, const char *address)
{
	unsigned char a[16], b[16];
	const char *error = NULL;
	char text[64], *bits = text;
	unsigned len, n;

	if (strlcpy(text, net, sizeof(text)) >= sizeof(text))
		return false;
	(void)strsep(&bits, "/");
	len = to_bytes(text, a);
	if (len == 0 || to_bytes(address, b) != len)
		return false;
	n = len * 8;
	if (bits != NULL)
		n = (unsigned)strtonum(bits, 0, n, &error);
	return error == NULL && same_bits(a, b, n);
}

/*
 * A program on this host submits through the local socket; malote knows its
 * account from the kernel.
 */
static bool
may_relay(const struct settings *settings, const char *address)
{
	struct row row;
	size_t i, k;

	if (*address == '\0')
		return true;
	for (i = 0; settings_row(settings, P_RELAY_FROM, i, &row); i++)
		for (k = 0; k < row.count; k++)
			if (net_holds(row.words[k], address))
				return true;
	return false;
}

void
smtp_client_init(struct smtp_client *c, const struct door_client *door,
    const struct settings *settings)
{
	(void)strlcpy(c->address, door->address, sizeof(c->address));
	(void)strlcpy(c->listener, door->listener, sizeof(c->listener));
	c->port = door->port;
	c->may_relay = may_relay(settings, c->address);
}
