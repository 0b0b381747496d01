#ifndef WHO_SERVER_H
#define WHO_SERVER_H

#include <stdint.h>

/*
 * The serving end of the edge who: questions wait in one line for a small
 * pool of children that look names up (see lookup.h).
 */
struct loop;
struct who_server;

/* Descriptors who may have open: its card says so, its children close them. */
#define WHO_FILES	256

/* Accounts below uid_min are nobody's mailbox.  Short of memory: die_temp(). */
struct who_server *who_server_new(struct loop *, uint64_t uid_min);
void		  who_server_listen(struct who_server *, int fd);
void		  who_server_change(struct who_server *, uint64_t uid_min);
/* Kills the children. */
void		  who_server_end(struct who_server *);

#endif
