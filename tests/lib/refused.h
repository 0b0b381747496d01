#ifndef REFUSED_H
#define REFUSED_H

/* The whole test; for main() of a build that lacks a part of the jail. */
int	refused_run(void);

#endif
