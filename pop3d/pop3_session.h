#ifndef POP3_SESSION_H
#define POP3_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "dialog.h"
#include "fate.h"
#include "frame.h"
#include "limits.h"
#include "line.h"
#include "out.h"

/*
 * One client, served by one process.
 */
struct door_client;
struct settings;

/* Where the dialogue stands [RFC1939 3]. */
enum pop3_state {
	POP3_AUTHORIZATION	= 1 << 0,
	POP3_NAMED		= 1 << 1,	/* USER was said */
	POP3_TRANSACTION	= 1 << 2
};

struct pop3 {
	const struct settings	*settings;
	const struct door_client *client;
	struct dialog		 dialog;
	char			 user[LIMIT_POP3_COMMAND + 1];
	unsigned		 failures;	/* logins that were wrong */
	int			 login;		/* edge to auth, or -1 */
	int			 relay;		/* edge to maildrop, or -1 */
	struct fate		 fate;		/* the last refusal told */
	uint32_t		 count;		/* messages in all */
	uint32_t		 left;		/* not marked, and octets */
	uint64_t		 octets;
	uint64_t		 retrieved;	/* messages, and octets */
	uint64_t		 sent;
	uint32_t		 removed;
	uint32_t		 last;		/* number of the last RETR */
	uint32_t		 ahead;		/* asked for in advance, or 0 */
	const char		*why;		/* the session ended */
	struct line		 line;
	struct out		 out;
	struct frame		 frame;
};

extern const struct dialog_verb	pop3_verbs[];
extern const size_t		pop3_verb_count;

/* Serves the client on fd until one side ends it. */
void	pop3_serve(const struct settings *, const struct door_client *,
	    int fd);

/* The parts of it, for tests: all but the dialogue itself. */
void	pop3_init(struct pop3 *, const struct settings *,
	    const struct door_client *, int fd, int timeout_ms);

/* When an answer of another program is overdue. */
int64_t	pop3_deadline(const struct pop3 *);

#endif
