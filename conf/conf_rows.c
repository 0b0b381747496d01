/*
 * The settings whose rows have several fields: listen, domain, relay-from,
 * route, account, resolver and stub-zone.
 */
#include "conf_values.h"

#include <stdio.h>
#include <string.h>

#include "conf_lex.h"
#include "conf_net.h"
#include "fd.h"

/* The place of word among names, or n. */
static size_t
find(const char *word, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (names[i] != NULL && strcmp(word, names[i]) == 0)
			break;
	return i;
}

/* --- listen SERVICE ADDRESS:PORT… [cleartext-login] ------------------- */

static const char *const	services[] = {
	"smtp", "submission", "submissions", "pop3", "pop3s"
};
/* To serve them in clear would be a promise broken. */
static const char *const	tls_services[] = { "submissions", "pop3s" };

static int
listen_at(const struct value *v, const char *where, const char *option)
{
	char address[NET_ADDRESS], words[256], key[80];
	unsigned port;

	if (!net_endpoint(where, address, &port))
		return value_wrong(v, "\"%s\" is not ADDRESS:PORT, such as "
		    "0.0.0.0:25 or [::]:25", where);
	(void)snprintf(words, sizeof(words), "%s\n%s\n%u%s", v->words[0],
	    address, port, option);
	(void)snprintf(key, sizeof(key), strchr(address, ':') == NULL ?
	    "%s:%u" : "[%s]:%u", address, port);
	value_add(v, key, words);
	return 0;
}

void
rows_listen(const struct value *v)
{
	static const char cleartext[] = "cleartext-login";
	static const char expected[] =
	    "a service and one or more ADDRESS:PORT";
	size_t i, last = v->count;
	bool clear;

	if (value_count(v, 2, LIMIT_WORDS, expected) == -1)
		return;
	if (find(v->words[0], services, countof(services)) ==
	    countof(services)) {
		value_unknown(v, "service", v->words[0], services,
		    countof(services));
		return;
	}
	if (find(v->words[0], tls_services, countof(tls_services)) !=
	    countof(tls_services)) {
		value_wrong(v, "%s needs TLS, which this version has not yet",
		    v->words[0]);
		return;
	}
	clear = strcmp(v->words[last - 1], cleartext) == 0;
	last -= clear;
	if (last < 2)
		value_wrong(v, "expected %s", expected);
	else if (clear && strcmp(v->words[0], "pop3") != 0 &&
	    strcmp(v->words[0], "submission") != 0)
		value_wrong(v, "%s is for pop3 and submission alone",
		    cleartext);
	else
		for (i = 1; i < last; i++)
			(void)listen_at(v, v->words[i],
			    clear ? "\ncleartext-login" : "");
}

/* --- domain NAME system|virtual|relay [recipients TABLE] -------------- */

static const char *const	domain_kinds[] = {
	"system", "virtual", "relay"
};

/* The table behind `recipients`; NULL after a fault. */
static const char *
domain_table(const struct value *v)
{
	static const char *const only[] = { "recipients" };

	if (find(v->words[2], only, 1) == 1)
		value_unknown(v, "option", v->words[2], only, 1);
	else if (strcmp(v->words[1], "relay") != 0)
		value_wrong(v, "recipients is for relay domains alone");
	else if (v->count != 4 || !value_is_name(v->words[3]))
		value_wrong(v, "expected the name of one table behind "
		    "recipients");
	else
		return v->words[3];
	return NULL;
}

void
rows_domain(const struct value *v)
{
	char name[LIMIT_DOMAIN + 1], words[LIMIT_DOMAIN + 32 + LIMIT_WORD];
	const char *table = "";

	if (value_count(v, 2, 4, "a domain and system, virtual or relay") ==
	    -1)
		return;
	if (!value_domain(v->words[0], name)) {
		value_wrong(v, "\"%s\" is not a domain", v->words[0]);
		return;
	}
	if (find(v->words[1], domain_kinds, countof(domain_kinds)) ==
	    countof(domain_kinds)) {
		value_unknown(v, "kind of domain", v->words[1], domain_kinds,
		    countof(domain_kinds));
		return;
	}
	if (v->count > 2 && (table = domain_table(v)) == NULL)
		return;
	(void)snprintf(words, sizeof(words), "%s\n%s%s%s", name, v->words[1],
	    *table == '\0' ? "" : "\n", table);
	value_add(v, name, words);
}

