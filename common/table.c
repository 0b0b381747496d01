/*
 * Constant tables, read through libcdb.  The files are ours (compiled by
 * conf), yet a damaged one is an error and never a crash.
 */
#include "table.h"

#include <sys/stat.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cdb.h>

#include "fd.h"
#include "str.h"

struct table {
	int		fd;
	struct cdb	cdb;
};

struct table *
table_open(int fd)
{
	struct table *t = calloc(1, sizeof(*t));

	if (t == NULL || cdb_init(&t->cdb, fd) == -1) {
		free(t);
		fd_close(&fd);
		return NULL;
	}
	t->fd = fd;
	return t;
}

void
table_close(struct table *t)
{
	if (t == NULL)
		return;
	cdb_free(&t->cdb);
	fd_close(&t->fd);
	free(t);
}

struct table_walk {
	struct table	*table;
	struct cdb_find	 find;
	char		 key[];
};

struct table_walk *
table_walk_new(struct table *t, const char *key)
{
	size_t n = strlen(key);
	struct table_walk *w = malloc(sizeof(*w) + n + 1);

	if (w == NULL)
		return NULL;
	w->table = t;
	memcpy(w->key, key, n + 1);
	if (cdb_findinit(&w->find, &t->cdb, w->key, (unsigned)n) < 0) {
		free(w);
		errno = EIO;
		return NULL;
	}
	return w;
}

int
table_walk_next(struct table_walk *w, struct str *value)
{
	struct cdb *cdb = &w->table->cdb;
	const void *data;
	int found;

	found = cdb_findnext(&w->find);
	if (found == 0)
		return 0;
	data = found < 0 ? NULL : cdb_getdata(cdb);
	if (data == NULL && (found < 0 || cdb_datalen(cdb) != 0)) {
		errno = EIO;
		return -1;
	}
	str_clear(value);
	return str_add(value, data, cdb_datalen(cdb)) == -1 ? -1 : 1;
}

void
table_walk_free(struct table_walk *w)
{
	free(w);
}

int
table_find(struct table *t, const char *key, unsigned n, struct str *value)
{
	struct cdb_find find;
	const void *data;
	int found;

	if (cdb_findinit(&find, &t->cdb, key, (unsigned)strlen(key)) < 0)
		goto damaged;
	do {
		found = cdb_findnext(&find);
		if (found < 0)
			goto damaged;
		if (found == 0)
			return 0;
	} while (n-- > 0);
	data = cdb_getdata(&t->cdb);
	if (data == NULL && cdb_datalen(&t->cdb) != 0)
		goto damaged;
	str_clear(value);
	return str_add(value, data, cdb_datalen(&t->cdb)) == -1 ? -1 : 1;
damaged:
	errno = EIO;
	return -1;
}

uint64_t
table_stamp(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return 0;
	return (uint64_t)st.st_ino ^ (uint64_t)st.st_mtim.tv_sec << 32 ^
	    (uint64_t)st.st_mtim.tv_nsec;
}
