#ifndef DOMAINS_H
#define DOMAINS_H

#include <stddef.h>

/*
 * Which domains are ours and where mail for the others goes: the rows
 * `domain` and `route` of malote.conf(5), and what else of the settings
 * decides about an address.  Held by everybody who is using it, so that a
 * reload takes nothing away under an expansion that is under way.
 */
enum domain_kind { DOMAIN_SYSTEM, DOMAIN_VIRTUAL, DOMAIN_RELAY };

struct domain {
	char			*name;		/* lower case */
	enum domain_kind	 kind;
	const char		*said_by;	/* "domain" or "hostname" */
};

struct route {
	char	*pattern;	/* DOMAIN, .SUFFIX or * */
	char	*target;	/* see malote.conf(5): "mx:", "reject:TEXT" … */
};

struct domains {
	unsigned	 refs;
	struct domain	*rows;		/* sorted by name */
	size_t		 count;
	struct route	*routes;	/* best match first */
	size_t		 route_count;
	char		*local;		/* the domain of names without one */
	char		*postmaster;
	char		*delimiters;	/* of sub-addresses; "" for none */
};

struct settings;

/* Held once by the caller.  Short of memory they die_temp(): they are made
 * at start and at a reload only. */
struct domains	*domains_load(const struct settings *);
struct domains	*domains_new(const char *hostname, const char *postmaster,
		    const char *delimiters);
/* kind: "system", "virtual" or "relay". */
void		 domains_add(struct domains *, const char *name,
		    const char *kind);
/* To be called in the order in which they shall be tried. */
void		 domains_add_route(struct domains *, const char *pattern,
		    const char *target);

struct domains	*domains_hold(struct domains *);
void		 domains_release(struct domains *);

/* NULL: not ours. */
const struct domain *domains_find(const struct domains *, const char *name);
/* NULL: nothing said, so by its MX records. */
const struct route  *domains_route(const struct domains *, const char *name);

/* "system", "virtual" or "relay". */
const char	*domain_kind_name(enum domain_kind);

#endif
