#ifndef DISPATCHER_H
#define DISPATCHER_H

#include <stddef.h>

struct settings;
struct start_start;

/*
 * A program whose work is to start workers on request (edges start and
 * enter): become, and the dispatchers of local, maildrop and remote.  A
 * plain poll loop without libevent, since they are small or started often.
 *
 * same_max: workers of one destination that one server may have at a time, so
 * that somebody who stops his processes uses up his own places and no others;
 * 0: as many as there are places.
 * Who has its workers started by another program gives hand() instead of
 * child(): it returns a descriptor on which the end comes when the worker has
 * ended, or -1; such a program forks nothing, and SIGTERM is not passed on.
 *
 * servers: listening sockets (FD of each edge served); child(): runs in the
 * forked worker with the worker's socket, never returns (it jails itself,
 * drops root, executes another program …).  check(): looks at the request in
 * the parent, and by which server it came; NULL or why it is refused (then
 * FAILED with a temporary fate).
 * The child keeps the descriptors its parent had at the start but for the
 * servers and the settings edge; SIGTERM has its default meaning again.
 * New settings are taken inside.  Ends with EXIT_DONE when malote goes away
 * or SIGTERM comes, after passing SIGTERM on to the workers.
 */
struct dispatcher {
	const int	*servers;
	size_t		 server_count;
	size_t		 workers_max;
	size_t		 same_max;
	const char	*(*check)(void *ctx, const struct start_start *,
			    size_t server);
	__attribute__((noreturn))
	void		 (*child)(void *ctx, const struct start_start *,
			    int sock);
	int		 (*hand)(void *ctx, const struct start_start *,
			    int sock);
	/* New settings after a reload, the callee's then; may be NULL. */
	void		 (*changed)(void *ctx, struct settings *);
	void		*ctx;
};

void	dispatcher_run(const struct dispatcher *) __attribute__((noreturn));

/*
 * The same with a reader of settings of the caller's own, called when
 * something stands on FD_SETTINGS.
 */
void	dispatcher_loop(const struct dispatcher *,
	    void (*settings)(const struct dispatcher *))
	    __attribute__((noreturn));

#endif
