#ifndef CONF_SEEN_H
#define CONF_SEEN_H

/* Names that were seen before, and on which line: finds duplicates. */
struct seen {
	void	*root;
};

void		seen_init(struct seen *);
void		seen_free(struct seen *);
/*
 * Remembers name as seen on line (> 0).  0, or the line on which it stood
 * before.  Out of memory is die_temp().
 */
unsigned	seen_add(struct seen *, const char *name, unsigned line);

#endif
