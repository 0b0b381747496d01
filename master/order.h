#ifndef ORDER_H
#define ORDER_H

#include <sys/socket.h>
#include <stdint.h>

#include "house.h"

/*
 * What keeper may ask of root: packets of one fixed shape without a string,
 * each answered before the next is sent.  Root compares every number with its
 * own tables; what does not fit is refused.
 */
enum order_what {
	ORDER_BUILD,	/* the house after the plan; once */
	ORDER_START,	/* proc: its pid, and our end of its settings edge */
	ORDER_SIGNAL,	/* number to the process group of proc; 0 asks
			 * whether anybody is there */
	ORDER_JOB,	/* conf for the text number: its pid, and our end of
			 * the socket it speaks to */
	ORDER_COUNT
};

/* What conf is executed for. */
enum text {
	TEXT_CONF, TEXT_ALIASES, TEXT_ALIASES_PROGRAMS, TEXT_USERS, TEXT_COUNT
};

#define PORTS_MAX	64	/* public listening sockets */

struct plan {
	struct {
		uint32_t		 uid, gid;
	}			 accounts[PROC_COUNT];
	uint32_t		 control;	/* group of run/control */
	uint32_t		 uid_min;	/* root becomes none below */
	uint32_t		 port_count;
	struct {
		uint32_t		 proc;
		struct sockaddr_storage	 address;
	}			 ports[PORTS_MAX];
};

struct order {
	uint32_t	 what;		/* enum order_what */
	uint32_t	 proc;		/* enum proc */
	uint32_t	 number;
	struct plan	 plan;
};

/* What root says: the answer to an order, or what happened meanwhile. */
enum word_what { WORD_ANSWER, WORD_ENDED, WORD_SIGNAL };

struct word {
	uint32_t	 what;		/* enum word_what */
	uint32_t	 proc;		/* ENDED: enum proc */
	int32_t		 error;		/* ANSWER: 0 or an errno */
	int32_t		 number;	/* ANSWER to START and JOB: the pid, to
					 * BUILD: the port that failed; ENDED:
					 * as of waitpid(2); SIGNAL: which */
};

/* Keeper speaks to root where others have their settings edge, and writes a
 * newline to who started us on descriptor 0. */
#define FD_ORDERS	FD_SETTINGS
#define FD_NOTIFY	0

#endif
