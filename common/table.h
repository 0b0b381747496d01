#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>
#include <stdint.h>

struct str;

/*
 * A constant table of strings (libcdb), read only.  Keys may stand several
 * times; values are found in the order they were written.
 */
struct table;

/* Takes over fd.  NULL with errno when it is no table (fd is closed). */
struct table	*table_open(int fd);
void		 table_close(struct table *);	/* NULL is allowed */

/*
 * The n-th value (from 0) of key into value (cleared first): 1 found,
 * 0 none, -1 with errno (EIO damaged, EMSGSIZE, ENOMEM).
 */
int		 table_find(struct table *, const char *key, unsigned n,
		    struct str *value);

/*
 * All values of one key in turn, in linear time however many there are: a
 * walk of its own for each reader.  The table must outlive it.
 * table_walk_next: as table_find().
 */
struct table_walk;
struct table_walk *table_walk_new(struct table *, const char *key);
int		 table_walk_next(struct table_walk *, struct str *value);
void		 table_walk_free(struct table_walk *);	/* NULL is allowed */

/* Identifies the file's content: changes when the table was replaced. */
uint64_t	 table_stamp(int fd);

#endif
