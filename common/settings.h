#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "house.h"
#include "params.h"

/*
 * The settings of one program, as conf sent them through malote: rows of
 * words, already checked and normalised (durations in seconds, sizes in
 * bytes, yes/no as 1/0), defaults filled in.  See malote.conf(5).
 */
struct settings;
struct loop;

struct row {
	size_t			 count;
	const char *const	*words;	/* count strings, then NULL */
};

/*
 * The first settings, on FD_SETTINGS.  settings_hear() reads them; accept()
 * (may be NULL) looks at them and returns NULL or why they cannot be used, and
 * then the program ends.  settings_go_on() answers READY and waits for GO: a
 * program calls it inside its jail, so that malote never tells "ready" of one
 * that has none.  settings_start() is both, for programs that need no settings
 * before their jail.
 */
struct settings	*settings_hear(const char *(*accept)(void *ctx,
		    const struct settings *), void *ctx);
void		 settings_go_on(void);
struct settings	*settings_start(const char *(*accept)(void *ctx,
		    const struct settings *), void *ctx);

/*
 * Later ones (reload): accept() as above; then, when malote says GO,
 * changed() gets the new settings, which it owns (free the old ones with
 * settings_free()).  malote gone: the program ends with EXIT_DONE.
 */
void		 settings_watch(struct loop *,
		    const char *(*accept)(void *, const struct settings *),
		    void (*changed)(void *, struct settings *), void *ctx);

/*
 * The same for programs with a plain poll loop: call when FD_SETTINGS is
 * readable; returns new settings after GO, or NULL meanwhile.
 */
struct settings	*settings_poll(const char *(*accept)(void *,
		    const struct settings *), void *ctx);

void		 settings_free(struct settings *);

/* Single-valued settings; asking for one that was not sent is a bug. */
uint64_t	 settings_number(const struct settings *, enum param);
const char	*settings_text(const struct settings *, enum param);

/* Settings that may stand several times: the i-th row; false past the last. */
bool		 settings_row(const struct settings *, enum param, size_t i,
		    struct row *);

/* Whether two sets have the same rows of a setting. */
bool		 settings_same(const struct settings *,
		    const struct settings *, enum param);

/* The id of this boot of the machine, handed out by malote. */
const char	*settings_boot(const struct settings *);

#endif
