/*
 * Reads shadow(5) from a descriptor, line by line in bounded memory.  The
 * file belongs to the system, but a line of any length in it stops nothing.
 * It is always read to its end, so that the time tells no names.
 */
#include "passwords.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "date.h"

enum { LINE_MAX_SHADOW = 1024, FIELD_EXPIRE = 7, DAY = 24 * 60 * 60 };

struct scan {
	const char	*login;
	struct password	*found;
	bool		 matched;
	bool		 dummy;		/* found->hash holds anything */
	size_t		 len;		/* of line; past its end: too long */
	char		 line[LINE_MAX_SHADOW];
};

/* An account may have an end: days since the epoch [shadow(5)]. */
static bool
expired(const char *field)
{
	const char *error;
	long long day;

	if (field == NULL || *field == '\0')
		return false;
	day = strtonum(field, 0, 1000000, &error);
	return error != NULL || date_now() / 1000000 / DAY >= day;
}

static void
take_line(struct scan *s)
{
	char *rest = s->line, *name, *hash, *expire = NULL;
	bool match;
	int i;

	name = strsep(&rest, ":");
	hash = strsep(&rest, ":");
	if (hash == NULL || strlen(hash) >= sizeof(s->found->hash) ||
	    !check_usable(hash))
		return;
	for (i = 2; i <= FIELD_EXPIRE; i++)
		expire = strsep(&rest, ":");
	match = !s->matched && strcmp(name, s->login) == 0 &&
	    !expired(expire);
	/* The first hash stands in for that of a name that is not there. */
	if (match || !s->dummy)
		strlcpy(s->found->hash, hash, sizeof(s->found->hash));
	s->dummy = true;
	s->matched = s->matched || match;
}

static void
take_byte(struct scan *s, char c)
{
	if (c != '\n') {
		if (s->len < sizeof(s->line) - 1)
			s->line[s->len++] = c;
		else
			s->len = sizeof(s->line);
		return;
	}
	if (s->len < sizeof(s->line)) {
		s->line[s->len] = '\0';
		take_line(s);
	}
	s->len = 0;
}

enum found
shadow_find(int fd, const char *login, struct password *found)
{
	struct scan s = { .login = login, .found = found };
	char block[4096];
	off_t at = 0;
	ssize_t n, i;

	found->hash[0] = '\0';
	while ((n = pread(fd, block, sizeof(block), at)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		for (i = 0; i < n; i++)
			take_byte(&s, block[i]);
		at += n;
	}
	if (s.len > 0)
		take_byte(&s, '\n');
	explicit_bzero(block, sizeof(block));
	explicit_bzero(&s.line, sizeof(s.line));
	if (n == -1)
		return FOUND_LATER;
	return s.matched ? FOUND_YES : FOUND_NO;
}
