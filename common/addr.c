/*
 * Addresses.  Everything here comes from strangers: one cursor walks over the
 * text, each rule of the grammar is one function, nothing is copied without
 * its length being compared with the room that remains.
 */
#include "addr.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "str.h"

/* atext of RFC 5322 3.2.3 less letters and digits. */
static const char	atext[] = "!#$%&'*+-/=?^_`{|}~";

struct scan {
	const char	*p;
	bool		 utf8;
	int		 error;		/* 0, EINVAL or EMSGSIZE */
};

static bool
fail(struct scan *s, int error)
{
	if (s->error == 0)
		s->error = error;
	return false;
}

/*
 * Length of one well-formed UTF-8 sequence of more than one byte at p, else 0:
 * no overlong forms, no surrogates, nothing past U+10FFFF [RFC3629].
 */
static size_t
utf8_length(const unsigned char *p)
{
	unsigned low = 0x80, high = 0xbf;
	size_t n, i;

	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		n = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	if (p[0] == 0xed)
		high = 0x9f;
	if (p[0] == 0xf0)
		low = 0x90;
	if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

/* How many bytes of an ordinary character stand at p; 0 when none does. */
static size_t
wide(const struct scan *s)
{
	return s->utf8 ? utf8_length((const unsigned char *)s->p) : 0;
}

static bool
put(struct scan *s, struct str *to, const char *from, size_t n)
{
	return str_add(to, from, n) == 0 ? true : fail(s, EMSGSIZE);
}

/* Quoted-string [RFC5321 4.1.2]; what is meant goes to local, unquoted. */
static bool
quoted_local(struct scan *s, struct str *local)
{
	size_t n;

	for (s->p++; *s->p != '"'; s->p += n) {
		if (*s->p == '\\')
			s->p++;
		n = wide(s);
		if (n == 0 && *s->p >= 0x20 && *s->p <= 0x7e)
			n = 1;
		if (n == 0)
			return fail(s, EINVAL);
		if (!put(s, local, s->p, n))
			return false;
	}
	s->p++;
	return true;
}

static size_t
atom_char(const struct scan *s)
{
	unsigned char c = (unsigned char)*s->p;

	if (c != '\0' && c < 0x80 && (isalnum(c) || strchr(atext, c) != NULL))
		return 1;
	return wide(s);
}

/* Dot-string: atoms with single dots between them. */
static bool
dotted_local(struct scan *s, struct str *local)
{
	size_t n;

	for (;;) {
		n = atom_char(s);
		if (n == 0)
			return fail(s, EINVAL);
		do {
			if (!put(s, local, s->p, n))
				return false;
			s->p += n;
		} while ((n = atom_char(s)) != 0);
		if (*s->p != '.')
			return true;
		if (!put(s, local, s->p++, 1))
			return false;
	}
}

static bool
local_part(struct scan *s, struct addr *a)
{
	struct str local;
	bool ok;

	str_init(&local, LIMIT_LOCAL_PART);
	ok = *s->p == '"' ? quoted_local(s, &local) : dotted_local(s, &local);
	(void)strlcpy(a->local, local.data, sizeof(a->local));
	str_free(&local);
	return ok;
}

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]" [RFC5321 4.1.3]. */
static bool
literal(struct scan *s, struct addr *a)
{
	unsigned char binary[sizeof(struct in6_addr)];
	char text[INET6_ADDRSTRLEN + 8];
	size_t n = strcspn(s->p, "]");

	if (s->p[n] != ']' || n - 1 >= sizeof(text))
		return fail(s, EINVAL);
	memcpy(text, s->p + 1, n - 1);
	text[n - 1] = '\0';
	if (inet_pton(AF_INET, text, binary) != 1 &&
	    (strncasecmp(text, "IPv6:", 5) != 0 ||
	    inet_pton(AF_INET6, text + 5, binary) != 1))
		return fail(s, EINVAL);
	(void)snprintf(a->domain, sizeof(a->domain), "[%s]", text);
	s->p += n + 1;
	return true;
}

/* One label: letters, digits, hyphens inside; its length, 0 when wrong. */
static size_t
label_length(const char *p, bool utf8)
{
	struct scan s = { p, utf8, 0 };
	size_t n;

	for (; ; s.p += n) {
		n = wide(&s);
		if (n == 0 && (isalnum((unsigned char)*s.p) || *s.p == '-'))
			n = 1;
		if (n == 0)
			break;
	}
	if (s.p == p || s.p - p > 63 || *p == '-' || s.p[-1] == '-')
		return 0;
	return (size_t)(s.p - p);
}

