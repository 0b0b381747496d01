#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "ask.h"
#include "dialog.h"
#include "frame.h"
#include "limits.h"
#include "line.h"
#include "out.h"
#include "reply.h"
#include "smtp_client.h"
#include "submit.h"
#include "tx.h"

/*
 * One client, served by one process.
 */
struct door_client;
struct settings;

/* Where the dialogue stands [RFC5321 4.1.4]. */
enum session_state {
	SESSION_FRESH	= 1 << 0,	/* no HELO or EHLO yet */
	SESSION_GREETED	= 1 << 1,
	SESSION_MAIL	= 1 << 2,	/* a sender, no recipient */
	SESSION_RCPT	= 1 << 3	/* at least one recipient */
};

/*
 * In an order that keeps the memory of an idle session in two pages: submit
 * begins with a buffer, untouched before a message comes.
 */
struct session {
	struct submit		 submit;
	const struct settings	*settings;
	struct smtp_client	 client;
	struct dialog		 dialog;
	struct ask		 ask;
	bool			 extended;	/* EHLO was said */
	char			 helo[LIMIT_DOMAIN + 1];
	struct tx		 tx;
	uint64_t		 messages;	/* accepted ones */
	const char		*why;		/* the session ended */
	bool			 linger;	/* before closing */
	struct line		 line;
	struct out		 out;
	/* Untouched before there is a recipient. */
	struct frame		 frame;
};

/* Serves one client: what the acceptor calls in a new process. */
void	session_live(const struct settings *, const struct door_client *,
	    int fd);

/* Serves the client on fd.  The caller has filled in settings and client. */
void	session_serve(struct session *, int fd);

/* Answers no and writes the event: what was refused, and to whom. */
void	session_refuse(struct session *, const char *what, const char *to,
	    enum reply);
void	session_refuse_fate(struct session *, const char *what,
	    const char *to, const struct fate *);

/* The reply to a line that reached no handler, or to the end of it all. */
enum dialog_result session_trouble(void *ctx, enum dialog_trouble,
	    const struct dialog_verb *);

#endif
