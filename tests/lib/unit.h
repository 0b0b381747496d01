#ifndef UNIT_H
#define UNIT_H

#include <stddef.h>

#include <check.h>

/* Runs the tests under one name; the exit status for main(). */
int	unit_run(const char *name, const TTest *const *tests, size_t n);

#endif
