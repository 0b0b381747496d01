#ifndef SUBMIT_H
#define SUBMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundle.h"

/*
 * Handing a message to inject (edge submit).  The connection is made at the
 * first DATA and kept for the next message; a message that is given up closes
 * it, which throws everything away on the other side.  What fits into a
 * packet travels in one: a short message is handed over, envelope and all,
 * when its end has come.
 */
struct fate;
struct submit_open;
struct tx;

struct submit {
	char		 chunk[FRAME_CHUNK];
	struct bundle	 bundle;	/* not sent yet */
	int		 sock;		/* -1: none */
	bool		 kept;		/* sock is of an earlier message */
	bool		 sent;		/* a part of this one was */
	uint64_t	 size;		/* bytes handed over or in chunk */
	size_t		 len;		/* of chunk */
};

void	submit_init(struct submit *);

/* Begins with the envelope.  0, or -1 when inject cannot be reached. */
int	submit_begin(struct submit *, const struct submit_open *,
	    const struct tx *);

/*
 * Room for at least n bytes (n <= FRAME_CHUNK) of the message, to be followed
 * by submit_added().  Once inject is lost, or the message was given up, what
 * is added goes nowhere.
 */
char	*submit_room(struct submit *, size_t n);
void	 submit_added(struct submit *, size_t n);

/*
 * The whole message was added.  0: inject keeps it, its id is in id; -1: it
 * does not, *why says the reason.
 */
int	submit_finish(struct submit *, struct frame *, char *id,
	    size_t id_size, struct fate *why);

/* Gives the message up; nothing of it is kept. */
void	submit_drop(struct submit *);

#endif
