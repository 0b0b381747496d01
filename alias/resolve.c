/*
 * One address: whose is it?  The rules, in the order in which they are asked,
 * stand in the three functions named *_rule.  The address was written by a
 * stranger; a name goes no further than the shape dest_parse() allows, and
 * "it could not be looked up" never becomes "there is nobody".
 */
#include "resolve.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dest.h"
#include "directory.h"
#include "domains.h"
#include "fd.h"
#include "str.h"
#include "tables.h"

static void
nobody(struct resolution *r)
{
	r->kind = RESOLVED_NOBODY;
	fate_set(&r->fate, 550, "5.1.1", "no such mailbox");
}

static void
later(struct resolution *r, const char *status, const char *why)
{
	r->kind = RESOLVED_LATER;
	fate_set(&r->fate, 451, status, "%s", why);
}

static void
no_table(struct resolution *r)
{
	later(r, "4.3.0", errno == ENOMEM ? "out of memory" :
	    "a table cannot be read");
}

static void
fold(char *text)
{
	for (; *text != '\0'; text++)
		*text = (char)tolower((unsigned char)*text);
}

/* --- tables ----------------------------------------------------------- */

/* The first value of key; 1, 0, or -1 with the answer given. */
static int
look_up(const struct resolver *v, struct resolution *r, enum shelf shelf,
    const char *key, struct str *value)
{
	int found = edition_find(v->edition, shelf, key, value);

	if (found == -1)
		no_table(r);
	return found;
}

/* Is NAME@DOMAIN (full) or NAME an alias?  true when that settles it. */
static bool
is_alias(const struct resolver *v, struct resolution *r, bool full)
{
	struct addr name = r->addr;
	char key[TABLES_KEY];
	struct str value;
	int found;

	if (r->flags & RESOLVE_LEAF)
		return false;
	if (!full)
		name.domain[0] = '\0';
	if (!tables_key(&name, key))
		return false;
	str_init(&value, LIMIT_ALIAS_LINE);
	found = look_up(v, r, SHELF_ALIASES, key, &value);
	str_free(&value);
	if (found == 1) {
		r->kind = RESOLVED_ALIAS;
		(void)strlcpy(r->key, key, sizeof(r->key));
	}
	return found != 0;
}

static void
set_mailbox(struct resolution *r, const char *path)
{
	struct dest dest;

	r->kind = RESOLVED_MAILBOX;
	(void)snprintf(r->dest, sizeof(r->dest), "virtual:%s", path);
	if (dest_parse(&dest, r->dest) == -1)
		later(r, "4.3.5", "the mailbox has no usable path");
}

/* Is it a mailbox of the users table?  true when that settles it. */
static bool
is_user(const struct resolver *v, struct resolution *r)
{
	char text[ADDRESS_SIZE], key[TABLES_KEY];
	struct str value;
	int found;

	addr_format(&r->addr, text, sizeof(text));
	if (!tables_login_key(text, key))
		return false;
	str_init(&value, LIMIT_PATHNAME);
	found = look_up(v, r, SHELF_USERS, key, &value);
	if (found == 1)
		set_mailbox(r, value.data);
	str_free(&value);
	return found != 0;
}

/*
 * There is always a postmaster [RFC5321 4.5.1]: the alias of that name, or
 * whom the setting names.
 */
static bool
is_postmaster(const struct resolver *v, struct resolution *r)
{
	if (strcasecmp(r->addr.local, "postmaster") != 0 ||
	    (r->flags & RESOLVE_LEAF))
		return false;
	if (is_alias(v, r, false))
		return true;
	if (v->domains->postmaster[0] == '\0')
		return false;
	r->kind = RESOLVED_ALIAS;
	r->key[0] = '\0';
	return true;
}

/* Cuts a sub-address off: ana+tag is ana's.  false when there is none. */
static bool
cut_extension(const struct resolver *v, struct resolution *r)
{
	return r->extension[0] == '\0' &&
	    v->domains->delimiters[0] != '\0' &&
	    addr_split(&r->addr, v->domains->delimiters, r->extension,
	    sizeof(r->extension)) && r->addr.local[0] != '\0';
}

/* --- the rules -------------------------------------------------------- */

