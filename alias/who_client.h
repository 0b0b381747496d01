#ifndef WHO_CLIENT_H
#define WHO_CLIENT_H

/*
 * alias's end of the edge who: questions about system accounts, answered
 * later, each with a deadline, and remembered for a few seconds.
 */
struct loop;
struct who_client;
struct who_wait;

enum who_answer {
	WHO_IS_USER,
	WHO_IS_NOBODY,
	WHO_UNKNOWN,	/* it could not be found out; never "nobody" */
	WHO_PENDING	/* only from who_ask(): answered() will be called */
};

/* path: the socket of `who`, connected to when there is a question. */
struct who_client *who_client_new(struct loop *, const char *path);

/*
 * Asks about a name.  When the answer is known it is returned; else *wait is
 * set and answered() will be called once, from the loop, unless who_cancel()
 * comes before.
 */
enum who_answer	who_ask(struct who_client *, const char *name,
		    void (*answered)(void *arg, enum who_answer), void *arg,
		    struct who_wait **wait);
void		who_cancel(struct who_wait *);

#endif
