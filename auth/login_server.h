#ifndef LOGIN_SERVER_H
#define LOGIN_SERVER_H

/*
 * Edge login, the server's side: everybody who wants in, from MECHANISM to
 * ENTERED.  One login at a time for each connection.
 */
struct checks;
struct enters;
struct logins;
struct loop;
struct settings;

/* files: the path of the edge to malote.  settings becomes the server's. */
struct logins	*logins_new(struct loop *, struct checks *, struct enters *,
		    const char *files, struct settings *);
/* New settings after a reload. */
void		 logins_settings(struct logins *, struct settings *);
/* A new connection of a reader; for peer_listen(). */
void		 logins_accept(void *logins, int fd);

#endif
