/* Arithmetic of waiting: retries by age, lifetimes, windows. */
#include "schedule.h"

#include <stdlib.h>

#include "die.h"
#include "settings.h"

uint64_t
schedule_pick(const struct row *list, unsigned attempts)
{
	const char *error;
	long long seconds;
	size_t i = attempts < 1 ? 0 : attempts - 1;

	if (i >= list->count)
		i = list->count - 1;
	seconds = strtonum(list->words[i], 1, INT32_MAX, &error);
	if (error != NULL)
		die_bug("a retry that is no number");
	return (uint64_t)seconds;
}

uint64_t
schedule_delay(const struct settings *s, unsigned attempts)
{
	struct row list;

	if (!settings_row(s, P_RETRY, 0, &list) || list.count == 0)
		die_bug("no setting retry");
	return schedule_pick(&list, attempts);
}

uint64_t
schedule_lifetime(const struct settings *s, bool null_sender)
{
	return settings_number(s, null_sender ? P_REPORT_LIFETIME :
	    P_QUEUE_LIFETIME);
}

void
window_init(struct window *w, uint32_t start, uint32_t ceiling)
{
	if (ceiling < 1)
		ceiling = 1;
	w->ceiling = ceiling;
	w->size = (start < ceiling ? start : ceiling) * WINDOW_ONE;
}

void
window_grow(struct window *w)
{
	uint32_t workers = window_workers(w);

	w->size += WINDOW_ONE / workers + (workers > WINDOW_ONE);
	if (w->size > w->ceiling * WINDOW_ONE)
		w->size = w->ceiling * WINDOW_ONE;
}

void
window_shrink(struct window *w)
{
	w->size /= 2;
	if (w->size < WINDOW_ONE)
		w->size = WINDOW_ONE;
}

uint32_t
window_workers(const struct window *w)
{
	return w->size / WINDOW_ONE;
}
