#ifndef SIZES_H
#define SIZES_H

#include <sys/types.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Sizes of messages whose names tell none, remembered from session to session
 * in the file that holds the maildrop's lock, so that each is counted once.
 * The file is read at the first question, and is taken for empty if it is no
 * plain file of ours alone, torn, or anything else than sizes_close() wrote.
 * It belongs to the user and is trusted with nothing: a wrong size is told
 * to a client, and cuts no message.  16 bytes a message, while a list is made.
 */
struct sizes;

#define SIZES_MAX	((UINT64_C(1) << 40) - 1)	/* of a message */

/* fd: the locked file, which stays the caller's.  NULL: no memory. */
struct sizes	*sizes_open(int fd);

/*
 * The size of the file with this name (the part that never changes) and this
 * inode number, which is another if the file was replaced; false: not known.
 */
bool	sizes_find(struct sizes *, const char *name, size_t len, ino_t,
	    uint64_t *size);

/* Remembers one that was counted. */
void	sizes_add(struct sizes *, const char *name, size_t len, ino_t,
	    uint64_t size);

/*
 * Writes what is worth it: when so many were counted that counting them again
 * would cost more.  Those not asked for are forgotten then.  Frees it.
 */
void	sizes_close(struct sizes *);

/* For tests: the checksum over the entries. */
uint64_t	sizes_sum(const void *, size_t);

#endif
