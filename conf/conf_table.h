#ifndef CONF_TABLE_H
#define CONF_TABLE_H

#include <cdb.h>

/*
 * A compiled table on its way to a descriptor that root opened.  Anything
 * the disk refuses is die_temp(): malote throws the file away and the old
 * table stays in force.
 */
struct output {
	int		fd;
	struct cdb_make	cdb;
};

/* fd: an empty file, read and write; it stays the caller's. */
void	output_open(struct output *, int fd);
void	output_put(struct output *, const char *key, const char *value);
/* Finishes the table and syncs it. */
void	output_close(struct output *);
/* Gives the table up; what is in the file is of no use. */
void	output_drop(struct output *);

#endif
