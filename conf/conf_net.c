/*
 * Addresses, ports and networks from text, by inet_pton(3) alone.
 */
#include "conf_net.h"

#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "conf_values.h"

/* 4 or 16, the bytes of the address; 0 when it is none. */
static unsigned
parse(const char *text, unsigned char bytes[16])
{
	if (inet_pton(AF_INET, text, bytes) == 1)
		return 4;
	return inet_pton(AF_INET6, text, bytes) == 1 ? 16 : 0;
}

static void
format(const unsigned char *bytes, unsigned n, char canonical[NET_ADDRESS])
{
	(void)inet_ntop(n == 4 ? AF_INET : AF_INET6, bytes, canonical,
	    NET_ADDRESS);
}

bool
net_address(const char *text, char canonical[NET_ADDRESS])
{
	unsigned char bytes[16];
	unsigned n = parse(text, bytes);

	if (n == 0)
		return false;
	format(bytes, n, canonical);
	return true;
}

/*
 * Cuts HOST:PORT; brackets are removed and *bracketed says so.  An IPv6
 * address without brackets has no port: its last group would be taken for
 * one.
 */
static bool
split(const char *text, char *host, size_t size, unsigned *port,
    bool *bracketed)
{
	const char *colon = strrchr(text, ':');
	uint64_t number;
	size_t n;

	if (colon == NULL || !value_number(colon + 1, &number) ||
	    number < 1 || number > 65535)
		return false;
	n = (size_t)(colon - text);
	*bracketed = n >= 2 && text[0] == '[' && text[n - 1] == ']';
	if (*bracketed) {
		text++;
		n -= 2;
	}
	if (n == 0 || n >= size)
		return false;
	memcpy(host, text, n);
	host[n] = '\0';
	*port = (unsigned)number;
	return *bracketed || strchr(host, ':') == NULL;
}

bool
net_endpoint(const char *text, char canonical[NET_ADDRESS], unsigned *port)
{
	char host[NET_ADDRESS];
	bool bracketed;

	return split(text, host, sizeof(host), port, &bracketed) &&
	    net_address(host, canonical);
}

bool
net_host(const char *text, char canonical[NET_HOST])
{
	char host[LIMIT_DOMAIN + 1], name[LIMIT_DOMAIN + 1];
	bool bracketed;
	unsigned port;

	if (!split(text, host, sizeof(host), &port, &bracketed))
		return false;
	if (net_address(host, name)) {
		(void)snprintf(canonical, NET_HOST,
		    strchr(name, ':') == NULL ? "%s:%u" : "[%s]:%u",
		    name, port);
		return true;
	}
	/* "10.0.0" or "300.1.1.1" is a mistyped address, not a name. */
	if (bracketed || !value_domain(host, name) ||
	    name[strspn(name, "0123456789.")] == '\0')
		return false;
	(void)snprintf(canonical, NET_HOST, "%s:%u", name, port);
	return true;
}

/* Clears what stands behind the first bits; true when something did. */
static bool
mask(unsigned char *bytes, unsigned n, unsigned bits)
{
	unsigned char keep, loose = 0;
	unsigned i;

	for (i = 0; i < n; i++) {
		keep = 0xff;
		if (bits < 8)
			keep = (unsigned char)(0xff00 >> bits);
		bits -= bits < 8 ? bits : 8;
		loose |= (unsigned char)(bytes[i] & ~keep);
		bytes[i] &= keep;
	}
	return loose != 0;
}

enum net_result
net_network(const char *text, char canonical[NET_NETWORK])
{
	char host[NET_ADDRESS], address[NET_ADDRESS];
	const char *slash = strchr(text, '/');
	size_t len = slash == NULL ? strlen(text) : (size_t)(slash - text);
	unsigned char bytes[16];
	uint64_t bits;
	unsigned n;
	bool loose;

	if (len >= sizeof(host))
		return NET_WRONG;
	memcpy(host, text, len);
	host[len] = '\0';
	n = parse(host, bytes);
	bits = n * 8;
	if (n == 0 || (slash != NULL && (!value_number(slash + 1, &bits) ||
	    bits > n * 8)))
		return NET_WRONG;
	loose = mask(bytes, n, (unsigned)bits);
	format(bytes, n, address);
	(void)snprintf(canonical, NET_NETWORK, "%s/%u", address,
	    (unsigned)bits);
	return loose ? NET_LOOSE : NET_OK;
}
