/* needs: tests/bench/measure */
/*
 * Opens connections and holds them: each one has its greeting, and without
 * -b it has said EHLO too.  They are opened four at a time, so that small
 * listen queues do not overflow.  One line of JSON when all stand; they are
 * held until standard input ends or time is over.
 *
 * bench_hold [-n connections] [-b] [-T seconds] 127.0.0.1:port
 */
#include <sys/socket.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"

enum { TOGETHER = 4, MANY = 100000 };

static const char hello[] = "EHLO client.example\r\n";

/* Reads one whole reply that begins with 2. */
static bool
read_reply(int fd, double end)
{
	char buf[4096], *line;
	size_t n = 0;

	while (measure_now() < end && n < sizeof(buf) - 1) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t r;

		if (poll(&p, 1, 100) != 1)
			continue;
		if ((r = read(fd, buf + n, sizeof(buf) - 1 - n)) <= 0)
			return false;
		n += (size_t)r;
		buf[n] = '\0';
		if (buf[n - 1] != '\n')
			continue;
		buf[n - 1] = '\0';
		line = strrchr(buf, '\n');
		line = line != NULL ? line + 1 : buf;
		if (strlen(line) > 3 && line[3] == ' ')
			return buf[0] == '2';
		buf[n - 1] = '\n';
	}
	return false;
}

static int
open_one(const struct sockaddr_in *sin)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd == -1)
		measure_fail("socket: %s", strerror(errno));
	if (connect(fd, (const struct sockaddr *)sin, sizeof(*sin)) == -1) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static bool
stands(int fd, bool greeting_only, double end)
{
	if (fd == -1 || !read_reply(fd, end))
		return false;
	if (greeting_only)
		return true;
	return write(fd, hello, sizeof(hello) - 1) ==
	    (ssize_t)sizeof(hello) - 1 && read_reply(fd, end);
}

/* How many of them stand. */
static int
open_all(const struct sockaddr_in *sin, int wanted, bool greeting_only,
    double end)
{
	int fd[TOGETHER], held = 0, i, k, n;

	for (i = 0; i < wanted && measure_now() < end; i += n) {
		n = wanted - i < TOGETHER ? wanted - i : TOGETHER;
		for (k = 0; k < n; k++)
			fd[k] = open_one(sin);
		for (k = 0; k < n; k++)
			held += stands(fd[k], greeting_only, end);
	}
	return held;
}

int
main(int argc, char *argv[])
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	bool greeting_only = false;
	int c, wanted = 500, seconds = 60, held;
	struct sockaddr_in sin;
	double start;

	(void)signal(SIGPIPE, SIG_IGN);
	measure_descriptors();
	while ((c = getopt(argc, argv, "n:bT:")) != -1)
		switch (c) {
		case 'n': wanted = measure_number(optarg, MANY); break;
		case 'b': greeting_only = true; break;
		case 'T': seconds = measure_number(optarg, 3600); break;
		default: return 2;
		}
	if (optind != argc - 1)
		measure_fail("127.0.0.1:port is missing");
	sin = measure_address(argv[optind]);
	start = measure_now();
	held = open_all(&sin, wanted, greeting_only, start + seconds);
	(void)printf("{\"wanted\":%d,\"held\":%d,\"open_s\":%.2f}\n", wanted,
	    held, measure_now() - start);
	(void)fflush(stdout);
	(void)poll(&p, 1, seconds * 1000);
	return 0;
}
