#ifndef CONF_FAULT_H
#define CONF_FAULT_H

#include <stdbool.h>
#include <stdio.h>

/*
 * What is wrong with a file, told as `FILE:LINE: message`, one line each, as
 * it is found; all of a file is read, so that one run shows everything.
 * After FAULTS_SHOWN the rest is only counted.
 */
#define FAULTS_SHOWN	100

struct faults {
	FILE		*to;
	unsigned	 count;
};

void	faults_init(struct faults *, FILE *to);
/* The text must hold no control bytes: quote only what was checked. */
void	fault(struct faults *, const char *file, unsigned line,
	    const char *, ...) __attribute__((format(printf, 4, 5)));
/* No more is shown: the reader may stop. */
bool	faults_full(const struct faults *);

#endif
