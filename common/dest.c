/*
 * Destinations as text, taken apart in one place.  Names that become account
 * names, paths or socket names are checked here, however trusted the sender.
 */
#include "dest.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fd.h"

static const struct {
	const char	*prefix;
	enum dest_kind	 kind;
} kinds[] = {
	{ "system:",	DEST_SYSTEM },
	{ "virtual:",	DEST_VIRTUAL },
	{ "mx:",	DEST_MX },
	{ "smtp:",	DEST_SMTP },
	{ "lmtp:/",	DEST_LMTP_SOCKET },
	{ "lmtp:",	DEST_LMTP },
	{ "hold:",	DEST_HOLD },
};

static const char	word[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

static bool
is_word(const char *s)
{
	return *s != '\0' && *s != '.' && *s != '-' &&
	    s[strspn(s, word)] == '\0';
}

/* No way out of a folder, no surprise inside: components are plain names. */
static bool
is_path(const char *s)
{
	size_t n;

	for (;;) {
		n = strcspn(s, "/");
		if (n == 0 || (n == 1 && s[0] == '.') ||
		    (n == 2 && s[0] == '.' && s[1] == '.'))
			return false;
		if (s[n] == '\0')
			return true;
		s += n + 1;
	}
}

static bool
is_clean(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s <= 0x20 || *s == 0x7f)
			return false;
	return true;
}

/* Cuts "HOST:PORT" in d->name; an IPv6 host stands in brackets. */
static bool
split_port(struct dest *d)
{
	char *colon = strrchr(d->name, ':');
	const char *error;
	size_t n;

	if (colon == NULL || colon == d->name)
		return false;
	*colon = '\0';
	d->port = (unsigned)strtonum(colon + 1, 1, 65535, &error);
	if (error != NULL)
		return false;
	n = strlen(d->name);
	if (d->name[0] == '[') {
		if (n < 3 || d->name[n - 1] != ']')
			return false;
		d->name[n - 1] = '\0';
		memmove(d->name, d->name + 1, n - 1);
	}
	return true;
}

static bool
is_right(struct dest *d)
{
	switch (d->kind) {
	case DEST_SYSTEM:
	case DEST_LMTP_SOCKET:
		return is_word(d->name);
	case DEST_VIRTUAL:
		return is_path(d->name);
	case DEST_SMTP:
	case DEST_LMTP:
		return split_port(d);
	case DEST_MX:
		return d->name[0] != '\0';
	case DEST_HOLD:
		return true;
	}
	return false;
}

int
dest_parse(struct dest *d, const char *text)
{
	size_t i, n;

	errno = EINVAL;
	for (i = 0; i < countof(kinds); i++) {
		n = strlen(kinds[i].prefix);
		if (strncmp(text, kinds[i].prefix, n) == 0)
			break;
	}
	if (i == countof(kinds) || !is_clean(text))
		return -1;
	d->kind = kinds[i].kind;
	d->port = 0;
	if (strlcpy(d->name, text + n, sizeof(d->name)) >= sizeof(d->name))
		return -1;
	return is_right(d) ? 0 : -1;
}
