#ifndef ENTER_H
#define ENTER_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Edge enter: asks become (system accounts) or maildrop's dispatcher (virtual
 * mailboxes) to start a maildrop on a session's socket.
 */
struct enters;
struct fate;
struct loop;

/* One request, a part of the asker's own struct. */
struct enter {
	/* Called once, from the loop: NULL, it runs; or why it does not. */
	void			(*done)(void *ctx, const struct fate *);
	void			*ctx;
	uint32_t		 tag;
	unsigned		 edge;		/* which of the two */
	bool			 waiting;
	TAILQ_ENTRY(enter)	 next;
};

struct enters	*enters_new(struct loop *, const char *become,
		    const char *maildrop);

/*
 * destination: see dest.h; mailbox: the setting.  fd stays the caller's.
 * 0, or -1 when the other program cannot be reached now.
 */
int		 enter_start(struct enters *, struct enter *,
		    const char *destination, const char *mailbox, int fd);
void		 enter_cancel(struct enters *, struct enter *);

#endif