/* --- relay-from ADDRESS[/BITS]… --------------------------------------- */

void
rows_networks(const struct value *v)
{
	char network[NET_NETWORK];
	struct str words;
	size_t i;
	bool good = true;

	if (value_count(v, 1, LIMIT_WORDS, "addresses or networks, such as "
	    "192.0.2.0/24 or ::1") == -1)
		return;
	str_init(&words, LEX_LINE * 2);
	for (i = 0; i < v->count; i++) {
		switch (net_network(v->words[i], network)) {
		case NET_OK:
			(void)str_printf(&words, i == 0 ? "%s" : "\n%s",
			    network);
			break;
		case NET_LOOSE:
			good = false;
			value_wrong(v, "%s has bits behind its mask; did you "
			    "mean %s?", v->words[i], network);
			break;
		case NET_WRONG:
			good = false;
			value_wrong(v, "\"%s\" is not ADDRESS or "
			    "ADDRESS/BITS", v->words[i]);
			break;
		}
	}
	if (good && !words.failed)
		value_add(v, "", words.data);
	str_free(&words);
}

/* --- maildir-filesystem /PATH… ---------------------------------------- */

void
rows_folders(const struct value *v)
{
	static const char expected[] = "paths of folders, such as /home";
	char path[LIMIT_PATHNAME];
	size_t i, n;

	if (value_count(v, 1, LIMIT_WORDS, expected) == -1)
		return;
	for (i = 0; i < v->count; i++) {
		n = strlcpy(path, v->words[i], sizeof(path));
		if (path[0] != '/' || n >= sizeof(path)) {
			value_wrong(v, "\"%s\" is not one of %s", v->words[i],
			    expected);
			return;
		}
		while (n > 1 && path[n - 1] == '/')
			path[--n] = '\0';
		value_add(v, path, path);
	}
}

/* --- route PATTERN TARGET --------------------------------------------- */

/*
 * "*", ".example.org" or "example.org" in lower case.  The rank puts exact
 * names first, then suffixes, the longest first, and "*" last: the first row
 * that fits is the best.
 */
static bool
route_pattern(const char *text, char pattern[LIMIT_DOMAIN + 2],
    unsigned *rank)
{
	*rank = 2 * LIMIT_DOMAIN;
	if (strcmp(text, "*") == 0)
		return strlcpy(pattern, text, LIMIT_DOMAIN + 2) == 1;
	pattern[0] = '.';
	if (!value_domain(text + (text[0] == '.'), pattern + 1))
		return false;
	if (text[0] == '.') {
		*rank = LIMIT_DOMAIN + 1 - (unsigned)strlen(pattern + 1);
		return true;
	}
	*rank = 0;
	(void)memmove(pattern, pattern + 1, strlen(pattern));
	return true;
}

static int
target_mx(const struct value *v, struct str *to)
{
	if (value_count(v, 2, 2, "nothing behind mx") == -1)
		return -1;
	return str_puts(to, "mx:");
}

static int
target_hold(const struct value *v, struct str *to)
{
	if (value_count(v, 2, 2, "nothing behind hold") == -1)
		return -1;
	return str_puts(to, "hold:");
}

static int
target_smtp(const struct value *v, struct str *to)
{
	char host[NET_HOST];

	if (value_count(v, 3, 3, "HOST:PORT behind smtp") == -1)
		return -1;
	if (!net_host(v->words[2], host))
		return value_wrong(v, "\"%s\" is not HOST:PORT, such as "
		    "mail.example.org:25 or [10.0.0.5]:25", v->words[2]);
	return str_printf(to, "smtp:%s", host);
}

static int
target_lmtp(const struct value *v, struct str *to)
{
	char host[NET_HOST];

	if (value_count(v, 3, 3, "NAME or HOST:PORT behind lmtp") == -1)
		return -1;
	if (strchr(v->words[2], ':') == NULL && value_is_name(v->words[2]))
		return str_printf(to, "lmtp:/%s", v->words[2]);
	if (!net_host(v->words[2], host))
		return value_wrong(v, "\"%s\" is neither the name of a "
		    "socket nor HOST:PORT", v->words[2]);
	return str_printf(to, "lmtp:%s", host);
}

