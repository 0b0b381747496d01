#ifndef CONF_HINT_H
#define CONF_HINT_H

#include <stddef.h>

/*
 * The one of names (NULL entries are skipped) that word was most likely
 * meant to be, or NULL when none is near: at most one slip (a letter wrong,
 * missing, too much, or two swapped) in every three letters.
 */
const char	*hint_nearest(const char *word, const char *const *names,
		    size_t n);

/* As text to put behind a message: `; did you mean "…"?`, or "". */
#define HINT_SIZE	80
const char	*hint_text(char buf[HINT_SIZE], const char *word,
		    const char *const *names, size_t n);

#endif
