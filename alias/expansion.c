/*
 * The expansion of aliases: a stack of the aliases that are open, each with a
 * walk over its members.  No recursion.  An alias that stands on the stack
 * already is a loop; if it is the one whose member it is, then the mailbox of
 * that name is meant (`ana: ana, bob@far.example`).
 */
#include "expansion.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "addr.h"
#include "directory.h"
#include "domains.h"
#include "limits.h"
#include "resolve.h"
#include "seen.h"
#include "str.h"

/* An open alias. */
struct open_alias {
	char			 key[TABLES_KEY];	/* "": a setting */
	char			 address[ADDRESS_SIZE];
	bool			 has_reverse;
	char			 reverse[ADDRESS_SIZE];
	char			 where[LIMIT_WORD];	/* of the last member */
	struct table_walk	*walk;	/* NULL: the setting postmaster */
	bool			 told;	/* the setting was its member */
};

struct expansion {
	struct domains		*domains;
	struct edition		 edition;
	bool			 begun;
	bool			 answered;	/* now was waiting for who */
	char			 root[ADDRESS_SIZE];
	bool			 null_sender;
	unsigned		 flags;		/* of the root */
	struct open_alias	*stack;
	size_t			 depth;
	size_t			 members;
	struct seen		 seen;
	struct str		 member;	/* FILE:LINE\nTEXT */
	struct str		 where;
	struct resolution	 now;
};

struct expansion *
expansion_new(struct domains *domains, struct directory *directory,
    const char *address, const char *sender, unsigned flags)
{
	struct expansion *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->domains = domains_hold(domains);
	x->edition = directory_hold(directory);
	(void)strlcpy(x->root, address, sizeof(x->root));
	x->null_sender = sender[0] == '\0';
	x->flags = flags;
	str_init(&x->member, LIMIT_ALIAS_LINE);
	str_init(&x->where, 4 * LIMIT_WORD);
	return x;
}

static void
pop(struct expansion *x)
{
	table_walk_free(x->stack[--x->depth].walk);
}

void
expansion_free(struct expansion *x)
{
	if (x == NULL)
		return;
	while (x->depth > 0)
		pop(x);
	free(x->stack);
	seen_free(&x->seen);
	str_free(&x->member);
	str_free(&x->where);
	edition_release(&x->edition);
	domains_release(x->domains);
	free(x);
}

static struct open_alias *
top(struct expansion *x)
{
	return x->depth == 0 ? NULL : &x->stack[x->depth - 1];
}

/* --- what is known about the present member ---------------------------- */

static void
set_nobody(struct expansion *x, const char *status, const char *why)
{
	x->now.kind = RESOLVED_NOBODY;
	fate_set(&x->now.fate, 550, status, "%s", why);
}

static void
set_later(struct expansion *x, const char *status, const char *why)
{
	x->now.kind = RESOLVED_LATER;
	fate_set(&x->now.fate, 451, status, "%s", why);
}

/* "alias loop: a -> b -> a", from where the loop begins. */
static void
set_loop(struct expansion *x, size_t from)
{
	struct str text;
	size_t i;

	str_init(&text, FATE_TEXT);
	(void)str_puts(&text, "alias loop: ");
	for (i = from; i < x->depth; i++)
		(void)str_printf(&text, "%s -> ", x->stack[i].key);
	(void)str_puts(&text, x->now.key);
	set_nobody(x, "5.4.6", text.data);
	str_free(&text);
}

static void
look(struct expansion *x, const char *text, unsigned flags)
{
	struct resolver v = { x->domains, &x->edition };

	resolve(&v, text, flags, &x->now);
}

/* --- members ---------------------------------------------------------- */

/* Too many: what came so far stands, the rest is refused once. */
static bool
too_many(struct expansion *x)
{
	if (x->members++ < LIMIT_ALIAS_MEMBERS)
		return false;
	while (x->depth > 1)
		pop(x);
	memset(&x->now, 0, sizeof(x->now));
	(void)strlcpy(x->now.address, x->stack[0].address,
	    sizeof(x->now.address));
	set_nobody(x, "5.5.3", "the alias has too many members");
	pop(x);
	return true;
}

/* `|program`, `/file`, `:include:`, with or without quotes before it. */
static bool
is_no_address(const char *text)
{
	text += *text == '"';
	return *text == '|' || *text == '/' || *text == ':';
}

