/* needs: tests/bench/sink_talk tests/bench/measure */
/*
 * An SMTP server that takes all mail and keeps none of it: it counts, and
 * with -o writes down which message came to which recipients.  It ends when
 * it has the wanted number of recipients, on SIGTERM, or when time is over.
 *
 * bench_sink [-n recipients] [-T seconds] [-o file] [-a: listens on every
 *	loopback address, one next hop each] 127.0.0.1:port
 */
#include <sys/epoll.h>
#include <sys/socket.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"
#include "sink_talk.h"

enum { EVENTS = 128, BACKLOG = 4096, MANY = 100000000 };

static volatile sig_atomic_t asked;

static void
on_term(int signo)
{
	(void)signo;
	asked = 1;
}

static int
listener(const struct sockaddr_in *sin)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)sin, sizeof(*sin)) == -1 ||
	    listen(fd, BACKLOG) == -1)
		measure_fail("listen: %s", strerror(errno));
	return fd;
}

static void
watch(int epoll, int fd, void *what)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = what };

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) == -1)
		measure_fail("epoll_ctl: %s", strerror(errno));
}

static void
take_connections(struct sink *s, int epoll, int listening)
{
	int fd;

	while ((fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK)) != -1) {
		measure_nodelay(fd);
		watch(epoll, fd, sink_open(s, fd));
	}
}

static void
run(struct sink *s, int listening, long wanted, int seconds)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC), i, n;
	double end = measure_now() + seconds;
	struct epoll_event e[EVENTS];

	watch(epoll, listening, NULL);
	while (!asked && measure_now() < end &&
	    (wanted == 0 || s->recipients < wanted)) {
		n = epoll_wait(epoll, e, EVENTS, 100);
		for (i = 0; i < n; i++) {
			if (e[i].data.ptr == NULL)
				take_connections(s, epoll, listening);
			else
				sink_read(s, e[i].data.ptr);
		}
	}
}

int
main(int argc, char *argv[])
{
	struct sink s = { .ledger = NULL };
	struct sockaddr_in sin;
	int c, every = 0, seconds = 120;
	long wanted = 0;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGTERM, on_term);
	measure_descriptors();
	while ((c = getopt(argc, argv, "n:T:o:a")) != -1)
		switch (c) {
		case 'n': wanted = measure_number(optarg, MANY); break;
		case 'T': seconds = measure_number(optarg, 3600); break;
		case 'a': every = 1; break;
		case 'o':
			if ((s.ledger = fopen(optarg, "w")) == NULL)
				measure_fail("%s: %s", optarg, strerror(errno));
			break;
		default: return 2;
		}
	if (optind != argc - 1)
		measure_fail("127.0.0.1:port is missing");
	sin = measure_address(argv[optind]);
	if (every)
		sin.sin_addr.s_addr = htonl(INADDR_ANY);
	run(&s, listener(&sin), wanted, seconds);
	(void)printf("{\"connections\":%ld,\"peak_connections\":%ld,"
	    "\"transactions\":%ld,\"recipients\":%ld,\"bytes\":%lld,"
	    "\"first\":%.6f,\"last\":%.6f}\n", s.connections, s.peak,
	    s.transactions, s.recipients, s.bytes, s.first, s.last);
	if (s.ledger != NULL && fclose(s.ledger) != 0)
		measure_fail("the ledger: %s", strerror(errno));
	return 0;
}
