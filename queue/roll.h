#ifndef ROLL_H
#define ROLL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

/*
 * A roll of recipients to be: what is known of each before it belongs to a
 * message.  Packed, since a list may have a hundred thousand members: a byte
 * of flags, then the texts, each with its NUL.
 */
enum rcpt_text {
	TEXT_ADDRESS,
	TEXT_PARAMS,		/* DSN parameters of RCPT, or "" */
	TEXT_ORIGIN,		/* the alias it came from, or "" */
	TEXT_EXTENSION,		/* sub-address, or "" */
	TEXT_REVERSE,		/* its own reverse-path, with RCPT_REVERSE */
	TEXT_COUNT
};

/* Flags of a recipient. */
#define RCPT_LEAF	1u	/* expanded: alias only says where to */
#define RCPT_REVERSE	2u	/* has a reverse-path of its own */
#define RCPT_AGAIN	4u	/* may have been delivered already */
#define RCPT_FORWARDED	8u	/* sent on to others, no copy stayed */
#define RCPT_ANEW	16u	/* was placed before a sync failed */

struct roll {
	struct str	text;
	uint32_t	count;
};

void	roll_init(struct roll *);
void	roll_free(struct roll *);
/* Forgets the recipients, keeps the memory. */
void	roll_clear(struct roll *);

/* 0, or -1 with errno ENOMEM or EMSGSIZE; the roll is then as before. */
int	roll_add(struct roll *, unsigned flags,
	    const char *const texts[TEXT_COUNT]);
/* Adds one that came out of roll_next(), or of a recipient. */
int	roll_copy(struct roll *, unsigned flags, const char *packed);

/*
 * Adds recipients as another roll holds them, read back from a file: every
 * byte is doubted.  keep: the flags that may stand there.  0, or -1 with
 * errno EBADMSG, ENOMEM or EMSGSIZE; the roll is then as before.
 */
int	roll_take(struct roll *, const void *packed, size_t, unsigned keep);

/*
 * Goes through the roll: *at is 0 to begin with.  The packed texts of the
 * next one, or NULL after the last.
 */
const char	*roll_next(const struct roll *, size_t *at, unsigned *flags);

/* One text of packed ones. */
const char	*packed_text(const char *packed, enum rcpt_text);
/* Their length with all NULs. */
size_t		 packed_size(const char *packed);

#endif
