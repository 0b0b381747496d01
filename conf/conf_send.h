#ifndef CONF_SEND_H
#define CONF_SEND_H

#include <stdio.h>

#include "conf_check.h"

/*
 * Sends every program's settings to malote, as wire_settings.h says: for
 * each program FOR, SETTING*, at the end SETTINGS.  A broken edge, or a
 * malote that does not read for TIMEOUT_EDGE, is die_temp().
 */
void	config_send(const struct config *, int sock);

/* All rows as text, `name word word…`, for `conf check -d`. */
void	config_dump(const struct config *, FILE *);

#endif
