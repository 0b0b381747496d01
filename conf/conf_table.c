/*
 * The writing side of constant tables (libcdb).
 */
#include "conf_table.h"

#include <string.h>
#include <unistd.h>

#include "die.h"

void
output_open(struct output *o, int fd)
{
	o->fd = fd;
	if (cdb_make_start(&o->cdb, fd) == -1)
		die_temp("cannot begin the table");
}

void
output_put(struct output *o, const char *key, const char *value)
{
	if (cdb_make_add(&o->cdb, key, (unsigned)strlen(key), value,
	    (unsigned)strlen(value)) == -1)
		die_temp("cannot write the table");
}

void
output_close(struct output *o)
{
	if (cdb_make_finish(&o->cdb) == -1 || fsync(o->fd) == -1)
		die_temp("cannot write the table");
}

void
output_drop(struct output *o)
{
	/* The library frees its index only when it has written it. */
	(void)cdb_make_finish(&o->cdb);
}
