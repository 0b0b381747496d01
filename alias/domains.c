/*
 * The rows `domain` and `route`.  They come from conf, already checked; this
 * file only finds the right one for a name.  It must never take a domain for
 * ours that no row names: that would be an open relay turned inwards.
 */
#include "domains.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "fd.h"
#include "settings.h"

static const char *const	kind_names[] = {
	[DOMAIN_SYSTEM] = "system",
	[DOMAIN_VIRTUAL] = "virtual",
	[DOMAIN_RELAY] = "relay",
};

const char *
domain_kind_name(enum domain_kind kind)
{
	return kind_names[kind];
}

static char *
copy(const char *text)
{
	char *p = strdup(text);

	if (p == NULL)
		die_temp("domains");
	return p;
}

/* Index of name, or of where it would have to stand. */
static size_t
place(const struct domains *d, const char *name)
{
	size_t low = 0, high = d->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(d->rows[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct domain *
row_for(struct domains *d, const char *name)
{
	size_t at = place(d, name);
	struct domain *rows;

	if (at < d->count && strcmp(d->rows[at].name, name) == 0)
		return &d->rows[at];
	rows = reallocarray(d->rows, d->count + 1, sizeof(*rows));
	if (rows == NULL)
		die_temp("domains");
	memmove(rows + at + 1, rows + at, (d->count - at) * sizeof(*rows));
	d->rows = rows;
	d->count++;
	rows[at].name = copy(name);
	return &rows[at];
}

/*
 * The host's own name is a system domain unless a row says otherwise: cron
 * and its like send to root@HOSTNAME, and a postmaster must be reachable
 * whatever the rows are [RFC5321 4.5.1].
 */
struct domains *
domains_new(const char *hostname, const char *postmaster,
    const char *delimiters)
{
	struct domains *d = calloc(1, sizeof(*d));
	struct domain *own;

	if (d == NULL)
		die_temp("domains");
	d->refs = 1;
	d->local = copy(hostname);
	d->postmaster = copy(postmaster);
	d->delimiters = copy(delimiters);
	own = row_for(d, hostname);
	own->kind = DOMAIN_SYSTEM;
	own->said_by = "hostname";
	return d;
}

/* Whether no row `domain … system` came yet. */
static int
has_system_row(const struct domains *d)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		if (d->rows[i].kind == DOMAIN_SYSTEM &&
		    strcmp(d->rows[i].said_by, "domain") == 0)
			return 1;
	return 0;
}

void
domains_add(struct domains *d, const char *name, const char *kind)
{
	struct domain *row;
	size_t k = 0;

	while (k < countof(kind_names) && strcmp(kind, kind_names[k]) != 0)
		k++;
	if (k == countof(kind_names))
		die_bug("a domain of an unknown kind");
	if (k == DOMAIN_SYSTEM && !has_system_row(d)) {
		free(d->local);
		d->local = copy(name);
	}
	row = row_for(d, name);
	row->kind = (enum domain_kind)k;
	row->said_by = "domain";
}

void
domains_add_route(struct domains *d, const char *pattern, const char *target)
{
	struct route *routes;

	routes = reallocarray(d->routes, d->route_count + 1, sizeof(*routes));
	if (routes == NULL)
		die_temp("routes");
	d->routes = routes;
	routes += d->route_count++;
	routes->pattern = copy(pattern);
	routes->target = copy(target);
}

/* A setting that may be sent as no word at all. */
static const char *
word(const struct settings *s, enum param param)
{
	struct row row;

	return settings_row(s, param, 0, &row) && row.count > 0 ?
	    row.words[0] : "";
}

struct domains *
domains_load(const struct settings *s)
{
	struct domains *d;
	struct row row;
	size_t i;

	d = domains_new(settings_text(s, P_HOSTNAME), word(s, P_POSTMASTER),
	    word(s, P_SUB_ADDRESS));
	for (i = 0; settings_row(s, P_DOMAIN, i, &row); i++)
		if (row.count >= 2)
			domains_add(d, row.words[0], row.words[1]);
	for (i = 0; settings_row(s, P_ROUTE, i, &row); i++)
		if (row.count >= 2)
			domains_add_route(d, row.words[0], row.words[1]);
	return d;
}

struct domains *
domains_hold(struct domains *d)
{
	d->refs++;
	return d;
}

void
domains_release(struct domains *d)
{
	size_t i;

	if (--d->refs > 0)
		return;
	for (i = 0; i < d->count; i++)
		free(d->rows[i].name);
	for (i = 0; i < d->route_count; i++) {
		free(d->routes[i].pattern);
		free(d->routes[i].target);
	}
	free(d->rows);
	free(d->routes);
	free(d->local);
	free(d->postmaster);
	free(d->delimiters);
	free(d);
}

const struct domain *
domains_find(const struct domains *d, const char *name)
{
	size_t at = place(d, name);

	if (at < d->count && strcmp(d->rows[at].name, name) == 0)
		return &d->rows[at];
	return NULL;
}

/* "*" is everything, ".corp" what ends so, anything else that name alone. */
static int
matches(const char *pattern, const char *name)
{
	size_t n = strlen(name), p = strlen(pattern);

	if (strcmp(pattern, "*") == 0)
		return 1;
	if (pattern[0] == '.')
		return n > p && strcmp(name + n - p, pattern) == 0;
	return strcmp(pattern, name) == 0;
}

const struct route *
domains_route(const struct domains *d, const char *name)
{
	size_t i;

	for (i = 0; i < d->route_count; i++)
		if (matches(d->routes[i].pattern, name))
			return &d->routes[i];
	return NULL;
}
