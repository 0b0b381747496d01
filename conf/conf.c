/*
 * conf: reads what administrators wrote, malote.conf and the text tables, so
 * that root does not have to.  malote runs it for a moment with descriptors
 * that root opened; it opens nothing itself but included lists below one
 * folder and the tables it makes, and what it answers, or puts into place, is
 * either whole or not given at all.
 */
#include <sys/stat.h>
#include <fcntl.h>
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

/* Where new tables are made and take the place of the old. */
#define FOLDER_MAKE	(FOLDER_READ | FOLDER_CREATE | FOLDER_RENAME | \
			    FOLDER_REMOVE | FOLDER_LIST)

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

/* Its folders are put in when they are known. */
static const struct card table_card = {
	.name	= "conf",
	.root	= ".",
	.may	= MAY_READ | MAY_WRITE | MAY_SYNC,
	.memory	= 1024u * 1024 * 1024,
	.files	= 64
};

static void
usage(void)
{
	fputs("usage: conf settings FILE\n"
	    "       conf check [-d] FILE\n"
	    "       conf aliases|aliases-programs|users FILE\n", stderr);
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

static const char	fresh[] = "new";	/* a table in the making */

static int
make(int folder, mode_t mode)
{
	int fd;

	(void)unlinkat(folder, fresh, 0);
	fd = openat(folder, fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
	    mode);
	if (fd == -1)
		die_temp("cannot make a table");
	return fd;
}

/* A table that is whole takes its place; a faulty one is removed. */
static void
put(int folder, const char *name, const struct faults *faults)
{
	if (faults->count != 0)
		(void)unlinkat(folder, fresh, 0);
	else if (renameat(folder, fresh, folder, name) == -1)
		die_temp("cannot place %s", name);
}

static enum exit_code
compile_aliases(int argc, char **argv, bool programs)
{
	const int tables = house_folder_fd(PROC_CONF, FOLDER_TABLES);
	const int lists = house_folder_fd(PROC_CONF, FOLDER_ETC);
	struct card card = table_card;
	struct faults faults;

	if (argc != 2)
		usage();
	card.folders[0] = (struct card_folder){ tables, FOLDER_MAKE };
	card.folders[1] = (struct card_folder){ lists, FOLDER_READ };
	faults_init(&faults, stderr);
	jail_enter(&card);
	aliases_compile(STDIN_FILENO, argv[1], lists, programs,
	    make(tables, 0440), &faults);
	put(tables, "aliases.cdb", &faults);
	return faults.count == 0 ? EXIT_DONE : EXIT_WRONG;
}

static enum exit_code
run_aliases(int argc, char **argv)
{
	return compile_aliases(argc, argv, false);
}

static enum exit_code
run_aliases_programs(int argc, char **argv)
{
	return compile_aliases(argc, argv, true);
}

static enum exit_code
run_users(int argc, char **argv)
{
	const int tables = house_folder_fd(PROC_CONF, FOLDER_TABLES);
	const int secrets = house_folder_fd(PROC_CONF, FOLDER_SECRETS);
	struct card card = table_card;
	struct faults faults;

	if (argc != 2)
		usage();
	card.folders[0] = (struct card_folder){ tables, FOLDER_MAKE };
	card.folders[1] = (struct card_folder){ secrets, FOLDER_MAKE };
	faults_init(&faults, stderr);
	jail_enter(&card);
	users_compile(STDIN_FILENO, argv[1], make(tables, 0440),
	    make(secrets, 0400), &faults);
	put(secrets, "passwd.cdb", &faults);
	put(tables, "users.cdb", &faults);
	return faults.count == 0 ? EXIT_DONE : EXIT_WRONG;
}

static const struct {
	const char	*name;
	enum exit_code	(*run)(int, char **);
} modes[] = {
	{ "settings",	run_settings },
	{ "check",	run_check },
	{ "aliases",	run_aliases },
	{ "aliases-programs", run_aliases_programs },
	{ "users",	run_users }
};

int
main(int argc, char **argv)
{
	size_t i;

	die_name("conf");
	(void)umask(0);		/* modes are given where files are made */
	for (i = 0; argc > 1 && i < countof(modes); i++)
		if (strcmp(argv[1], modes[i].name) == 0)
			return (int)modes[i].run(argc - 1, argv + 1);
	usage();
}
