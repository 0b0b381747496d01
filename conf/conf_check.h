#ifndef CONF_CHECK_H
#define CONF_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "conf_fault.h"
#include "conf_lines.h"
#include "conf_seen.h"
#include "house.h"
#include "params.h"
#include "str.h"

/*
 * A whole configuration: rows of normalised words, as settings.h hands them
 * out, and how they come from the file.
 */
struct config_row {
	enum param	 param;
	unsigned	 line;		/* 0: a default */
	unsigned	 rank;		/* rows of a setting go by rank, */
	size_t		 order;		/* then in the order of the file */
	size_t		 at;		/* of its words in the text of all */
};

struct config {
	const char		*file;		/* its name in messages */
	struct faults		*faults;
	struct config_row	*rows;
	size_t			 count;
	size_t			 room;
	struct str		 text;
	struct seen		 seen;		/* keys of rows */
	unsigned		 first[P_COUNT]; /* line of each setting */
};

void	config_init(struct config *, const char *file, struct faults *);
void	config_free(struct config *);

/*
 * Reads a file, adds defaults, and checks what concerns several lines.
 * hostname: of this machine, taken when the file names none and it has a dot.
 * The configuration is good when there are no faults.
 */
void	config_read(struct config *, struct lines *, const char *hostname);

/*
 * Adds a row; words ends up in it as a copy.  key: what may stand only once
 * among the rows of this setting, "" for nothing.  A second one is reported;
 * then -1.
 */
int	config_add(struct config *, enum param, unsigned line, unsigned rank,
	    const char *key, const char *words);

/* The words of a row, joined by '\n'. */
const char *config_words(const struct config *, const struct config_row *);

/* Whether a program is sent the row. */
bool	config_row_is_for(const struct config *, const struct config_row *,
	    enum proc);

#endif
