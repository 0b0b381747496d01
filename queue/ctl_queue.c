/*
 * malote queue: shows the queue to an administrator and passes on what he
 * wants done.  Runs as the caller; who may connect decides the control
 * folder.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "frame.h"
#include "wire_control.h"

enum { TIMEOUT = 60 * 1000 };	/* between two lines */

static void
usage(void)
{
	fputs("usage: malote queue list [pattern]\n"
	    "       malote queue show id\n"
	    "       malote queue retry id ... | --all\n"
	    "       malote queue remove id ...\n", stderr);
	exit(EXIT_USAGE);
}

static int
call(void)
{
	const char *state = getenv("MALOTE_STATE");
	char path[1024];
	int fd, n;

	n = snprintf(path, sizeof(path), "%s/run/control/queue",
	    state != NULL && *state != '\0' ? state : PATH_STATE);
	if (n < 0 || (size_t)n >= sizeof(path))
		die(EXIT_USAGE, "the state directory has too long a name");
	fd = edge_connect(path);
	if (fd == -1)
		die_temp("%s", path);
	return fd;
}

/* What comes from mail may hold anything a terminal would obey. */
static void
print_line(const char *text)
{
	for (; *text != '\0'; text++)
		putchar((unsigned char)*text < 0x20 || *text == 0x7f ? '?' :
		    *text);
	putchar('\n');
}

/* Prints until END; the exit status. */
static int
hear(int sock, const char *what)
{
	struct control_line line;
	struct control_end end;
	struct frame frame;
	int fd;

	for (;;) {
		if (frame_recv(sock, &frame, &fd, fd_now() + TIMEOUT) != 1)
			die_temp("the queue went away");
		if (frame_get(&frame, &control_end, &end) == 0)
			break;
		if (frame_get(&frame, &control_line, &line) == -1)
			die_temp("strange answer from the queue");
		print_line(line.text);
	}
	if (strcmp(end.fate.status, "2.3.0") == 0)
		fprintf(stderr, "malote queue: so far: %s\n", end.fate.text);
	if (end.fate.kind == FATE_DONE)
		return EXIT_DONE;
	fprintf(stderr, "malote queue: %s: %s\n", what, end.fate.text);
	return EXIT_WRONG;
}

static int
request(int sock, const struct wire *wire, const char *text)
{
	/* The four requests are one string each. */
	const struct control_list msg = { text };

	if (frame_tell(sock, wire, &msg, -1, fd_now() + TIMEOUT) == -1)
		die_temp("the queue went away");
	return hear(sock, text);
}

static int
list(int sock, int argc, char *argv[])
{
	if (argc > 1)
		usage();
	printf("%-16s %8s %10s %13s %-9s %s\n", "id", "age", "size",
	    "open/all", "state", "sender");
	return request(sock, &control_list, argc == 1 ? argv[0] : "");
}

static int
show(int sock, int argc, char *argv[])
{
	if (argc != 1)
		usage();
	return request(sock, &control_show, argv[0]);
}

static int
each(int sock, const struct wire *wire, int argc, char *argv[])
{
	int i, status = EXIT_DONE;

	if (argc < 1)
		usage();
	for (i = 0; i < argc; i++)
		if (request(sock, wire, argv[i]) != EXIT_DONE)
			status = EXIT_WRONG;
	return status;
}

static int
retry(int sock, int argc, char *argv[])
{
	if (argc == 1 && strcmp(argv[0], "--all") == 0)
		return request(sock, &control_retry, "");
	return each(sock, &control_retry, argc, argv);
}

static int
remove_messages(int sock, int argc, char *argv[])
{
	return each(sock, &control_remove, argc, argv);
}

static const struct {
	const char	*name;
	int		(*run)(int sock, int argc, char *argv[]);
} commands[] = {
	{ "list",	list },
	{ "show",	show },
	{ "retry",	retry },
	{ "remove",	remove_messages },
};

int
main(int argc, char *argv[])
{
	size_t i;

	die_name("malote queue");
	if (argc < 2)
		usage();
	for (i = 0; i < countof(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(call(), argc - 2, argv + 2);
	usage();
	return EXIT_USAGE;
}
