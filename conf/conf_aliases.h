#ifndef CONF_ALIASES_H
#define CONF_ALIASES_H

#include "conf_fault.h"
#include "conf_lines.h"

/*
 * The aliases table, malote-aliases(5), compiled as tables.h says.  includes:
 * the directory that lists are opened in; file: the name of the text, whose
 * folder is that directory.  programs: "|command" and "/file" are allowed.
 * With faults the output is unfinished and must not be used.
 */
void	aliases_compile(int text, const char *file, int includes,
	    bool programs, int output, struct faults *);

#endif
