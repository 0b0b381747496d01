/* malote check [-d] [FILE]: every error of malote.conf, and a hint. */
#include <stdio.h>
#include <unistd.h>

#include "ctl.h"
#include "die.h"

int
main(int argc, char *argv[])
{
	int c, dump = 0;

	die_name("malote check");
	while ((c = getopt(argc, argv, "d")) != -1) {
		if (c != 'd')
			die(EXIT_USAGE, "usage: malote check [-d] [file]");
		dump = 1;
	}
	if (argc - optind > 1)
		die(EXIT_USAGE, "usage: malote check [-d] [file]");
	return ctl_check(optind < argc ? argv[optind] : ctl_conf(), dump);
}
