/*
 * Clock, addresses, numbers and percentiles of the measuring programs.  It
 * trusts the command line to be ours, but refuses to send load to another
 * machine whatever stands there.
 */
#include "measure.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double
measure_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void
measure_fail(const char *fmt, ...)
{
	va_list ap;

	(void)fprintf(stderr, "%s: ", getprogname());
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	exit(2);
}

int
measure_number(const char *text, int max)
{
	const char *why;
	long long n = strtonum(text, 0, max, &why);

	if (why != NULL)
		measure_fail("%s is %s", text, why);
	return (int)n;
}

struct sockaddr_in
measure_address(const char *text)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	const char *colon = strrchr(text, ':');
	char host[INET_ADDRSTRLEN];

	if (colon == NULL || (size_t)(colon - text) >= sizeof(host))
		measure_fail("%s is not ADDRESS:PORT", text);
	(void)strlcpy(host, text, (size_t)(colon - text) + 1);
	if (inet_pton(AF_INET, host, &sin.sin_addr) != 1 ||
	    ntohl(sin.sin_addr.s_addr) >> 24 != IN_LOOPBACKNET)
		measure_fail("%s is not a loopback address", host);
	sin.sin_port = htons((in_port_t)measure_number(colon + 1, 65535));
	return sin;
}

void *
measure_memory(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		measure_fail("out of memory");
	return p;
}

void
measure_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
}

void
measure_nodelay(int fd)
{
	int on = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
measure_percentile(double *v, size_t n, double percent)
{
	if (n == 0)
		return 0;
	qsort(v, n, sizeof(*v), compare);
	return v[(size_t)(percent / 100 * (double)(n - 1) + 0.5)];
}
