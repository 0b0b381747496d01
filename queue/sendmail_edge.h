#ifndef SENDMAIL_EDGE_H
#define SENDMAIL_EDGE_H

#include <stddef.h>

/*
 * One submission over the edge submit.  Every function ends the process with
 * a message and EX_TEMPFAIL when inject is not there, goes away, or does not
 * answer: the caller then knows that nothing was sent.
 */
struct sendmail_edge {
	int	sock;
};

/* path: of the socket. */
void	sendmail_edge_open(struct sendmail_edge *, const char *path);
/* The host name of this site. */
void	sendmail_edge_hostname(struct sendmail_edge *, char *buf, size_t);
void	sendmail_edge_from(struct sendmail_edge *, const char *address,
	    const char *params);
void	sendmail_edge_rcpt(struct sendmail_edge *, const char *address,
	    const char *params);
void	sendmail_edge_data(struct sendmail_edge *, const char *, size_t);
/* size: of all data.  EX_OK and the id, or another code of sysexits(3) after
 * a message on stderr. */
int	sendmail_edge_commit(struct sendmail_edge *, size_t size, char *id,
	    size_t id_size);

#endif
