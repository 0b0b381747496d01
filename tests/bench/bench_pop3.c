/* needs: tests/bench/measure -lpthread */
/*
 * POP3 load: one thread for each session at a time.  A session is USER, PASS,
 * STAT, with -l LIST and UIDL, RETR of the first messages, QUIT.  Thread t
 * logs in as user t mod users, so that no mailbox is opened twice at once.
 * One line of JSON tells the medians of the phases.
 *
 * With -Q each read is followed by TCP_QUICKACK, which takes out the 40 ms
 * stalls of servers that write a reply in pieces with Nagle's algorithm on.
 *
 * bench_pop3 [-u user, %d its number] [-U users] [-p password] [-c threads]
 *	[-n sessions] [-r messages] [-l] [-Q] [-T seconds] 127.0.0.1:port
 */
#include <sys/socket.h>
#include <sys/time.h>
#include <netinet/tcp.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"

#define AGAIN		50000		/* microseconds */

enum { PATIENCE = 30, FAILURES = 20, ATTEMPTS = 100, MANY = 10000000 };

enum phase { STAT, LIST, UIDL, RETR, WHOLE, PHASES };

static const char *const phase_names[PHASES] = {
	"login_stat", "list", "uidl", "retr", "session"
};

struct run {
	struct sockaddr_in server;
	const char	*user, *password;
	int		 users, threads, sessions, retr, seconds;
	bool		 lists, quick;
	double		 start;

	pthread_mutex_t	 mutex;		/* for what follows */
	int		 started, failed, done, redone;
	long		 messages, retrieved;
	double		*times[PHASES];	/* of sessions done, seconds */
};

struct client {
	struct run	*run;
	int		 fd;
	size_t		 begin, end;	/* of what is in buf, unread */
	char		 buf[65536];
};

/* The next line, not terminated, or NULL at the end of the connection. */
static char *
next_line(struct client *c, size_t *len)
{
	int on = 1;

	for (;;) {
		char *line = c->buf + c->begin;
		char *end = memchr(line, '\n', c->end - c->begin);
		ssize_t n;

		if (end != NULL) {
			*len = (size_t)(end - line) + 1;
			c->begin += *len;
			return line;
		}
		c->end -= c->begin;
		memmove(c->buf, line, c->end);
		c->begin = 0;
		n = read(c->fd, c->buf + c->end, sizeof(c->buf) - c->end);
		if (n <= 0)
			return NULL;
		c->end += (size_t)n;
		if (c->run->quick)
			(void)setsockopt(c->fd, IPPROTO_TCP, TCP_QUICKACK, &on,
			    sizeof(on));
	}
}

/* Sends a command, none for NULL; its reply when that is +OK, or NULL. */
static const char *
command(struct client *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static const char *
command(struct client *c, const char *fmt, ...)
{
	char text[512];
	const char *line;
	size_t len;
	va_list ap;
	int n;

	if (fmt != NULL) {
		va_start(ap, fmt);
		n = vsnprintf(text, sizeof(text), fmt, ap);
		va_end(ap);
		if (write(c->fd, text, (size_t)n) != n)
			return NULL;
	}
	line = next_line(c, &len);
	return line != NULL && line[0] == '+' ? line : NULL;
}

/* Reads up to the line with the dot; how many lines there were, or -1. */
static long
read_lines(struct client *c)
{
	size_t len;
	char *line;
	long n = 0;

	while ((line = next_line(c, &len)) != NULL) {
		if (len == 3 && memcmp(line, ".\r\n", 3) == 0)
			return n;
		n++;
	}
	return -1;
}

static bool
dial(struct client *c)
{
	const struct timeval patience = { .tv_sec = PATIENCE };
	int on = 1;

	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (c->fd == -1)
		measure_fail("socket: %s", strerror(errno));
	measure_nodelay(c->fd);
	(void)setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof(patience));
	if (connect(c->fd, (struct sockaddr *)&c->run->server,
	    sizeof(c->run->server)) == -1)
		return false;
	if (c->run->quick)
		(void)setsockopt(c->fd, IPPROTO_TCP, TCP_QUICKACK, &on,
		    sizeof(on));
	return true;
}

/* USER, with the number in the place of %d. */
static bool
log_in(struct client *c, int number)
{
	const char *mark = strstr(c->run->user, "%d");
	int head = mark != NULL ? (int)(mark - c->run->user) :
	    (int)strlen(c->run->user);
	char user[128];

	(void)snprintf(user, sizeof(user), "%.*s", head, c->run->user);
	if (mark != NULL)
		(void)snprintf(user, sizeof(user), "%.*s%d", head,
		    c->run->user, number);
	return command(c, "USER %s\r\n", user) != NULL &&
	    command(c, "PASS %s\r\n", c->run->password) != NULL;
}

/* Connects, and again as a reader would when there is no room for us. */
static bool
greet(struct client *c, int *redone)
{
	for (; *redone < ATTEMPTS; ++*redone) {
		if (dial(c) && command(c, NULL) != NULL)
			return true;
		(void)close(c->fd);
		c->fd = -1;
		c->begin = c->end = 0;
		(void)usleep(AGAIN);
	}
	return false;
}

/* The seconds since *t, which becomes now. */
static double
lap(double *t)
{
	double before = *t;

	*t = measure_now();
	return *t - before;
}