/* The member that has been read into x->member: what is it? */
static void
look_at_member(struct expansion *x)
{
	struct open_alias *a = top(x);
	char *text = strchr(x->member.data, '\n');

	if (text == NULL)
		text = x->member.data;
	else
		*text++ = '\0';
	(void)strlcpy(a->where, text == x->member.data ? "" : x->member.data,
	    sizeof(a->where));
	if (text[0] == '\\')
		look(x, text + 1, RESOLVE_LEAF);
	else if (!is_no_address(text))
		look(x, text, 0);
	else {
		memset(&x->now, 0, sizeof(x->now));
		(void)strlcpy(x->now.address, a->address,
		    sizeof(x->now.address));
		set_later(x, "4.3.5", "an alias names a program or a file");
	}
}

/* Reads the next member of the top alias: 1, 0 at its end, -1. */
static int
read_member(struct expansion *x)
{
	struct open_alias *a = top(x);

	if (a->walk != NULL)
		return table_walk_next(a->walk, &x->member);
	if (a->told)
		return 0;
	a->told = true;
	str_clear(&x->member);
	return str_printf(&x->member, "setting postmaster\n%s",
	    x->domains->postmaster) == -1 ? -1 : 1;
}

/* The next address to look at, into x->now; false when all is done. */
static bool
next_member(struct expansion *x)
{
	int n;

	if (!x->begun) {
		x->begun = true;
		look(x, x->root, x->flags);
		return true;
	}
	for (; x->depth > 0; pop(x)) {
		n = read_member(x);
		if (n == 0)
			continue;
		if (n == 1 && too_many(x))
			return true;
		if (n == 1) {
			look_at_member(x);
			return true;
		}
		memset(&x->now, 0, sizeof(x->now));
		(void)strlcpy(x->now.address, top(x)->address,
		    sizeof(x->now.address));
		set_later(x, "4.3.0", "an alias cannot be read");
		pop(x);
		return true;
	}
	return false;
}

/* --- aliases ---------------------------------------------------------- */

static bool
is_in_aliases(struct expansion *x, const struct addr *name)
{
	char key[TABLES_KEY];
	struct str value;
	bool found;

	if (!tables_key(name, key))
		return false;
	str_init(&value, LIMIT_ALIAS_LINE);
	found = edition_find(&x->edition, SHELF_ALIASES, key, &value) == 1;
	str_free(&value);
	return found;
}

/*
 * A list has an owner: if owner-NAME is an alias, reports about its members
 * go there and not to the author [RFC5321 3.9].  A null reverse-path stays
 * null, or a report about a report could be born.
 */
static void
set_reverse(struct expansion *x, struct open_alias *a)
{
	struct addr owner = x->now.addr, bare;

	if (x->null_sender || strncasecmp(owner.local, "owner-", 6) == 0)
		return;
	(void)strlcpy(owner.local, "owner-", sizeof(owner.local));
	(void)strlcat(owner.local, x->now.addr.local, sizeof(owner.local));
	bare = owner;
	bare.domain[0] = '\0';
	if (is_in_aliases(x, &owner) ||
	    (strchr(a->key, '@') == NULL && is_in_aliases(x, &bare))) {
		a->has_reverse = true;
		addr_format(&owner, a->reverse, sizeof(a->reverse));
	}
}

static bool
push(struct expansion *x)
{
	struct open_alias *a, *parent;

	a = reallocarray(x->stack, x->depth + 1, sizeof(*a));
	if (a == NULL)
		return false;
	x->stack = a;
	parent = top(x);
	a += x->depth;
	memset(a, 0, sizeof(*a));
	(void)strlcpy(a->key, x->now.key, sizeof(a->key));
	(void)strlcpy(a->address, x->now.address, sizeof(a->address));
	if (parent != NULL) {
		a->has_reverse = parent->has_reverse;
		memcpy(a->reverse, parent->reverse, sizeof(a->reverse));
	}
	set_reverse(x, a);
	if (a->key[0] != '\0') {
		a->walk = edition_walk(&x->edition, SHELF_ALIASES, a->key);
		if (a->walk == NULL)
			return false;
	}
	x->depth++;
	return true;
}

