#ifndef LOOKUPS_H
#define LOOKUPS_H

#include <stddef.h>
#include <stdint.h>

#include "limits.h"
#include "wire_lookup.h"

/*
 * Asking the program dns, one question at a time, from a session process.
 */
struct found {
	uint32_t	preference;
	char		data[LIMIT_DOMAIN + 1];
};

struct findings {
	size_t		count;
	struct found	found[LIMIT_MX];
};

enum { LOOKUP_A = 1, LOOKUP_MX = 15, LOOKUP_AAAA = 28 };

/*
 * What dns says; LOOKUP_LATER as well when it cannot be asked.  Records past
 * LIMIT_MX are dropped.
 */
enum lookup_result lookups_ask(const char *name, uint32_t type,
	    struct findings *);

#endif
