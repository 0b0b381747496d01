#ifndef PLAIN_H
#define PLAIN_H

#include <stddef.h>

#include "frame.h"

/*
 * The message of SASL PLAIN [RFC4616 2]: [authzid] NUL authcid NUL passwd.
 * An authorization identity is accepted when it is empty or the same.  0, or
 * -1 when it is malformed, something is too long or empty, or the login has
 * control bytes.
 */
int	plain_parse(const struct bytes *, char *user, size_t user_size,
	    char *password, size_t password_size);

#endif
