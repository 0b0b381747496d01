/*
 * The tables behind logins.  What they hold was written by administrators;
 * the login that is looked up was written by a stranger, and is only ever
 * compared, never used as a path or a command.
 */
#include "passwords.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dest.h"
#include "die.h"
#include "event.h"
#include "fd.h"
#include "loop.h"
#include "peer.h"
#include "str.h"
#include "table.h"
#include "tables.h"
#include "wire_files.h"

/* What a wrong name costs until a right one was seen: yescrypt's default. */
#define DUMMY_HASH	"$y$j9T$k9Rb3V5wq1nZ8sXc7mPd0.$" \
			"DA/zkkqHZKVOEhP4sJLtZPfqLP7FEbyGNVhXkbApmT."

struct passwords {
	struct loop	*loop;
	const char	*edge;
	struct peer	*files;		/* NULL: not connected */
	struct timer	*late;		/* malote does not answer */
	unsigned	 awaited;	/* answers still to come */
	struct table	*table;
	int		 shadow;
	int		 errors[FILES_COUNT];	/* why there is none, or 0 */
	struct str	 value;
	char		 dummy[CHECK_HASH];	/* of passwd.cdb */
	void		(*ready)(void *);
	void		*ctx;
};

/* --- the files ------------------------------------------------------------ */

static void
drop_files(struct passwords *p)
{
	table_close(p->table);
	p->table = NULL;
	fd_close(&p->shadow);
}

static void
answered(struct passwords *p)
{
	if (p->awaited == 0 || --p->awaited > 0)
		return;
	timer_stop(p->late);
	p->ready(p->ctx);
}

static int
on_file(void *ctx, const void *msg, int fd)
{
	const struct files_file *file = msg;
	struct passwords *p = ctx;

	if (file->number >= FILES_COUNT) {
		fd_close(&fd);
		return -1;
	}
	p->errors[file->number] = 0;
	if (file->number == FILES_SHADOW) {
		fd_close(&p->shadow);
		p->shadow = fd;
	} else {
		table_close(p->table);
		p->table = table_open(fd);
		if (p->table == NULL)
			p->errors[file->number] = EIO;
	}
	answered(p);
	return 0;
}

static int
on_none(void *ctx, const void *msg, int fd)
{
	const struct files_none *none = msg;
	struct passwords *p = ctx;

	(void)fd;
	if (none->number >= FILES_COUNT)
		return -1;
	p->errors[none->number] = none->error == ENOENT ? ENOENT : EIO;
	answered(p);
	return 0;
}

enum { FILES_ANY = 1 };

static const struct verb verbs[] = {
	{ &files_file, FILES_ANY, VERB_SAME, on_file },
	{ &files_none, FILES_ANY, VERB_SAME, on_none },
};

/* Whoever waits is told: find() will say LATER. */
static void
give_up(struct passwords *p)
{
	event_one(EV_TROUBLE, "what", "password tables");
	p->awaited = 1;
	answered(p);
}

static void
on_closed(void *ctx)
{
	struct passwords *p = ctx;

	p->files = NULL;
	if (p->awaited > 0)
		give_up(p);
}

/* Too late, or not connected at all (then it is due at once). */
static void
on_late(void *ctx)
{
	struct passwords *p = ctx;

	if (p->files != NULL)
		peer_close(p->files);
	p->files = NULL;
	give_up(p);
}

struct passwords *
passwords_new(struct loop *loop, const char *edge, void (*ready)(void *),
    void *ctx)
{
	struct passwords *p = calloc(1, sizeof(*p));

	if (p == NULL)
		die_temp("passwords");
	p->loop = loop;
	p->edge = edge;
	p->shadow = -1;
	p->ready = ready;
	p->ctx = ctx;
	p->late = timer_new(loop, on_late, p);
	str_init(&p->value, CHECK_HASH + LIMIT_PATHNAME);
	strlcpy(p->dummy, DUMMY_HASH, sizeof(p->dummy));
	return p;
}

