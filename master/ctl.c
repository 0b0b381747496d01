/*
 * The common part of the small commands.  What malote answers is trusted;
 * what a caller gives stays the caller's.
 */
#include "ctl.h"

#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "frame.h"

enum { TIMEOUT = 700 * 1000 };	/* a reload waits for conf and programs */

static const char *
setting(const char *name, const char *fallback)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : fallback;
}

void
ctl_path(char *path, size_t size, const char *below)
{
	int n = snprintf(path, size, "%s/%s", setting("MALOTE_STATE",
	    PATH_STATE), below);

	if (n < 0 || (size_t)n >= size)
		die(EXIT_USAGE, "the state directory has too long a name");
}

const char *
ctl_conf(void)
{
	return setting("MALOTE_CONF", PATH_ETC "/malote.conf");
}

struct fate
ctl_master(char letter, void (*row)(void *, const struct control_row *),
    void *ctx)
{
	const struct control_master ask = { (uint32_t)letter };
	const int64_t deadline = fd_now() + TIMEOUT;
	struct control_end end;
	struct control_row one;
	struct frame frame;
	char path[1024];
	int fd, sock;

	ctl_path(path, sizeof(path), "run/control/master");
	sock = edge_connect(path);
	if (sock == -1)
		die_temp("%s", path);
	if (frame_tell(sock, &control_master, &ask, -1, deadline) == -1)
		die_temp("%s", path);
	for (;;) {
		if (frame_recv(sock, &frame, &fd, deadline) != 1)
			die_temp("malote went away");
		if (frame_get(&frame, &control_end, &end) == 0)
			break;
		if (frame_get(&frame, &control_row, &one) == 0 && row != NULL)
			row(ctx, &one);
	}
	close(sock);
	return end.fate;
}

int
ctl_check(const char *file, int dump)
{
	char path[1024];
	int fd, status;
	pid_t pid;

	(void)snprintf(path, sizeof(path), "%s/conf",
	    setting("MALOTE_LIBEXEC", PATH_LIBEXEC));
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		die(EXIT_WRONG, "%s: cannot be opened", file);
	pid = fork();
	if (pid == -1)
		die_temp("fork");
	if (pid == 0) {
		(void)dup2(fd, STDIN_FILENO);
		execl(path, "conf", "check", dump ? "-d" : "--", file,
		    (char *)NULL);
		die_temp("%s", path);
	}
	close(fd);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_TEMP;
}
