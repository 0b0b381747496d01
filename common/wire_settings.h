#ifndef WIRE_SETTINGS_H
#define WIRE_SETTINGS_H

#include "frame.h"

/*
 * Edge settings: malote → each program, over a socket pair (FD_SETTINGS).
 *
 *	malote:  SETTING* SETTINGS         (at start and at each reload)
 *	program: READY | REFUSED why
 *	malote:  GO                        (when all programs are READY)
 *	         | STAY                    (one refused or died: no change)
 *
 * After REFUSED the program waits for STAY as well; at start a refusal ends it.
 *
 * conf speaks to malote with the same verbs before it: for each program
 * SETTINGS_FOR, SETTING*; at the end SETTINGS.  malote keeps the SETTING
 * frames of each program as bytes and never looks inside, but for its own.
 */
enum {
	SETTINGS_SETTING = 0x0101, SETTINGS_SETTINGS, SETTINGS_READY,
	SETTINGS_REFUSED, SETTINGS_GO, SETTINGS_FOR, SETTINGS_STAY
};

struct settings_setting {
	uint32_t	 param;	/* enum param */
	const char	*words;	/* joined by '\n', normalised */
};
struct settings_settings {
	const char	*boot;	/* id of this boot of the machine */
};
struct settings_refused {
	const char	*why;
};
struct settings_for {
	uint32_t	 proc;	/* enum proc */
};

extern const struct wire	settings_setting, settings_settings,
				settings_ready, settings_refused,
				settings_go, settings_for,
				settings_stay;

#endif
