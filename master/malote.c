/*
 * malote COMMAND …: finds the program that does it and becomes it.  Every
 * command but start is libexec/ctl-COMMAND, so a new one needs no line here.
 * It runs as the caller: no file is set-id, so the environment is the
 * caller's own.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "malote_start.h"

static void
usage(void)
{
	fputs("usage: malote command ...\n"
	    "  start    bring everything up\n"
	    "  stop     take everything down\n"
	    "  status   the programs, their accounts and jails\n"
	    "  check    look for errors in malote.conf\n"
	    "  reload   take the changed malote.conf in force\n"
	    "  tables   compile the text tables anew\n"
	    "  trace    the life of a message\n"
	    "  explain  how an address would be handled\n"
	    "  queue    list, show, retry or remove messages\n"
	    "  passwd   set a password in the users table\n"
	    "each has a page of its own: see malote(8)\n", stderr);
	exit(EXIT_USAGE);
}

/* A command is a plain word: it becomes a part of a path. */
static int
is_word(const char *s)
{
	return *s != '\0' && strspn(s, "abcdefghijklmnopqrstuvwxyz-") ==
	    strlen(s);
}

int
main(int argc, char *argv[])
{
	char path[1024];

	die_name("malote");
	if (argc < 2 || !is_word(argv[1]))
		usage();
	if (strcmp(argv[1], "start") == 0)
		malote_start(argc - 1, argv + 1);
	(void)snprintf(path, sizeof(path), "%s/ctl-%s",
	    malote_setting("MALOTE_LIBEXEC", PATH_LIBEXEC), argv[1]);
	execv(path, argv + 1);
	if (errno == ENOENT) {
		fprintf(stderr, "malote: no command %s\n", argv[1]);
		usage();
	}
	die_temp("%s", path);
}
