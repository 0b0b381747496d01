/*
 * malote reload, malote tables: says what is wrong with malote.conf, and if
 * nothing is, asks malote to take it in force and waits for its word.
 */
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "die.h"

int
main(int argc, char *argv[])
{
	int tables = argc > 0 && strcmp(argv[0], "tables") == 0;
	struct fate end;
	int status;

	die_name(tables ? "malote tables" : "malote reload");
	if (argc != 1)
		die(EXIT_USAGE, "usage: malote reload|tables");
	status = tables ? EXIT_DONE : ctl_check(ctl_conf(), 0);
	if (status != EXIT_DONE)
		return status;
	end = ctl_master(tables ? 't' : 'r', NULL, NULL);
	if (end.kind != FATE_DONE)
		die(EXIT_WRONG, "nothing was changed: %s", end.text);
	return EXIT_DONE;
}
