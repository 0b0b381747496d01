#ifndef STOP_POINT_H
#define STOP_POINT_H

/*
 * A named instant between two steps that a crash must not tear apart.  Does
 * nothing; the crash tests link an object of their own in front of the
 * archive, whose function of this name kills the process there.
 */
void	stop_point(const char *name);

#endif