/* Where on the stack the alias stands already; x->depth when it does not. */
static size_t
find_open(const struct expansion *x)
{
	size_t i;

	for (i = 0; i < x->depth; i++)
		if (strcmp(x->stack[i].key, x->now.key) == 0)
			break;
	return i;
}

/*
 * x->now is an alias: opens it.  false when x->now has become an answer
 * instead (a loop, a limit) or a mailbox after all.
 */
static bool
open_alias(struct expansion *x)
{
	char text[ADDRESS_SIZE];
	size_t at = find_open(x);

	if (at < x->depth && at + 1 == x->depth) {
		(void)strlcpy(text, x->now.address, sizeof(text));
		look(x, text, RESOLVE_LEAF);
		return false;
	}
	if (at < x->depth)
		set_loop(x, at);
	else if (x->depth == LIMIT_ALIAS_DEPTH)
		set_nobody(x, "5.4.6", "aliases are nested too deeply");
	else if (!push(x))
		set_later(x, "4.3.0", "out of memory");
	else
		return true;
	return false;
}

/* --- leaves ----------------------------------------------------------- */

static const enum leaf_kind	leaf_kinds[] = {
	[RESOLVED_MAILBOX] = LEAF_MAILBOX,
	[RESOLVED_RELAY] = LEAF_RELAY,
	[RESOLVED_NOBODY] = LEAF_NOBODY,
	[RESOLVED_LATER] = LEAF_LATER,
};

/*
 * Whether x->now was met before: a mailbox counts as the same by whatever
 * address it is reached, an alias by its name, anything else by its address.
 */
static bool
is_repeated(struct expansion *x)
{
	const struct resolution *r = &x->now;
	struct str text;
	int n;

	if (x->depth == 0)
		return false;		/* the root alone cannot repeat */
	str_init(&text, 4 * ADDRESS_SIZE);
	if (r->kind == RESOLVED_MAILBOX)
		(void)str_printf(&text, "%s %s", r->dest, r->extension);
	else if (r->kind == RESOLVED_ALIAS)
		(void)str_printf(&text, "alias %s", r->key);
	else
		(void)str_puts(&text, r->address);
	n = text.failed ? -1 : seen_add(&x->seen, text.data);
	str_free(&text);
	if (n == -1)
		set_later(x, "4.3.0", "out of memory");
	return n == 0;
}

static void
tell_where(struct expansion *x)
{
	size_t i;

	str_clear(&x->where);
	for (i = 0; i < x->depth; i++)
		if (x->stack[i].where[0] != '\0')
			(void)str_printf(&x->where, "%s, ",
			    x->stack[i].where);
	(void)str_puts(&x->where, x->now.where);
}

static void
make_leaf(struct expansion *x, struct leaf *leaf)
{
	const struct open_alias *a = top(x);

	tell_where(x);
	leaf->kind = leaf_kinds[x->now.kind];
	leaf->address = x->now.address;
	leaf->dest = x->now.dest;
	leaf->extension = x->now.extension;
	leaf->has_reverse = a != NULL && a->has_reverse;
	leaf->reverse = leaf->has_reverse ? a->reverse : "";
	leaf->origin = a == NULL ? "" : a->address;
	leaf->where = x->where.data;
	leaf->fate = &x->now.fate;
}

/* Whether an alias is to be passed over.  One that is still open is not: it
 * is a loop, or the mailbox of that name. */
static bool
is_done_with(struct expansion *x)
{
	return find_open(x) == x->depth && is_repeated(x);
}

enum expansion_step
expansion_next(struct expansion *x, struct leaf *leaf)
{
	for (;;) {
		if (!x->answered && !next_member(x))
			return EXPANSION_END;
		x->answered = false;
		if (x->now.kind == RESOLVED_ALIAS &&
		    (is_done_with(x) || open_alias(x)))
			continue;
		if (x->now.kind == RESOLVED_ASK)
			return EXPANSION_ASK;
		if (is_repeated(x))
			continue;
		make_leaf(x, leaf);
		return EXPANSION_LEAF;
	}
}

const char *
expansion_account(const struct expansion *x)
{
	return x->now.account;
}

void
expansion_answer(struct expansion *x, enum who_answer answer)
{
	struct resolver v = { x->domains, &x->edition };

	resolve_answer(&v, &x->now, answer);
	x->answered = true;
}
