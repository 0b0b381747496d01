#ifndef ASK_SERVER_H
#define ASK_SERVER_H

#include <stdbool.h>

struct directory;
struct domains;
struct loop;
struct who_client;

/*
 * The serving end of the edge ask: many clients, many questions at once, each
 * with an expansion of its own.
 */
struct ask_server;

/* Takes domains over.  Short of memory: die_temp(). */
struct ask_server *ask_server_new(struct loop *, struct domains *,
		    struct directory *, struct who_client *);
/* How many questions may be open at once. */
struct ask_limits {
	unsigned	 each;		/* of one connection */
	unsigned	 all;		/* of all connections of the socket */
	bool		 bundles;	/* its askers take answers in bundles */
};

/* A listening socket of the edge. */
void		  ask_server_listen(struct ask_server *, int fd,
		    const struct ask_limits *);
/* Questions asked from now on use these; takes them over. */
void		  ask_server_change(struct ask_server *, struct domains *);

#endif