/* Sets the account to ask about; false when no account can have that name. */
static bool
ask_about(struct resolution *r, const char *name)
{
	char text[LIMIT_ADDRESS + 16];
	struct dest dest;

	(void)snprintf(text, sizeof(text), "system:%s", name);
	if (dest_parse(&dest, text) == -1)
		return false;
	r->kind = RESOLVED_ASK;
	(void)strlcpy(r->account, name, sizeof(r->account));
	return true;
}

/* The whole name first, then without its sub-address: an account may well
 * have a delimiter in its name. */
static void
system_rule(const struct resolver *v, struct resolution *r)
{
	do {
		if (is_alias(v, r, true) || is_alias(v, r, false) ||
		    is_postmaster(v, r) || ask_about(r, r->addr.local))
			return;
	} while (cut_extension(v, r));
	nobody(r);
}

static void
virtual_rule(const struct resolver *v, struct resolution *r)
{
	do {
		if (is_alias(v, r, true) || is_user(v, r) ||
		    is_postmaster(v, r))
			return;
	} while (cut_extension(v, r));
	nobody(r);
}

static void
relay_rule(const struct resolver *v, struct resolution *r)
{
	const struct route *route = domains_route(v->domains, r->addr.domain);
	const char *target = route == NULL ? "mx:" : route->target;

	if (r->where[0] == '\0')
		(void)snprintf(r->where, sizeof(r->where), "route %s %s",
		    route == NULL ? "*" : route->pattern, target);
	if (strncmp(target, "reject:", 7) == 0) {
		r->kind = RESOLVED_NOBODY;
		fate_set(&r->fate, 550, "5.7.1", "%s", target + 7);
		return;
	}
	r->kind = RESOLVED_RELAY;
	(void)snprintf(r->dest, sizeof(r->dest), "%s%s", target,
	    strcmp(target, "mx:") == 0 ? r->addr.domain : "");
}

static void
foreign_rule(const struct resolver *v, struct resolution *r)
{
	if (r->flags & RESOLVE_OUTSIDE) {
		r->kind = RESOLVED_NOBODY;
		fate_set(&r->fate, 550, "5.7.1", "relaying denied");
		return;
	}
	relay_rule(v, r);
}

static void	(*const rules[])(const struct resolver *,
		    struct resolution *) = {
	[DOMAIN_SYSTEM] = system_rule,
	[DOMAIN_VIRTUAL] = virtual_rule,
	[DOMAIN_RELAY] = relay_rule,
};

void
resolve(const struct resolver *v, const char *text, unsigned flags,
    struct resolution *r)
{
	const struct domain *domain;

	memset(r, 0, sizeof(*r));
	r->flags = flags;
	if (addr_parse(&r->addr, text) == -1 || r->addr.local[0] == '\0') {
		(void)strlcpy(r->address, text, sizeof(r->address));
		r->kind = RESOLVED_NOBODY;
		fate_set(&r->fate, 550, "5.1.3", "this is no address");
		return;
	}
	if (r->addr.domain[0] == '\0')
		(void)strlcpy(r->addr.domain, v->domains->local,
		    sizeof(r->addr.domain));
	addr_format(&r->addr, r->address, sizeof(r->address));
	domain = domains_find(v->domains, r->addr.domain);
	if (domain == NULL) {
		foreign_rule(v, r);
		return;
	}
	(void)snprintf(r->where, sizeof(r->where), "%s %s %s",
	    domain->said_by, domain->name, domain_kind_name(domain->kind));
	rules[domain->kind](v, r);
}

/* The account is asked for as it was written, then in lower case. */
void
resolve_answer(const struct resolver *v, struct resolution *r,
    enum who_answer answer)
{
	char folded[LIMIT_ADDRESS];

	if (answer == WHO_IS_USER) {
		r->kind = RESOLVED_MAILBOX;
		(void)snprintf(r->dest, sizeof(r->dest), "system:%s",
		    r->account);
		return;
	}
	if (answer != WHO_IS_NOBODY) {
		later(r, "4.3.0", "accounts cannot be looked up now");
		return;
	}
	(void)strlcpy(folded, r->account, sizeof(folded));
	fold(folded);
	if (strcmp(folded, r->account) != 0 && ask_about(r, folded))
		return;
	if (cut_extension(v, r))
		system_rule(v, r);
	else
		nobody(r);
}
