#ifndef LISTING_H
#define LISTING_H

#include <stdbool.h>
#include <stdint.h>

struct mailbox;

/*
 * The list of a Maildir's messages, in the order of their arrival.  What is
 * no plain file is left out.  0, or -1 with errno.
 */
int	listing_make(struct mailbox *);
void	listing_free(struct mailbox *);

/* The size in octets that a name tells in its ",W=" field; false if none. */
bool	listing_name_size(const char *name, uint64_t *size);

#endif
