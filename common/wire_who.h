#ifndef WIRE_WHO_H
#define WIRE_WHO_H

#include "frame.h"

/*
 * Edge who: alias → who: is there such a system account?
 *
 * 	alias: WHO                 who: YES | NO | LATER
 *
 * LATER is never "no": the system could not say.
 */
enum {
	WHO_WHO = 0x0601, WHO_YES, WHO_NO, WHO_LATER
};

struct who_who {
	uint32_t	 tag;
	const char	*name;
};
struct who_yes {
	uint32_t	 tag;
	uint32_t	 uid;
	const char	*home;
};
struct who_no {
	uint32_t	 tag;
};
struct who_later {
	uint32_t	 tag;
};

extern const struct wire	who_who, who_yes, who_no, who_later;

#endif
