/*
 * Entering a jail, the same on every system: build, rehearse, enter.  The
 * system's half is in jail-SYSTEM.c, the rehearsal in jail_probe.c.
 */
#include "jail.h"

#include <stdlib.h>
#include <time.h>

#include "die.h"
#include "jail_parts.h"

/*
 * What the C library reads from files on its first use, and could not read
 * any more inside: the time zone (gmtime(3) looks at it too).  Named, it is
 * not looked at again by each localtime(3).
 */
static void
warm_up(void)
{
	if (setenv("TZ", ":/etc/localtime", 0) == -1)
		die_temp("jail");
	tzset();
}

/*
 * What the cards prepared so far may: their processes are forked by one that
 * calls jail_enter() later, and can do nothing that its jail forbids.
 */
static unsigned	prepared;

static void
check_children(const struct card *card)
{
	char words[256];
	unsigned lacking = prepared & ~card->may;

	if ((card->may & MAY_JAIL) == 0 || lacking == 0)
		return;
	jail_words(lacking, words, sizeof(words));
	die(EXIT_NOPERM, "jail: %s: its card lacks what its children may:%s",
	    card->name, words);
}

static struct jail *
build(const struct card *card)
{
	struct jail *jail = calloc(1, sizeof(*jail));

	if (jail == NULL)
		die_temp("jail");
	warm_up();
	jail->card = card;
	jail_build(jail);
	return jail;
}

static void
enter(struct jail *jail)
{
	jail_enter_prepared(jail);
	jail_unbuild(jail);
	free(jail);
}

struct jail *
jail_prepare(const struct card *card)
{
	struct jail *jail = build(card);

	prepared |= card->may;
	jail_probe(jail);
	return jail;
}

void
jail_enter_prepared(const struct jail *jail)
{
	jail_walls(jail);
	jail_shut(jail, false);
}

void
jail_enter(const struct card *card)
{
	struct jail *jail;

	check_children(card);
	jail = build(card);
	jail_probe(jail);
	enter(jail);
}

void
jail_enter_rehearsed(const struct card *card)
{
	enter(build(card));
}