static int
connect_files(struct passwords *p)
{
	int fd;

	if (p->files != NULL)
		return 0;
	fd = edge_connect(p->edge);
	if (fd != -1)
		p->files = peer_new(p->loop, fd, verbs, countof(verbs),
		    FILES_ANY, p, on_closed);
	return p->files == NULL ? -1 : 0;
}

void
passwords_refresh(struct passwords *p)
{
	struct files_open open;

	if (p->awaited > 0)
		return;
	drop_files(p);
	p->awaited = FILES_COUNT;
	for (open.number = 0; open.number < FILES_COUNT; open.number++)
		p->errors[open.number] = EIO;
	timer_set(p->late, TIMEOUT_EDGE * 1000);
	if (connect_files(p) == -1) {
		timer_set(p->late, 0);
		return;
	}
	for (open.number = 0; open.number < FILES_COUNT; open.number++)
		if (peer_send(p->files, &files_open, &open, -1) == -1)
			return;
}

/* --- looking up ----------------------------------------------------------- */

/* "HASH\nMAILBOX", as conf wrote it; MAILBOX is "" for a system account. */
int
passwords_value(const char *value, const char *login, struct password *found)
{
	size_t n = strcspn(value, "\n");
	const char *mailbox = value + n + 1;
	struct dest dest;
	int len;

	if (value[n] == '\0' || n >= sizeof(found->hash))
		return -1;
	memcpy(found->hash, value, n);
	found->hash[n] = '\0';
	len = snprintf(found->destination, sizeof(found->destination), "%s:%s",
	    *mailbox == '\0' ? "system" : "virtual",
	    *mailbox == '\0' ? login : mailbox);
	if (len < 0 || (size_t)len >= sizeof(found->destination))
		return -1;
	return dest_parse(&dest, found->destination);
}

/* *there: the table has the login, be it locked, and nobody else is asked. */
static enum found
find_in_table(struct passwords *p, const char *login, struct password *found,
    bool *there)
{
	char key[TABLES_KEY];

	strlcpy(found->hash, p->dummy, sizeof(found->hash));
	if (p->errors[FILES_PASSWD_TABLE] != 0)
		return p->errors[FILES_PASSWD_TABLE] == ENOENT ? FOUND_NO :
		    FOUND_LATER;
	if (!tables_login_key(login, key))
		return FOUND_NO;
	switch (table_find(p->table, key, 0, &p->value)) {
	case -1:
		return FOUND_LATER;
	case 0:
		return FOUND_NO;
	}
	*there = true;
	if (passwords_value(p->value.data, key, found) == -1 ||
	    !check_usable(found->hash)) {
		strlcpy(found->hash, p->dummy, sizeof(found->hash));
		return FOUND_NO;
	}
	strlcpy(p->dummy, found->hash, sizeof(p->dummy));
	return FOUND_YES;
}

/* root never reads mail: become would refuse, but only after a YES. */
static enum found
find_in_system(struct passwords *p, const char *login, struct password *found)
{
	enum found answer;
	struct dest dest;

	if (p->errors[FILES_SHADOW] != 0)
		return p->errors[FILES_SHADOW] == ENOENT ? FOUND_NO :
		    FOUND_LATER;
	answer = shadow_find(p->shadow, login, found);
	if (found->hash[0] == '\0')
		strlcpy(found->hash, p->dummy, sizeof(found->hash));
	(void)snprintf(found->destination, sizeof(found->destination),
	    "system:%s", login);
	if (answer == FOUND_YES && (strcmp(login, "root") == 0 ||
	    dest_parse(&dest, found->destination) == -1))
		return FOUND_NO;
	return answer;
}

enum found
passwords_find(struct passwords *p, const char *login, struct password *found)
{
	bool there = false;
	enum found answer = find_in_table(p, login, found, &there);

	if (answer != FOUND_NO || there || strchr(login, '@') != NULL)
		return answer;
	return find_in_system(p, login, found);
}
