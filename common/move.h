#ifndef MOVE_H
#define MOVE_H

/*
 * Gives the file `old` of the folder `from` the name `name` in the folder
 * `to`, and takes the old one away (where the system needs a link for that, it
 * may stay).  A name that exists is never overwritten: -1 with errno EEXIST,
 * and the file keeps its old one.  0, or -1 with errno.
 */
int	move_new(int from, const char *old, int to, const char *name);

#endif
