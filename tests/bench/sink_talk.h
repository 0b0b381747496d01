#ifndef SINK_TALK_H
#define SINK_TALK_H

#include <stdio.h>

/*
 * The server's side of SMTP as far as a counting sink needs it: PIPELINING,
 * any number of recipients, no mail kept.  A line of the ledger is written
 * for each transaction: the number in its Message-ID (smtp_talk.h), then the
 * number in each recipient's local part; -1 for what has none.
 */
struct sink {
	FILE	*ledger;		/* or NULL */
	long	 connections, open, peak;
	long	 transactions, recipients;
	long long bytes;
	double	 first, last;		/* transactions' ends, measure_now() */
};

struct sink_talk;

/* A new client: it is greeted.  Never NULL. */
struct sink_talk *sink_open(struct sink *, int fd);
/* Reads once and answers; frees the client when it has gone. */
void	sink_read(struct sink *, struct sink_talk *);

#endif
