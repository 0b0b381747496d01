/* The usual dispatcher: one whose settings are read by settings.c. */
#include "dispatcher.h"

#include "settings.h"

static void
take_settings(const struct dispatcher *d)
{
	struct settings *fresh = settings_poll(NULL, NULL);

	if (fresh != NULL && d->changed != NULL)
		d->changed(d->ctx, fresh);
	else
		settings_free(fresh);
}

void
dispatcher_run(const struct dispatcher *d)
{
	dispatcher_loop(d, take_settings);
}
