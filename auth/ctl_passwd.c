/*
 * malote passwd [-ds] LOGIN: sets, changes or (-d) deletes the password of a
 * login in the users text beside malote.conf.  Runs as the caller, who may
 * write there.  The text is replaced as a whole or not at all, and a password
 * is never an argument, where others could see it.
 */
#include <sys/file.h>
#include <sys/stat.h>
#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <readpassphrase.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "limits.h"
#include "tables.h"

#define USERS		"users"
#define USERS_NEW	".users.new"	/* ours while we hold the lock */

struct change {
	char		 key[TABLES_KEY];
	const char	*login;
	const char	*hash;		/* NULL: delete */
	bool		 found;
	int		 folder;
	FILE		*old;		/* NULL: there was none */
	FILE		*new;
};

/* --- the password --------------------------------------------------------- */

static void
check_text(const char *password)
{
	const char *p;

	for (p = password; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			die(EXIT_WRONG, "a password has no control bytes");
	if (p == password)
		die(EXIT_WRONG, "an empty password is none");
}

static void
ask_terminal(char *password, size_t size)
{
	char again[LIMIT_PASSWORD + 1];
	bool same;

	if (readpassphrase("New password: ", password, size,
	    RPP_REQUIRE_TTY) == NULL ||
	    readpassphrase("Once more: ", again, sizeof(again),
	    RPP_REQUIRE_TTY) == NULL)
		die(EXIT_WRONG, "no terminal to ask for a password on (-s "
		    "reads it from the standard input)");
	same = strcmp(password, again) == 0;
	explicit_bzero(again, sizeof(again));
	if (!same)
		die(EXIT_WRONG, "the two differ, nothing was changed");
}

static void
ask_stdin(char *password, size_t size)
{
	size_t n;

	if (fgets(password, (int)size, stdin) == NULL)
		die(EXIT_WRONG, "no password on the standard input");
	n = strcspn(password, "\n");
	if (password[n] == '\0' && n == size - 1)
		die(EXIT_WRONG, "the password is longer than %d bytes",
		    LIMIT_PASSWORD);
	password[n] = '\0';
}

/* The system's best hash with its own cost and a fresh salt. */
static const char *
make_hash(bool from_stdin)
{
	char password[LIMIT_PASSWORD + 1], salt[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *hash;

	if (from_stdin)
		ask_stdin(password, sizeof(password));
	else
		ask_terminal(password, sizeof(password));
	check_text(password);
	if (crypt_gensalt_rn(NULL, 0, NULL, 0, salt, sizeof(salt)) == NULL)
		die_temp("crypt_gensalt");
	hash = crypt(password, salt);
	explicit_bzero(password, sizeof(password));
	if (hash == NULL || hash[0] == '*')
		die_temp("crypt");
	return hash;
}

/* --- the users text ------------------------------------------------------- */

/* Whether the line is that of the login; *mailbox: what it has of a third
 * field, with its colon and newline, or NULL. */
static bool
is_ours(const struct change *c, char *line, const char **mailbox)
{
	char key[TABLES_KEY];
	char *rest = line, *colon;
	bool ours;

	*mailbox = NULL;
	if (*line == '#' || (colon = strchr(line, ':')) == NULL)
		return false;
	*colon = '\0';
	ours = tables_login_key(line, key) && strcmp(key, c->key) == 0;
	*colon = ':';
	rest = strchr(colon + 1, ':');
	if (rest != NULL)
		*mailbox = rest;
	return ours;
}

static void
change_line(struct change *c, const char *mailbox)
{
	c->found = true;
	if (c->hash == NULL)
		return;
	fprintf(c->new, "%s:%s%s", c->login, c->hash,
	    mailbox != NULL ? mailbox : "\n");
}

static void
copy_lines(struct change *c)
{
	const char *mailbox;
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while (c->old != NULL && (n = getline(&line, &room, c->old)) != -1) {
		if (is_ours(c, line, &mailbox)) {
			change_line(c, mailbox);
			continue;
		}
		(void)fwrite(line, 1, (size_t)n, c->new);
		if (line[n - 1] != '\n')
			(void)putc('\n', c->new);
	}
	free(line);
	if (c->old != NULL && ferror(c->old))
		die_temp("reading %s", USERS);
}

/* Owner and mode stay; a new file is its owner's alone. */
static void
open_files(struct change *c)
{
	struct stat st;
	int fd;

	fd = openat(c->folder, USERS, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1 && errno != ENOENT)
		die_temp("opening %s", USERS);
	c->old = fd == -1 ? NULL : fdopen(fd, "r");
	if (fd != -1 && (c->old == NULL || fstat(fd, &st) == -1))
		die_temp("opening %s", USERS);
	fd = openat(c->folder, USERS_NEW, O_WRONLY | O_CREAT | O_TRUNC |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1 || (c->new = fdopen(fd, "w")) == NULL)
		die_temp("writing %s", USERS_NEW);
	if (c->old == NULL)
		return;
	if (fchown(fd, st.st_uid, st.st_gid) == -1 ||
	    fchmod(fd, st.st_mode & 07777) == -1)
		die_temp("owner of %s", USERS_NEW);
}

static void
replace(struct change *c)
{
	if (ferror(c->new) || fflush(c->new) == EOF ||
	    fsync(fileno(c->new)) == -1 ||
	    renameat(c->folder, USERS_NEW, c->folder, USERS) == -1)
		die_temp("writing %s, nothing was changed", USERS);
	if (fsync(c->folder) == -1)
		die_temp("syncing the folder of %s", USERS);
	(void)fclose(c->new);
	if (c->old != NULL)
		(void)fclose(c->old);
}

/* Beside malote.conf; locked against others who do the same. */
static int
open_folder(void)
{
	const char *conf = getenv("MALOTE_CONF");
	char path[LIMIT_PATHNAME];
	int fd;

	if (conf == NULL)
		conf = PATH_ETC "/malote.conf";
	if (strlcpy(path, conf, sizeof(path)) >= sizeof(path))
		die(EXIT_WRONG, "MALOTE_CONF is too long");
	fd = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || flock(fd, LOCK_EX) == -1)
		die_temp("the folder of %s", conf);
	return fd;
}

static void
check_login(struct change *c, const char *login)
{
	const char *p;

	for (p = login; *p != '\0'; p++)
		if ((unsigned char)*p <= 0x20 || *p == 0x7f || *p == ':')
			break;
	if (*p != '\0' || *login == '#' || strlen(login) > LIMIT_LOGIN ||
	    !tables_login_key(login, c->key))
		die(EXIT_WRONG, "a login is LOCAL@DOMAIN or the name of an "
		    "account, without blanks and colons");
	c->login = login;
}

static void
usage(void)
{
	die(EXIT_USAGE, "usage: malote passwd [-ds] login");
}

int
main(int argc, char *argv[])
{
	struct change change = { .found = false };
	bool delete = false, from_stdin = false;
	int option;

	die_name("malote passwd");
	while ((option = getopt(argc, argv, "ds")) != -1) {
		if (option == 'd')
			delete = true;
		else if (option == 's')
			from_stdin = true;
		else
			usage();
	}
	if (argc - optind != 1 || (delete && from_stdin))
		usage();
	check_login(&change, argv[optind]);
	if (!delete)
		change.hash = make_hash(from_stdin);
	change.folder = open_folder();
	open_files(&change);
	copy_lines(&change);
	if (!change.found && delete) {
		(void)unlinkat(change.folder, USERS_NEW, 0);
		die(EXIT_WRONG, "%s has no password here", change.login);
	}
	if (!change.found)
		change_line(&change, NULL);
	replace(&change);
	return EXIT_DONE;
}
