#ifndef ADDR_H
#define ADDR_H

#include <stdbool.h>
#include <stddef.h>

#include "limits.h"

/*
 * Mail addresses as they stand in SMTP paths [RFC5321 4.1.2] and in tables.
 */
struct addr {
	char	local[LIMIT_ADDRESS];	/* unquoted: what is meant */
	char	domain[LIMIT_DOMAIN + 1]; /* lower case; "" when none; a literal
					 * keeps its brackets "[192.0.2.1]" */
};

/*
 * A path as in MAIL FROM:<…> or RCPT TO:<…>, `<` to `>`: quoted local parts,
 * source routes (accepted and dropped), address literals, and, when
 * null_allowed, `<>` (local and domain "").  `<postmaster>` without a domain
 * is accepted.  *end is set behind the `>`.  0, or -1 with errno EINVAL
 * (syntax) or EMSGSIZE (longer than RFC 5321 4.5.3.1 allows).
 * Bytes above 0x7f are refused unless utf8 is set (then they must be UTF-8).
 */
int	addr_path(struct addr *, const char *path, bool null_allowed,
	    bool utf8, const char **end);

/* A whole string `local@domain` or `local`, quoted or not, without <>. */
int	addr_parse(struct addr *, const char *text);

/*
 * Canonical text into buf (LIMIT_ADDRESS + 8 bytes suffice): the local part
 * quoted when it must be, "@", domain.  "" for the null address.
 */
void	addr_format(const struct addr *, char *buf, size_t size);

bool	addr_is_null(const struct addr *);
/* Domain names and literals compare without case. */
bool	addr_domain_is(const struct addr *, const char *domain);
/* A syntactically right domain name (letters, digits, hyphens, dots). */
bool	addr_domain_ok(const char *domain);
/* Splits a sub-address at the first of the delimiters: local is cut, the rest
 * (without the delimiter) copied to extension[size].  false when none. */
bool	addr_split(struct addr *, const char *delimiters, char *extension,
	    size_t size);

#endif
