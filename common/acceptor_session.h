#ifndef ACCEPTOR_SESSION_H
#define ACCEPTOR_SESSION_H

struct acceptor_role;
struct jail;
struct settings;

/*
 * The life of a session process, from fork to exit: leaves everything of the
 * acceptor behind, enters the jail, waits at the door for its client, serves
 * it and ends.  sock: the session's end of the door.  For acceptor.c alone.
 */
void	acceptor_session(const struct acceptor_role *,
	    const struct settings *, const struct jail *, int sock)
	    __attribute__((noreturn));

#endif
