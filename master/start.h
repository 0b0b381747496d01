#ifndef START_H
#define START_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "house.h"
#include "order.h"

/*
 * The master: everything that root knows.  It stays root for ever, so there
 * is little of it: what is to be done, and when, is keeper's business.
 */
struct child {
	uid_t		 uid;
	gid_t		 gid;
	int		 record[2];	/* its record pipe, kept for ever */
	pid_t		 pid;		/* 0: not running */
	pid_t		 group;		/* its sessions may outlive it; 0: no
					 * process is left in it */
};

struct port {
	int		 fd;
	enum proc	 proc;
};

struct house {
	const char	*leaf;		/* malote.conf, as it is called */
	const char	*libexec;
	bool		 built;
	int		 null, state, run;
	int		 rooms[PROC_COUNT + 2];	/* run/NAME, public, control */
	int		 folders[FOLDER_COUNT];
	int		 sockets[EDGE_COUNT];
	struct port	 ports[PORTS_MAX];
	size_t		 port_count;
	uid_t		 uid_min;	/* for become */
	struct child	 child[PROC_COUNT];
	int		 keeper;	/* our end of keeper's orders */
	int		 auth;		/* the caller on the edge files, -1 */
};

/* An order on its way to its answer. */
struct call {
	struct order	 order;
	struct word	 answer;
	int		 sock;		/* goes along; -1: none */
};

/* start_house.c: what stands before keeper runs; what is built after the
 * plan (0 or an errno); what is removed at the end. */
void	house_found(struct house *, const char *etc, const char *state);
int	house_build(struct house *, struct call *);
void	house_leave(const struct house *);

/* start_spawn.c: executes a program under its account, with the descriptors
 * of house.h, input as descriptor 0, and our end of its settings edge in
 * *sock.  Its pid, or -1 with errno. */
pid_t	spawn(struct house *, enum proc, int input, const char *const argv[],
	    int *sock);

/* start_user.c: becomes a system user for become. */
void	user_call(struct house *);

/* start_serve.c: an order of keeper; the edge files, on which auth calls. */
void	serve_order(struct house *);
void	serve_welcome(struct house *);
void	serve_file(struct house *);

#endif
