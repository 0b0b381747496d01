#ifndef POP3_LOGIN_H
#define POP3_LOGIN_H

struct pop3;

enum pop3_login {
	POP3_IN,	/* the maildrop is open, relay is connected */
	POP3_WRONG,	/* login or password, nobody says which */
	POP3_LATER,	/* p->fate says why */
	POP3_BROKEN	/* auth or maildrop cannot be reached */
};

/*
 * Asks auth whether the password is that of p->user, and has the maildrop
 * opened.  The password is wiped.
 */
enum pop3_login	pop3_login(struct pop3 *, char *password);

#endif
