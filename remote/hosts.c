/*
 * Finding the way [RFC5321 5.1]: exchangers by preference, chance among
 * equals, ourselves and worse dropped, addresses of each.  DNS is a
 * stranger's word: a name is only ever looked up or shown, and "not known"
 * is never taken for "no".
 */
#include "hosts.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fd.h"
#include "lookups.h"

enum { SMTP_PORT = 25 };

/* The way of finding: what was learnt on it. */
struct search {
	struct hosts	*hosts;
	bool		 unsure;	/* some answer is not known now */
};

static bool
is_numeric(const char *s)
{
	unsigned char binary[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, s, binary) == 1 ||
	    inet_pton(AF_INET6, s, binary) == 1;
}

static void
add(struct hosts *h, const char *name, const char *address, unsigned port)
{
	struct host *to;

	if (h->count == HOSTS_MAX)
		return;
	to = &h->host[h->count++];
	(void)strlcpy(to->name, name, sizeof(to->name));
	(void)strlcpy(to->address, address, sizeof(to->address));
	to->port = port;
}

/* The addresses of one name, IPv6 first, a bounded number of each. */
static void
add_name(struct search *s, const char *name, unsigned port)
{
	static const uint32_t types[] = { LOOKUP_AAAA, LOOKUP_A };
	struct findings f;
	size_t t, i;

	for (t = 0; t < countof(types); t++) {
		switch (lookups_ask(name, types[t], &f)) {
		case LOOKUP_SECURE:
		case LOOKUP_INSECURE:
			for (i = 0; i < f.count && i < LIMIT_ADDRESSES; i++)
				add(s->hosts, name, f.found[i].data, port);
			break;
		case LOOKUP_NODATA:
		case LOOKUP_NXDOMAIN:
			break;
		case LOOKUP_BOGUS:
		case LOOKUP_LATER:
			s->unsure = true;
		}
	}
}

/* Chance among equals: shuffle everything, then sort by preference. */
static void
put_in_order(struct findings *f)
{
	struct found swap;
	size_t i, k;

	for (i = f->count; i > 1; i--) {
		k = arc4random_uniform((uint32_t)i);
		swap = f->found[i - 1];
		f->found[i - 1] = f->found[k];
		f->found[k] = swap;
	}
	for (i = 1; i < f->count; i++)
		for (k = i; k > 0 && f->found[k - 1].preference >
		    f->found[k].preference; k--) {
			swap = f->found[k - 1];
			f->found[k - 1] = f->found[k];
			f->found[k] = swap;
		}
}

/* We are an exchanger: only better ones may have the mail [RFC5321 5.1]. */
static void
drop_self_and_worse(struct findings *f, const char *own)
{
	size_t i, k;

	for (i = 0; i < f->count; i++) {
		if (strcasecmp(f->found[i].data, own) != 0)
			continue;
		for (k = 0; k < f->count && f->found[k].preference <
		    f->found[i].preference; k++)
			;
		f->count = k;
		return;
	}
}

static int
no_way(struct fate *why, unsigned code, const char *status, const char *text,
    const char *domain)
{
	fate_set(why, code, status, "%s: %s", domain, text);
	return -1;
}

/* The addresses of the exchangers, or of the domain when it has none. */
static int
add_all(struct search *s, struct findings *f, const char *domain,
    struct fate *why)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		add_name(s, f->found[i].data, SMTP_PORT);
	if (s->hosts->count != 0)
		return 0;
	if (s->unsure)
		return no_way(why, 451, "4.4.3",
		    "addresses of the mail hosts are not known now", domain);
	return no_way(why, 550, "5.4.4", "no mail host has an address",
	    domain);
}

static int
by_exchangers(struct search *s, struct findings *f, const char *domain,
    const char *own, struct fate *why)
{
	if (f->count == 1 && f->found[0].data[0] == '\0')
		return no_way(why, 556, "5.1.10", "accepts no mail (null MX)",
		    domain);
	put_in_order(f);
	drop_self_and_worse(f, own);
	if (f->count == 0)
		return no_way(why, 550, "5.4.6",
		    "the best mail host is this one, which does not know it",
		    domain);
	return add_all(s, f, domain, why);
}

static int
by_domain(struct search *s, const char *domain, const char *own,
    struct fate *why)
{
	struct findings f;

	switch (lookups_ask(domain, LOOKUP_MX, &f)) {
	case LOOKUP_SECURE:
	case LOOKUP_INSECURE:
		return by_exchangers(s, &f, domain, own, why);
	case LOOKUP_NODATA:
		/* Without MX the domain itself is the host. */
		f.count = 1;
		f.found[0].preference = 0;
		(void)strlcpy(f.found[0].data, domain,
		    sizeof(f.found[0].data));
		return add_all(s, &f, domain, why);
	case LOOKUP_NXDOMAIN:
		return no_way(why, 550, "5.1.2", "no such domain", domain);
	case LOOKUP_BOGUS:
		return no_way(why, 451, "4.4.3", "DNSSEC validation failed",
		    domain);
	case LOOKUP_LATER:
		break;
	}
	return no_way(why, 451, "4.4.3", "DNS does not answer now", domain);
}

/* "[192.0.2.1]" or "[IPv6:…]" as a domain [RFC5321 4.1.3]. */
static int
by_literal(struct hosts *h, const char *domain, struct fate *why)
{
	char address[64];
	size_t n;

	n = strlcpy(address, domain + 1, sizeof(address));
	if (n < 2 || n >= sizeof(address))
		return no_way(why, 550, "5.1.2", "no such address", domain);
	address[n - 1] = '\0';
	if (strncasecmp(address, "IPv6:", 5) == 0)
		memmove(address, address + 5, n - 5);
	if (!is_numeric(address))
		return no_way(why, 550, "5.1.2", "no such address", domain);
	add(h, "", address, SMTP_PORT);
	return 0;
}

static int
by_name(struct search *s, const struct dest *d, struct fate *why)
{
	if (is_numeric(d->name)) {
		add(s->hosts, "", d->name, d->port);
		return 0;
	}
	add_name(s, d->name, d->port);
	if (s->hosts->count != 0)
		return 0;
	/* An administrator's word: a mistake in it may be mended. */
	return no_way(why, 451, "4.4.3", "no address is known now", d->name);
}

int
hosts_find(struct hosts *h, const struct dest *d, const char *own,
    struct fate *why)
{
	struct search s = { .hosts = h };

	h->count = 0;
	switch (d->kind) {
	case DEST_MX:
		return d->name[0] == '[' ? by_literal(h, d->name, why) :
		    by_domain(&s, d->name, own, why);
	case DEST_SMTP:
	case DEST_LMTP:
		return by_name(&s, d, why);
	case DEST_LMTP_SOCKET:
		add(h, d->name, "", 0);
		return 0;
	case DEST_SYSTEM:
	case DEST_VIRTUAL:
	case DEST_HOLD:
		break;
	}
	return no_way(why, 451, "4.3.5", "no next hop", d->name);
}