/* A whole session; how many messages were retrieved, or -1. */
static long
talk(struct client *c, int number, long *messages, int *redone,
    double times[PHASES])
{
	double begin = measure_now(), t = begin;
	const char *stat;
	long i, n;

	if (!greet(c, redone) || !log_in(c, number) ||
	    (stat = command(c, "STAT\r\n")) == NULL)
		return -1;
	*messages = strtol(stat + 4, NULL, 10);
	times[STAT] = lap(&t);
	if (c->run->lists) {
		if (command(c, "LIST\r\n") == NULL ||
		    read_lines(c) != *messages)
			return -1;
		times[LIST] = lap(&t);
		if (command(c, "UIDL\r\n") == NULL ||
		    read_lines(c) != *messages)
			return -1;
		times[UIDL] = lap(&t);
	}
	n = c->run->retr < *messages ? c->run->retr : *messages;
	for (i = 1; i <= n; i++)
		if (command(c, "RETR %ld\r\n", i) == NULL || read_lines(c) < 0)
			return -1;
	times[RETR] = lap(&t);
	if (command(c, "QUIT\r\n") == NULL)
		return -1;
	times[WHOLE] = measure_now() - begin;
	return n;
}

static void
session(struct run *r, int number)
{
	struct client *c = measure_memory(1, sizeof(*c));
	double times[PHASES] = { 0 };
	long messages = 0, retrieved;
	int i, redone = 0;

	c->run = r;
	retrieved = talk(c, number, &messages, &redone, times);
	(void)close(c->fd);
	(void)pthread_mutex_lock(&r->mutex);
	r->redone += redone;
	if (retrieved >= 0) {
		for (i = 0; i < PHASES; i++)
			r->times[i][r->done] = times[i];
		r->done++;
		r->messages = messages;
		r->retrieved += retrieved;
	} else if (r->failed++ < 3) {
		(void)fprintf(stderr, "bench_pop3: user %d: %.*s\n", number,
		    (int)(c->end < 80 ? c->end : 80), c->buf);
	}
	(void)pthread_mutex_unlock(&r->mutex);
	free(c);
}

static bool
may_start(struct run *r)
{
	bool may;

	(void)pthread_mutex_lock(&r->mutex);
	may = r->started < r->sessions && r->failed < FAILURES &&
	    measure_now() - r->start < r->seconds;
	r->started += may;
	(void)pthread_mutex_unlock(&r->mutex);
	return may;
}

struct worker {
	pthread_t	 thread;
	struct run	*run;
	int		 number;
};

static void *
work(void *arg)
{
	struct worker *w = arg;

	while (may_start(w->run))
		session(w->run, w->number % w->run->users);
	return NULL;
}

static void
run(struct run *r)
{
	struct worker *w = measure_memory((size_t)r->threads, sizeof(*w));
	int i;

	r->start = measure_now();
	for (i = 0; i < r->threads; i++) {
		w[i].run = r;
		w[i].number = i;
		if (pthread_create(&w[i].thread, NULL, work, &w[i]) != 0)
			measure_fail("no more threads");
	}
	for (i = 0; i < r->threads; i++)
		(void)pthread_join(w[i].thread, NULL);
	free(w);
}

static void
tell(struct run *r)
{
	double wall = measure_now() - r->start;
	size_t n = (size_t)r->done;
	double retr = 0;
	int i;

	for (i = 0; i < r->done; i++)
		retr += r->times[RETR][i];
	(void)printf("{\"sessions\":%d,\"failed\":%d,\"redone\":%d,"
	    "\"messages\":%ld,\"retrieved\":%ld,\"sessions_per_s\":%.1f,"
	    "\"retr_per_s\":%.1f", r->done,
	    r->failed + r->sessions - r->started, r->redone, r->messages,
	    r->retrieved, r->done / wall,
	    retr > 0 ? (double)r->retrieved / retr : 0);
	for (i = 0; i < PHASES; i++) {
		(void)printf(",\"%s_p50_ms\":%.3f", phase_names[i],
		    measure_percentile(r->times[i], n, 50) * 1e3);
		(void)printf(",\"%s_p99_ms\":%.3f", phase_names[i],
		    measure_percentile(r->times[i], n, 99) * 1e3);
	}
	(void)printf("}\n");
}

int
main(int argc, char *argv[])
{
	struct run r = { .user = "u%d", .password = "pw", .users = 1,
	    .threads = 1, .sessions = 1, .seconds = 120,
	    .mutex = PTHREAD_MUTEX_INITIALIZER };
	int c;

	(void)signal(SIGPIPE, SIG_IGN);
	while ((c = getopt(argc, argv, "u:U:p:c:n:r:lQT:")) != -1)
		switch (c) {
		case 'u': r.user = optarg; break;
		case 'U': r.users = measure_number(optarg, MANY); break;
		case 'p': r.password = optarg; break;
		case 'c': r.threads = measure_number(optarg, 1000); break;
		case 'n': r.sessions = measure_number(optarg, MANY); break;
		case 'r': r.retr = measure_number(optarg, MANY); break;
		case 'l': r.lists = true; break;
		case 'Q': r.quick = true; break;
		case 'T': r.seconds = measure_number(optarg, 3600); break;
		default: return 2;
		}
	if (optind != argc - 1)
		measure_fail("127.0.0.1:port is missing");
	r.server = measure_address(argv[optind]);
	for (c = 0; c < PHASES; c++)
		r.times[c] = measure_memory((size_t)r.sessions + 1,
		    sizeof(double));
	run(&r);
	tell(&r);
	return 0;
}
