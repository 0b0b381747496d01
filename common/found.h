#ifndef FOUND_H
#define FOUND_H

#include <sys/socket.h>
#include <sys/types.h>

/*
 * Laying foundations, as root: folders and listening sockets.  Where they are
 * made nobody but root may write, so that no account can put a link in the
 * way.
 */

/* Makes (or finds) a folder, gives it owner and mode; open, or die_temp(). */
int	found_folder(int at, const char *path, uid_t, gid_t, mode_t);

/* Binds the socket to a name in the folder and listens; or die_temp(). */
void	found_edge(int sock, int folder, const char *leaf, gid_t, mode_t);

/* A TCP port that listens, or -1 with errno. */
int	found_port(const struct sockaddr *);

#endif
