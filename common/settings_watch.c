/*
 * Reload in programs with a loop; apart from settings.c so that programs
 * without one need no libevent.
 */
#include "settings.h"

#include <stdlib.h>

#include "die.h"
#include "loop.h"

struct settings_watcher {
	const char	*(*accept)(void *, const struct settings *);
	void		(*changed)(void *, struct settings *);
	void		*ctx;
};

static void
on_settings(void *arg, unsigned what)
{
	struct settings_watcher *w = arg;
	struct settings *s;

	(void)what;
	s = settings_poll(w->accept, w->ctx);
	if (s != NULL)
		w->changed(w->ctx, s);
}

void
settings_watch(struct loop *loop,
    const char *(*accept)(void *, const struct settings *),
    void (*changed)(void *, struct settings *), void *ctx)
{
	struct settings_watcher *w = calloc(1, sizeof(*w));

	if (w == NULL)
		die_temp("settings");
	w->accept = accept;
	w->changed = changed;
	w->ctx = ctx;
	(void)watch_new(loop, FD_SETTINGS, LOOP_READ, on_settings, w);
}
