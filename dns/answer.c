/*
 * Records of a DNS answer as text.  The packet is a stranger's, though
 * libunbound has read it before: it is parsed by the resolver library's
 * ns_parserr(), never by hand, and names must look like host names before
 * they leave this process.
 */
#include "answer.h"

#include <sys/types.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "limits.h"

/* One record being put into words. */
struct words {
	const ns_msg	*msg;
	const ns_rr	*rr;
	uint32_t	 preference;
	char		 text[2 * NS_MAXDNAME + 1];
};

static bool
address(struct words *w, int family, size_t size)
{
	return ns_rr_rdlen(*w->rr) == size && inet_ntop(family,
	    ns_rr_rdata(*w->rr), w->text, sizeof(w->text)) != NULL;
}

static bool
address4(struct words *w)
{
	return address(w, AF_INET, sizeof(struct in_addr));
}

static bool
address6(struct words *w)
{
	return address(w, AF_INET6, sizeof(struct in6_addr));
}

/* Names travel on as text: only bytes that a host name could have. */
static bool
is_plain(const char *name)
{
	for (; *name != '\0'; name++)
		if (*name <= 0x20 || *name == 0x7f || *name == '\\')
			return false;
	return true;
}

static bool
name_at(struct words *w, const unsigned char *p)
{
	size_t n;

	if (dn_expand(ns_msg_base(*w->msg), ns_msg_end(*w->msg), p, w->text,
	    sizeof(w->text)) == -1)
		return false;
	n = strlen(w->text);
	if (n > 0 && w->text[n - 1] == '.')
		w->text[n - 1] = '\0';
	return strlen(w->text) <= LIMIT_DOMAIN && is_plain(w->text);
}

static bool
exchanger(struct words *w)
{
	if (ns_rr_rdlen(*w->rr) < 3)
		return false;
	w->preference = ns_get16(ns_rr_rdata(*w->rr));
	return name_at(w, ns_rr_rdata(*w->rr) + 2);
}

static bool
name(struct words *w)
{
	return name_at(w, ns_rr_rdata(*w->rr));
}

static bool
hex(struct words *w)
{
	const unsigned char *p = ns_rr_rdata(*w->rr);
	size_t i, n = ns_rr_rdlen(*w->rr);

	if (n > (sizeof(w->text) - 1) / 2)
		return false;
	for (i = 0; i < n; i++)
		(void)snprintf(w->text + 2 * i, 3, "%02x", p[i]);
	w->text[2 * n] = '\0';
	return true;
}

static const struct {
	uint32_t	 type;
	bool		(*words)(struct words *);
} types[] = {
	{ ns_t_a,	address4 },
	{ ns_t_aaaa,	address6 },
	{ ns_t_mx,	exchanger },
	{ ns_t_cname,	name },
	{ ns_t_ptr,	name },
};

static bool
put_in_words(struct words *w, uint32_t type)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].type == type)
			return types[i].words(w);
	return hex(w);
}

int
answer_read(const unsigned char *packet, int len, uint32_t type,
    void (*record)(void *, uint32_t, const char *), void *ctx)
{
	struct words w;
	ns_msg msg;
	ns_rr rr;
	int i, found = 0;

	if (ns_initparse(packet, len, &msg) == -1)
		return -1;
	for (i = 0; i < ns_msg_count(msg, ns_s_an); i++) {
		if (ns_parserr(&msg, ns_s_an, i, &rr) == -1)
			return -1;
		if ((uint32_t)ns_rr_type(rr) != type || found == LIMIT_MX)
			continue;
		w.msg = &msg;
		w.rr = &rr;
		w.preference = 0;
		if (!put_in_words(&w, type))
			continue;
		record(ctx, w.preference, w.text);
		found++;
	}
	return found;
}
