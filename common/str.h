#ifndef STR_H
#define STR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A growing string with a hard maximum: the only string builder of malote.
 *
 * The text is always NUL-terminated (data is "" while nothing was added).
 * Failure is sticky: once an addition did not fit (the maximum was reached or
 * memory ran out) `failed` stays set and all further additions are refused
 * until str_clear(), so a caller may build a whole text and look once at the
 * end.  The bytes may contain NULs; `len` counts them.
 */
struct str {
	char	*data;
	size_t	 len;
	size_t	 cap;
	size_t	 max;
	bool	 failed;
};

/* max: the most bytes it may ever hold, without the final NUL. */
void	str_init(struct str *, size_t max);
void	str_free(struct str *);
/* Forgets the text and the failure, keeps the memory. */
void	str_clear(struct str *);

/* Each returns 0, or -1 with errno EMSGSIZE or ENOMEM and `failed` set. */
int	str_add(struct str *, const void *, size_t);
int	str_puts(struct str *, const char *);
int	str_putc(struct str *, char);
int	str_printf(struct str *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));

/* Drops the first n bytes (n <= len). */
void	str_drop(struct str *, size_t n);

#endif
