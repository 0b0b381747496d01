#ifndef MOVE_PARTS_H
#define MOVE_PARTS_H

/* What the systems' halves of move.h share. */
int	move_by_link(int from, const char *old, int to, const char *name);

#endif
