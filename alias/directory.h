#ifndef DIRECTORY_H
#define DIRECTORY_H

#include <stdint.h>

#include "table.h"

struct str;

/*
 * The compiled tables: aliases.cdb and users.cdb in the tables folder (see
 * conf/tables.h for what is in them).  They are looked at again at most once
 * a second; a faulty one leaves the last good one in force.
 */
enum shelf { SHELF_ALIASES, SHELF_USERS, SHELF_COUNT };

struct book {
	unsigned	 refs;
	uint64_t	 stamp;
	struct table	*table;
};

/* One state of all tables, held so that a long expansion sees no other.  A
 * book is NULL while its table could not be read. */
struct edition {
	struct book	*books[SHELF_COUNT];
};

struct directory;

/* folder: an open directory, kept.  Short of memory: die_temp(). */
struct directory *directory_new(int folder);
/* Reads the tables that changed since the last look and holds them. */
struct edition	  directory_hold(struct directory *);
void		  edition_release(struct edition *);

/* The first value of key: 1, 0 when there is none, -1 with errno. */
int		  edition_find(const struct edition *, enum shelf,
		    const char *key, struct str *value);
/* All of them; NULL with errno. */
struct table_walk *edition_walk(const struct edition *, enum shelf,
		    const char *key);

#endif