/* The text becomes part of a reply: printable ASCII, one line. */
static int
target_reject(const struct value *v, struct str *to)
{
	size_t begin = to->len, i;
	const char *p;

	if (value_count(v, 3, LIMIT_WORDS, "a text behind reject") == -1)
		return -1;
	(void)str_puts(to, "reject:");
	for (i = 2; i < v->count; i++)
		(void)str_printf(to, i == 2 ? "%s" : " %s", v->words[i]);
	for (p = to->data + begin; *p != '\0'; p++)
		if (*p < 0x20 || *p > 0x7e)
			return value_wrong(v, "the text behind reject must "
			    "be plain ASCII");
	return 0;
}

static const char *const	target_names[] = {
	"mx", "smtp", "lmtp", "hold", "reject"
};
static int (*const	targets[])(const struct value *, struct str *) = {
	target_mx, target_smtp, target_lmtp, target_hold, target_reject
};

void
rows_route(const struct value *v)
{
	char pattern[LIMIT_DOMAIN + 2];
	struct str words;
	unsigned rank;
	size_t i;

	if (value_count(v, 2, LIMIT_WORDS, "a pattern and mx, smtp, lmtp, "
	    "hold or reject") == -1)
		return;
	if (!route_pattern(v->words[0], pattern, &rank)) {
		value_wrong(v, "\"%s\" is not a pattern, such as *, "
		    ".example.org or example.org", v->words[0]);
		return;
	}
	i = find(v->words[1], target_names, countof(target_names));
	if (i == countof(target_names)) {
		value_unknown(v, "target", v->words[1], target_names,
		    countof(target_names));
		return;
	}
	str_init(&words, LEX_LINE * 2);
	(void)str_printf(&words, "%s\n", pattern);
	if (targets[i](v, &words) == 0)
		(void)config_add(v->config, v->param->param, v->line, rank,
		    pattern, words.data);
	str_free(&words);
}

/* --- account PROGRAM NAME|NUMBER -------------------------------------- */

void
rows_account(const struct value *v)
{
	const char *programs[PROC_COUNT];
	char words[128];
	size_t i;

	if (value_count(v, 2, 2, "a program and the name or number of its "
	    "account") == -1)
		return;
	for (i = 0; i < PROC_COUNT; i++)
		programs[i] = house_procs[i].account == NULL ? NULL :
		    house_procs[i].name;
	i = find(v->words[0], programs, PROC_COUNT);
	if (i == PROC_COUNT) {
		value_unknown(v, "program", v->words[0], programs,
		    PROC_COUNT);
		return;
	}
	if (!value_is_owner(v->words[1]) ||
	    v->words[1][strspn(v->words[1], "0")] == '\0' ||
	    strcmp(v->words[1], "root") == 0) {
		value_wrong(v, "\"%s\" is not the name or number of an "
		    "account other than root", v->words[1]);
		return;
	}
	(void)snprintf(words, sizeof(words), "%s\n%s", v->words[0],
	    v->words[1]);
	(void)config_add(v->config, v->param->param, v->line, (unsigned)i,
	    v->words[0], words);
}

/* --- resolver, stub-zone ---------------------------------------------- */

static int
endpoint(const struct value *v, const char *text, char address[NET_ADDRESS],
    unsigned *port)
{
	if (net_endpoint(text, address, port))
		return 0;
	return value_wrong(v, "\"%s\" is not ADDRESS:PORT, such as "
	    "127.0.0.1:53 or [::1]:53", text);
}

void
rows_resolver(const struct value *v)
{
	char address[NET_ADDRESS], words[80];
	unsigned port;

	if (value_count(v, 1, 1, "ADDRESS:PORT") == -1 ||
	    endpoint(v, v->words[0], address, &port) == -1)
		return;
	(void)snprintf(words, sizeof(words), "%s\n%u", address, port);
	value_add(v, words, words);
}

void
rows_stub(const struct value *v)
{
	char zone[LIMIT_DOMAIN + 1], address[NET_ADDRESS];
	char words[LIMIT_DOMAIN + 80];
	unsigned port;

	if (value_count(v, 2, 2, "a zone and ADDRESS:PORT") == -1)
		return;
	if (!value_domain(v->words[0], zone)) {
		value_wrong(v, "\"%s\" is not a domain", v->words[0]);
		return;
	}
	if (endpoint(v, v->words[1], address, &port) == -1)
		return;
	(void)snprintf(words, sizeof(words), "%s\n%s\n%u", zone, address,
	    port);
	value_add(v, words, words);
}
