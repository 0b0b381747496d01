#ifndef WIRE_LOGIN_H
#define WIRE_LOGIN_H

#include "fate.h"
#include "frame.h"

/*
 * Edge login: pop3d (and later smtpd) → auth.
 *
 * 	client: MECHANISM, RESPONSE…
 * 	auth:   CHALLENGE | YES | NO | LATER
 * 	pop3d:  ENTER + socket (after YES)    auth: ENTERED | NO | LATER
 *
 * Mechanisms are SASL names [RFC4422]; USER/PASS is PLAIN.  The answers for a
 * wrong password and for an unknown user are the same and take as long.
 */
enum {
	LOGIN_MECHANISM = 0x0a01, LOGIN_RESPONSE, LOGIN_CHALLENGE, LOGIN_YES,
	LOGIN_NO, LOGIN_LATER, LOGIN_ENTER, LOGIN_ENTERED
};

struct login_mechanism {
	const char	*name;	/* "PLAIN" */
	const char	*service;	/* "pop3", "smtp" */
	const char	*client;	/* numeric address */
	const char	*tls;	/* "" in clear */
	struct bytes	 binding;	/* channel binding */
};
struct login_response {
	struct bytes	 data;	/* as decoded from base64 */
};
struct login_challenge {
	struct bytes	 data;
};
struct login_yes {
	const char	*user;
	const char	*ticket;
};
struct login_no {
	struct fate	 fate;
};
struct login_later {
	struct fate	 fate;
};

extern const struct wire	login_mechanism, login_response,
				login_challenge, login_yes, login_no,
				login_later, login_enter, login_entered;

#endif
