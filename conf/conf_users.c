/*
 * Compiles the users table.  Who has which mailbox goes to one table, for
 * alias; password hashes to another one, for auth.  A hash is never printed,
 * not even when the line is faulty.
 */
#include "conf_users.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "conf_seen.h"
#include "conf_table.h"
#include "conf_values.h"
#include "dest.h"
#include "limits.h"
#include "tables.h"

#define HASH_MAX	384	/* CRYPT_OUTPUT_SIZE of crypt(3) */

struct users {
	const char	*file;
	struct faults	*faults;
	struct lines	 lines;
	struct seen	 seen;
	struct output	 names, secrets;
};

static void
wrong(struct users *u, const char *login, const char *why)
{
	fault(u->faults, u->file, u->lines.number, "%s%s%s", login,
	    *login == '\0' ? "" : ": ", why);
}

/*
 * What crypt(3) makes: "$id$…", or the thirteen characters of old.  The
 * point is to find a password that was written down as it is.
 */
static const char *
hash_fault(const char *hash)
{
	const char *p;

	if (*hash == '!' || *hash == '*')
		return NULL;
	for (p = hash; *p != '\0'; p++)
		if (*p <= 0x20 || *p > 0x7e)
			return "the hash holds a blank or a byte that no "
			    "hash has";
	if (p - hash > HASH_MAX)
		return "the hash is too long";
	if ((*hash == '$' && strchr(hash + 1, '$') != NULL) ||
	    p - hash == 13)
		return NULL;
	return "what stands behind the first colon is no hash of crypt(3); "
	    "malote passwd makes one";
}

/* MAILBOX, or DOMAIN/LOCAL; the rules are those of a destination. */
static const char *
mailbox_of(const char *key, const char *given, struct dest *dest)
{
	char text[LIMIT_PATHNAME + 16];
	const char *at = strrchr(key, '@');

	if (given != NULL)
		(void)snprintf(text, sizeof(text), "virtual:%s", given);
	else
		(void)snprintf(text, sizeof(text), "virtual:%s/%.*s", at + 1,
		    (int)(at - key), key);
	if (dest_parse(dest, text) == 0)
		return NULL;
	return given != NULL ? "the mailbox is not a path below the mail "
	    "folder" : "the mailbox must be named: the login cannot be a "
	    "path";
}

static void
virtual_user(struct users *u, const char *key, const char *hash,
    const char *given)
{
	char value[HASH_MAX + LIMIT_PATHNAME + 8];
	struct dest dest;
	const char *why = mailbox_of(key, given, &dest);

	if (why != NULL) {
		wrong(u, key, why);
		return;
	}
	(void)snprintf(value, sizeof(value), "%s\n%s", hash, dest.name);
	output_put(&u->names, key, dest.name);
	output_put(&u->secrets, key, value);
}

static void
system_user(struct users *u, const char *key, const char *hash,
    const char *given)
{
	char value[HASH_MAX + 8];
	uint64_t number;

	if (!value_is_owner(key) || value_number(key, &number)) {
		wrong(u, key, "neither LOCAL@DOMAIN nor the name of an "
		    "account");
		return;
	}
	if (given != NULL) {
		wrong(u, key, "a system account has its own mailbox");
		return;
	}
	(void)snprintf(value, sizeof(value), "%s\n", hash);
	output_put(&u->secrets, key, value);
}

/* A locked password may be any text behind its mark: only the mark counts. */
static const char *
cut_lock(char *hash)
{
	if (*hash == '!' || *hash == '*')
		hash[1] = '\0';
	return hash;
}

static void
user(struct users *u, char *line)
{
	char key[TABLES_KEY], *login, *hash, *mailbox;
	const char *why;
	unsigned before;

	login = strsep(&line, ":");
	hash = strsep(&line, ":");
	mailbox = strsep(&line, "");
	if (hash == NULL) {
		wrong(u, "", "expected LOGIN:HASH or LOGIN:HASH:MAILBOX");
		return;
	}
	if (strlen(login) > LIMIT_LOGIN || !tables_login_key(login, key)) {
		wrong(u, "", "expected LOCAL@DOMAIN or the name of an "
		    "account before the colon");
		return;
	}
	before = seen_add(&u->seen, key, u->lines.number);
	if (before != 0) {
		fault(u->faults, u->file, u->lines.number,
		    "%s stands on line %u already", key, before);
		return;
	}
	if ((why = hash_fault(hash)) != NULL)
		wrong(u, key, why);
	else if (strchr(key, '@') != NULL)
		virtual_user(u, key, cut_lock(hash), mailbox);
	else
		system_user(u, key, cut_lock(hash), mailbox);
}

static void
users_read(struct users *u)
{
	char *text;

	while (!faults_full(u->faults)) {
		switch (lines_next(&u->lines, &text)) {
		case LINES_OVER:
			return;
		case LINES_BAD:
			wrong(u, "", u->lines.why);
			break;
		case LINES_LINE:
			if (text[strspn(text, " \t")] != '\0' &&
			    *text != '#')
				user(u, text);
			break;
		}
	}
}

void
users_compile(int text, const char *file, int users, int secrets,
    struct faults *faults)
{
	struct users u = { .file = file, .faults = faults };

	lines_init(&u.lines, text, SIZE_MAX);
	seen_init(&u.seen);
	output_open(&u.names, users);
	output_open(&u.secrets, secrets);
	users_read(&u);
	if (faults->count == 0) {
		output_close(&u.names);
		output_close(&u.secrets);
	} else {
		output_drop(&u.names);
		output_drop(&u.secrets);
	}
	seen_free(&u.seen);
	lines_free(&u.lines);
}
