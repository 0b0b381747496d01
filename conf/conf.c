/*
 * conf: reads what administrators wrote, malote.conf and the text tables, so
 * that root does not have to.  malote runs it for a moment with descriptors
 * that root opened; it opens nothing itself but included lists below one
 * folder, and what it answers is either whole or not given at all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_aliases.h"
#include "conf_check.h"
#include "conf_send.h"
#include "conf_users.h"
#include "die.h"
#include "fd.h"
#include "house.h"
#include "jail.h"
#include "limits.h"

/* What malote hands over beside descriptor 0, the text. */
enum {
	FD_TABLE	= 5,	/* the compiled table goes here */
	FD_INCLUDES	= 6,	/* folder of lists that aliases include */
	FD_SECRETS	= 7	/* second table: passwords */
};

static const struct card settings_card = {
	.name	= "conf",
	.root	= ".",
	.memory	= 256u * 1024 * 1024,
	.files	= 16
};

/* Run by whoever asks `malote check`: sees its own file system, opens
 * nothing in it. */
static const struct card check_card = {
	.name	= "conf",
	.memory	= 256u * 1024 * 1024,
	.files	= 16
};

static const struct card aliases_card = {
	.name	 = "conf",
	.root	 = ".",
	.may	 = MAY_READ | MAY_SYNC,
	.folders = { { FD_INCLUDES, FOLDER_READ } },
	.memory	 = 1024u * 1024 * 1024,
	.files	 = 64
};

static const struct card users_card = {
	.name	= "conf",
	.root	= ".",
	.may	= MAY_READ | MAY_SYNC,	/* no folder: to seek in */
	.memory	= 1024u * 1024 * 1024,
	.files	= 16
};

static void
usage(void)
{
	fputs("usage: conf settings FILE\n"
	    "       conf check [-d] FILE\n"
	    "       conf table [-p] aliases|users FILE\n", stderr);
	exit(EXIT_USAGE);
}

/* Options of a mode: true when the one letter it knows was given. */
static bool
option(int *argc, char ***argv, const char *letter)
{
	bool given = false;
	int c;

	while ((c = getopt(*argc, *argv, letter)) != -1) {
		if (c == '?')
			usage();
		given = true;
	}
	*argc -= optind;
	*argv += optind;
	return given;
}

/* --- settings and check ----------------------------------------------- */

/* Reads descriptor 0; EXIT_WRONG when there was anything wrong with it. */
static enum exit_code
read_config(struct config *config, const char *file, const char *hostname)
{
	struct faults faults;
	struct lines lines;

	faults_init(&faults, stderr);
	config_init(config, file, &faults);
	lines_init(&lines, STDIN_FILENO, LIMIT_CONF);
	config_read(config, &lines, hostname);
	lines_free(&lines);
	return faults.count == 0 ? EXIT_DONE : EXIT_WRONG;
}

static enum exit_code
run(int argc, char **argv, const struct card *card, const char *letters,
    void (*good)(const struct config *, bool option))
{
	char hostname[LIMIT_DOMAIN + 2] = "";
	struct config config;
	enum exit_code result;
	bool given = option(&argc, &argv, letters);

	if (argc != 1)
		usage();
	(void)gethostname(hostname, sizeof(hostname) - 1);
	jail_enter(card);
	result = read_config(&config, argv[0], hostname);
	if (result == EXIT_DONE)
		good(&config, given);
	config_free(&config);
	return result;
}

static void
send_all(const struct config *config, bool given)
{
	(void)given;
	config_send(config, FD_SETTINGS);
}

static void
show(const struct config *config, bool dump)
{
	if (!dump)
		return;
	config_dump(config, stdout);
	if (fflush(stdout) == EOF)
		die_temp("cannot write");
}

static enum exit_code
run_settings(int argc, char **argv)
{
	return run(argc, argv, &settings_card, "", send_all);
}

static enum exit_code
run_check(int argc, char **argv)
{
	return run(argc, argv, &check_card, "d", show);
}

/* --- tables ----------------------------------------------------------- */

static enum exit_code
run_table(int argc, char **argv)
{
	struct faults faults;
	bool programs = option(&argc, &argv, "p");

	if (argc != 2)
		usage();
	faults_init(&faults, stderr);
	if (strcmp(argv[0], "aliases") == 0) {
		jail_enter(&aliases_card);
		aliases_compile(STDIN_FILENO, argv[1], FD_INCLUDES, programs,
		    FD_TABLE, &faults);
	} else if (strcmp(argv[0], "users") == 0) {
		jail_enter(&users_card);
		users_compile(STDIN_FILENO, argv[1], FD_TABLE, FD_SECRETS,
		    &faults);
	} else {
		usage();
	}
	return faults.count == 0 ? EXIT_DONE : EXIT_WRONG;
}

static const struct {
	const char	*name;
	enum exit_code	(*run)(int, char **);
} modes[] = {
	{ "settings",	run_settings },
	{ "check",	run_check },
	{ "table",	run_table }
};

int
main(int argc, char **argv)
{
	size_t i;

	die_name("conf");
	for (i = 0; argc > 1 && i < countof(modes); i++)
		if (strcmp(argv[1], modes[i].name) == 0)
			return (int)modes[i].run(argc - 1, argv + 1);
	usage();
}