/* Length of the domain name at p without a final dot; 0 when wrong. */
static size_t
name_length(const char *p, bool utf8)
{
	size_t all = 0, n;

	for (;;) {
		n = label_length(p + all, utf8);
		if (n == 0)
			return 0;
		all += n;
		if (all > LIMIT_DOMAIN)
			return 0;
		if (p[all] != '.' || label_length(p + all + 1, utf8) == 0)
			return all;
		all++;
	}
}

static void
copy_lower(char *to, const char *from, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = (char)tolower((unsigned char)from[i]);
	to[n] = '\0';
}

static bool
domain_part(struct scan *s, struct addr *a)
{
	size_t n;

	if (*s->p == '[')
		return literal(s, a);
	n = name_length(s->p, s->utf8);
	if (n == 0)
		return fail(s, EINVAL);
	copy_lower(a->domain, s->p, n);
	s->p += n;
	if (*s->p == '.')		/* "example.org." means the same */
		s->p++;
	return true;
}

/* "@a,@b:" is read over [RFC5321 4.1.1.3, appendix C]. */
static bool
source_route(struct scan *s)
{
	struct addr ignored;

	for (;;) {
		s->p++;
		if (!domain_part(s, &ignored))
			return false;
		if (*s->p == ':') {
			s->p++;
			return true;
		}
		if (s->p[0] != ',' || s->p[1] != '@')
			return fail(s, EINVAL);
		s->p++;
	}
}

static bool
mailbox(struct scan *s, struct addr *a)
{
	if (!local_part(s, a))
		return false;
	if (*s->p == '@') {
		s->p++;
		return domain_part(s, a);
	}
	return true;
}

int
addr_path(struct addr *a, const char *path, bool null_allowed, bool utf8,
    const char **end)
{
	struct scan s = { path, utf8, 0 };

	memset(a, 0, sizeof(*a));
	errno = EINVAL;
	if (*s.p++ != '<')
		return -1;
	if (*s.p == '>') {
		*end = s.p + 1;
		return null_allowed ? 0 : -1;
	}
	if ((*s.p == '@' && !source_route(&s)) || !mailbox(&s, a) ||
	    *s.p != '>') {
		errno = s.error == 0 ? EINVAL : s.error;
		return -1;
	}
	/* Without a domain there is only the postmaster [RFC5321 4.1.1.3]. */
	if (a->domain[0] == '\0' && strcasecmp(a->local, "postmaster") != 0)
		return -1;
	*end = s.p + 1;
	return 0;
}

int
addr_parse(struct addr *a, const char *text)
{
	struct scan s = { text, true, 0 };

	memset(a, 0, sizeof(*a));
	if (mailbox(&s, a) && *s.p == '\0')
		return 0;
	errno = s.error == 0 ? EINVAL : s.error;
	return -1;
}

/* Whether the local part can stand without quotes. */
static bool
is_dotted(const char *local)
{
	struct scan s = { local, true, 0 };
	struct str sink;
	bool ok;

	str_init(&sink, LIMIT_ADDRESS);
	ok = dotted_local(&s, &sink) && *s.p == '\0';
	str_free(&sink);
	return ok;
}

static void
add_quoted(struct str *out, const char *local)
{
	(void)str_putc(out, '"');
	for (; *local != '\0'; local++) {
		if (*local == '"' || *local == '\\')
			(void)str_putc(out, '\\');
		(void)str_putc(out, *local);
	}
	(void)str_putc(out, '"');
}

void
addr_format(const struct addr *a, char *buf, size_t size)
{
	struct str out;

	str_init(&out, 4 * LIMIT_ADDRESS);
	if (!addr_is_null(a)) {
		if (is_dotted(a->local))
			(void)str_puts(&out, a->local);
		else
			add_quoted(&out, a->local);
		if (a->domain[0] != '\0')
			(void)str_printf(&out, "@%s", a->domain);
	}
	(void)strlcpy(buf, out.data, size);
	str_free(&out);
}

bool
addr_is_null(const struct addr *a)
{
	return a->local[0] == '\0' && a->domain[0] == '\0';
}

bool
addr_domain_is(const struct addr *a, const char *domain)
{
	return strcasecmp(a->domain, domain) == 0;
}

bool
addr_domain_ok(const char *domain)
{
	size_t n = name_length(domain, false);

	return n != 0 && domain[n] == '\0';
}

bool
addr_split(struct addr *a, const char *delimiters, char *extension,
    size_t size)
{
	size_t n = strcspn(a->local, delimiters);

	/* A name that begins with the delimiter is no sub-address. */
	if (n == 0 || a->local[n] == '\0')
		return false;
	(void)strlcpy(extension, a->local + n + 1, size);
	a->local[n] = '\0';
	return true;
}
