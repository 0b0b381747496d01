#ifndef INTAKE_H
#define INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "fate.h"
#include "head.h"
#include "wire_submit.h"

#include "message.h"
#include "spool.h"
#include "wire_form.h"

/*
 * One message on its way in, from OPEN to TAKEN: at most 16 KiB, whatever
 * its size.  The functions return 0, or -1 with a fate for the client, after
 * which only intake_free() remains.
 */
struct client;

struct site {
	const char	*hostname;
	uint64_t	 size_max;	/* bytes of a body */
};

struct intake {
	struct spooled	 spooled;
	struct spool	*spool;
	const struct site *site;
	struct client	*client;	/* NULL: gone before the answer */
	bool		 local;		/* from the public socket */
	struct message	 message;
	char		 first[MESSAGE_ADDRESS];	/* recipient */
	uint32_t	 rcpts;
	uint64_t	 size;		/* of the body as sent to us */
	bool		 body_begun;
	struct wire_form form;
	struct head	 head;
	unsigned	 hops;
	char		 message_id[256];
};

/*
 * NULL when memory is short.  account: "" for a program of ours, else that
 * of a local user ("uid N"), of whom nothing else is believed.
 * may_report: whether report_of counts.
 */
struct intake	*intake_new(struct spool *, const struct site *,
		    const struct submit_open *, const char *account,
		    bool may_report);
/* Removes what is not yet in the batch of the spool. */
void		 intake_free(struct intake *);

int		 intake_from(struct intake *, const struct submit_from *,
		    struct fate *);
int		 intake_rcpt(struct intake *, const struct submit_rcpt *,
		    struct fate *);
int		 intake_data(struct intake *, const struct bytes *,
		    struct fate *);
/* Afterwards the message waits in the batch of the spool. */
int		 intake_commit(struct intake *, uint64_t size, struct fate *);

#endif
