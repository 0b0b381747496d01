/* needs: tests/bench/measure */
/*
 * The least a peer's root needs of a syslogd: bench_syslog SOCKET FILE
 * appends what comes in, without a sync.  Ends on SIGTERM.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"

int
main(int argc, char *argv[])
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	char line[8192];
	int s, f;

	if (argc != 3)
		measure_fail("usage: bench_syslog SOCKET FILE");
	(void)unlink(argv[1]);
	(void)strlcpy(sun.sun_path, argv[1], sizeof(sun.sun_path));
	s = socket(AF_UNIX, SOCK_DGRAM, 0);
	f = open(argv[2], O_WRONLY | O_APPEND | O_CREAT, 0600);
	if (s == -1 || f == -1 ||
	    bind(s, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    chmod(argv[1], 0666) == -1)
		measure_fail("%s: %s", argv[1], strerror(errno));
	for (;;) {
		ssize_t n = read(s, line, sizeof(line) - 1);

		if (n <= 0)
			continue;
		line[n++] = '\n';
		if (write(f, line, (size_t)n) == -1)
			measure_fail("%s: %s", argv[2], strerror(errno));
	}
}
