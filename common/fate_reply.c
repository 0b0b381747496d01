/* What a peer said as a fate; apart, since nothing of root hears a peer. */
#include "fate.h"

#include <stdio.h>
#include <string.h>

int
fate_from_reply(struct fate *f, unsigned code, const char *text)
{
	char status[sizeof(f->status)];
	size_t n = strspn(text, "0123456789.");

	if (n != 0 && n < sizeof(status) &&
	    (text[n] == ' ' || text[n] == '\0')) {
		memcpy(status, text, n);
		status[n] = '\0';
		if (fate_make(f, code, status, text + n +
		    (text[n] == ' ')) == 0)
			return 0;
	}
	(void)snprintf(status, sizeof(status), "%u.0.0", code / 100 % 10);
	return fate_make(f, code, status, text);
}
