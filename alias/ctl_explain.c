/*
 * malote explain ADDRESS: who would get mail for this address, and by which
 * line of which file.  Runs as the caller; alias answers, in the same way in
 * which it answers the queue, so there is no second opinion.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "fd.h"
#include "limits.h"
#include "verbs.h"
#include "wire_ask.h"

enum { PATIENCE = 60 * 1000 };

/* What was seen so far, for the exit status. */
struct explain {
	int	reached;
	int	refused;
	int	over;
};

static void
tell(const char *address, const char *verb, const char *what,
    const char *origin, const char *where)
{
	printf("%s\n\t%s %s\n", address, verb, what);
	if (origin[0] != '\0')
		printf("\tas a member of %s\n", origin);
	if (where[0] != '\0')
		printf("\tby %s\n", where);
}

static void
tell_reverse(uint32_t flags, const char *reverse)
{
	if (flags & ASK_REVERSE)
		printf("\treports go to %s\n", reverse);
}

static int
on_mailbox(void *ctx, const void *msg, int fd)
{
	const struct ask_mailbox *m = msg;
	struct explain *e = ctx;

	(void)fd;
	e->reached++;
	tell(m->address, "goes to the mailbox", m->mailbox, m->origin,
	    m->where);
	if (m->extension[0] != '\0')
		printf("\twith sub-address %s\n", m->extension);
	tell_reverse(m->flags, m->reverse);
	return 0;
}

static int
on_relay(void *ctx, const void *msg, int fd)
{
	const struct ask_relay *m = msg;
	struct explain *e = ctx;

	(void)fd;
	e->reached++;
	tell(m->address, "goes on to", m->route, m->origin, m->where);
	tell_reverse(m->flags, m->reverse);
	return 0;
}

static void
tell_fate(struct explain *e, const char *address, const char *origin,
    const char *verb, const struct fate *f)
{
	char text[FATE_TEXT + 32];

	e->refused++;
	(void)snprintf(text, sizeof(text), "%u %s %s", f->code, f->status,
	    f->text);
	tell(address, verb, text, origin, "");
}

static int
on_nobody(void *ctx, const void *msg, int fd)
{
	const struct ask_nobody *m = msg;

	(void)fd;
	tell_fate(ctx, m->address, m->origin, "is refused:", &m->fate);
	return 0;
}

static int
on_later(void *ctx, const void *msg, int fd)
{
	const struct ask_later *m = msg;

	(void)fd;
	tell_fate(ctx, m->address, m->origin, "has to wait:", &m->fate);
	return 0;
}

static int
on_end(void *ctx, const void *msg, int fd)
{
	struct explain *e = ctx;

	(void)msg;
	(void)fd;
	e->over = 1;
	return 0;
}

static const struct verb	answers[] = {
	{ &ask_mailbox,	VERB_ANY, VERB_SAME, on_mailbox },
	{ &ask_relay,	VERB_ANY, VERB_SAME, on_relay },
	{ &ask_nobody,	VERB_ANY, VERB_SAME, on_nobody },
	{ &ask_later,	VERB_ANY, VERB_SAME, on_later },
	{ &ask_end,	VERB_ANY, VERB_SAME, on_end },
};

/* The control socket of alias. */
static int
connect_alias(void)
{
	const char *state = getenv("MALOTE_STATE");
	char path[LIMIT_PATHNAME];
	int fd, n;

	n = snprintf(path, sizeof(path), "%s/run/control/ask",
	    state == NULL || *state == '\0' ? PATH_STATE : state);
	if (n < 0 || (size_t)n >= sizeof(path))
		die(EXIT_USAGE, "the state directory has too long a name");
	fd = edge_connect(path);
	if (fd == -1)
		die_temp("%s", path);
	return fd;
}

int
main(int argc, char *argv[])
{
	struct ask_ask ask = {
		.tag = 1,
		/* Any will do but the null one, which has its rules. */
		.sender = "postmaster",
		.purpose = ASK_EXPLAIN
	};
	struct explain e = { 0 };
	struct frame frame;
	unsigned state = 1;
	int sock, fd;

	die_name("malote explain");
	if (argc != 2)
		die(EXIT_USAGE, "usage: malote explain address");
	ask.address = argv[1];
	sock = connect_alias();
	if (frame_tell(sock, &ask_ask, &ask, -1, fd_now() + PATIENCE) == -1)
		die_temp("alias");
	while (!e.over)
		if (frame_recv(sock, &frame, &fd, fd_now() + PATIENCE) != 1 ||
		    verbs_run(answers, countof(answers), &state, &e, &frame,
		    fd) == -1)
			die_temp("alias gave no answer");
	return e.refused == 0 && e.reached > 0 ? EXIT_DONE : EXIT_WRONG;
}
