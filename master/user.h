#ifndef USER_H
#define USER_H

#include <stdint.h>

/*
 * What become asks of root, one packet with a socket for the worker on a
 * connection of its own, which closes when the worker has ended.  No text
 * is looked at before the process has become that user, but by
 * getpwnam(3).
 */
#define USER_NAME	64
#define USER_MAILBOX	1024
#define USER_SECONDS	16

enum user_worker { USER_LOCAL, USER_MAILDROP, USER_WORKERS };

struct user {
	uint32_t	 worker;	/* enum user_worker */
	char		 name[USER_NAME];
	char		 mailbox[USER_MAILBOX];
	char		 seconds[USER_SECONDS];	/* local's program-timeout */
};

#endif
