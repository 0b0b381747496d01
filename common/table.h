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

/* Identifies the file's content: changes when the table was replaced. */
uint64_t	 table_stamp(int fd);

#endif
