#ifndef MOVE_NEW_H
#define MOVE_NEW_H

/*
 * Moves a file from one open folder to another under the same name, which is
 * never overwritten there (EEXIST).  0, or -1 with errno.
 */
int	move_new(int from, int to, const char *name);

#endif
