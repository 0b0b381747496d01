/* needs: tests/bench/smtp_talk tests/bench/measure */
/*
 * SMTP load.  With -w it watches Maildirs too, so that acceptance and
 * delivery are timed by one clock.  One line of JSON tells the figures:
 *	lat	from connect(2), or MAIL on a used connection, to the 250
 *	data	from the end of data sent to its 250
 *	visible	from that 250 to the file in new/ (-S; below 0: it was faster)
 *
 * bench_smtp [-n messages] [-c connections] [-m messages per connection]
 *	[-s bytes] [-t recipient, %d its number] [-u numbers] [-i mark]
 *	[-w Maildir/new ...] [-S: one at a time, each after the last arrived]
 *	[-o file: each message's fate] [-T seconds] 127.0.0.1:port
 */
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"
#include "smtp_talk.h"

#define SWEEP	0.005		/* seconds */

enum { EVENTS = 64, LINE = 78, MANY = 10000000 };

struct watch {
	int	 fd;		/* -1: deliveries are not watched */
	double	*seen;		/* when the n-th file was there */
	double	 last;
};

static void
add_watch(struct watch *w, const char *folder)
{
	if (w->fd == -1)
		w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (inotify_add_watch(w->fd, folder, IN_CREATE | IN_MOVED_TO) == -1)
		measure_fail("%s: %s", folder, strerror(errno));
}

static void
read_watch(struct watch *w, struct load *l)
{
	_Alignas(struct inotify_event) char buf[65536];
	struct inotify_event e;
	ssize_t n;

	while ((n = read(w->fd, buf, sizeof(buf))) > 0) {
		char *p = buf;

		w->last = measure_now();
		while (p < buf + n) {
			memcpy(&e, p, sizeof(e));
			p += sizeof(e) + e.len;
			if (e.mask & IN_Q_OVERFLOW)
				measure_fail("inotify overflow");
			if (!(e.mask & (IN_CREATE | IN_MOVED_TO)))
				continue;
			if (l->arrived < l->count)
				w->seen[l->arrived] = w->last;
			l->arrived++;
		}
	}
	talk_go_on(l);
}

/* Lines of letters, about as many as the size asks for, and the dot. */
static void
make_body(struct load *l)
{
	size_t lines = l->size > 300 ? (l->size - 220) / LINE : 1;
	char *p = measure_memory(lines + 1, LINE);
	size_t i;

	l->body = p;
	for (; lines > 0; lines--) {
		for (i = 0; i < LINE - 2; i++)
			*p++ = (char)('a' + i % 26);
		*p++ = '\r';
		*p++ = '\n';
	}
	memcpy(p, ".\r\n", 3);
	l->body_len = (size_t)(p - l->body) + 3;
}

static bool
is_over(const struct load *l, const struct watch *w)
{
	return l->kept + l->failed >= l->count && l->open == 0 &&
	    (w->fd == -1 || l->arrived >= l->kept);
}

/* Whether everything was done before the time was over. */
static bool
run(struct load *l, struct watch *w, int seconds)
{
	struct epoll_event e[EVENTS];
	double swept = l->start, now;
	int i, n;

	talk_start(l);
	while (!is_over(l, w)) {
		n = epoll_wait(l->epoll, e, EVENTS, (int)(SWEEP * 1000));
		for (i = 0; i < n; i++) {
			if (e[i].data.ptr == NULL)
				read_watch(w, l);
			else
				talk_event(l, e[i].data.ptr, e[i].events);
		}
		now = measure_now();
		if (now - l->start > seconds)
			return false;
		if (now - swept > SWEEP) {
			swept = now;
			talk_sweep(l, now);
			talk_go_on(l);
		}
	}
	return true;
}

static void
write_fates(const struct load *l, const char *path)
{
	FILE *f = fopen(path, "w");
	int i;

	if (f == NULL)
		measure_fail("%s: %s", path, strerror(errno));
	for (i = 0; i < l->sent; i++)
		(void)fprintf(f, "%d %c\n", i, l->messages[i].fate);
	if (fclose(f) != 0)
		measure_fail("%s: %s", path, strerror(errno));
}

static void
tell_percentiles(const char *name, double *v, size_t n)
{
	(void)printf(",\"%s_p50_ms\":%.2f", name, measure_percentile(v, n, 50));
	(void)printf(",\"%s_p99_ms\":%.2f", name, measure_percentile(v, n, 99));
}

static void
tell_latencies(const struct load *l, const struct watch *w)
{
	double *lat = measure_memory((size_t)l->count + 1, sizeof(*lat));
	double *data = measure_memory((size_t)l->count + 1, sizeof(*data));
	double *seen = measure_memory((size_t)l->count + 1, sizeof(*seen));
	const struct message *m;
	size_t n = 0;

	for (m = l->messages; m < l->messages + l->sent; m++) {
		if (m->fate != FATE_KEPT)
			continue;
		lat[n] = (m->kept - m->begin) * 1e3;
		data[n] = (m->kept - m->dot) * 1e3;
		seen[n] = w->seen != NULL ? (w->seen[n] - m->kept) * 1e3 : 0;
		n++;
	}
	tell_percentiles("lat", lat, n);
	tell_percentiles("data", data, n);
	if (l->serial && (size_t)l->arrived >= n)
		tell_percentiles("visible", seen, n);
}

static void
tell(const struct load *l, const struct watch *w, bool done)
{
	double accept = l->last_kept - l->start, deliver = w->last - l->start;

	(void)printf("{\"connections\":%d,\"redone\":%d,\"accepted\":%d,"
	    "\"failed\":%d,\"unsent\":%d", l->connections, l->redone, l->kept,
	    l->failed, l->count - l->kept - l->failed);
	(void)printf(",\"accept_s\":%.3f,\"accept_per_s\":%.1f", accept,
	    l->kept > 0 ? l->kept / accept : 0);
	tell_latencies(l, w);
	if (w->fd != -1)
		(void)printf(",\"delivered\":%d,\"deliver_s\":%.3f,"
		    "\"deliver_per_s\":%.1f", l->arrived, deliver,
		    l->arrived > 0 ? l->arrived / deliver : 0);
	(void)printf(",\"timed_out\":%s}\n", done ? "false" : "true");
}

int
main(int argc, char *argv[])
{
	struct load l = { .count = 1000, .clients = 20, .per = 1, .users = 10,
	    .size = 4096, .to = "u%d@test.example", .mark = "0" };
	struct watch w = { .fd = -1 };
	struct epoll_event e = { .events = EPOLLIN };
	const char *fates = NULL;
	int c, seconds = 120;
	bool done;

	(void)signal(SIGPIPE, SIG_IGN);
	measure_descriptors();
	while ((c = getopt(argc, argv, "n:c:m:s:t:u:i:w:So:T:")) != -1)
		switch (c) {
		case 'n': l.count = measure_number(optarg, MANY); break;
		case 'c': l.clients = measure_number(optarg, 10000); break;
		case 'm': l.per = measure_number(optarg, MANY); break;
		case 's': l.size = (size_t)measure_number(optarg, 1 << 30);
			break;
		case 't': l.to = optarg; break;
		case 'u': l.users = measure_number(optarg, MANY); break;
		case 'i': l.mark = optarg; break;
		case 'w': add_watch(&w, optarg); break;
		case 'S': l.serial = true; break;
		case 'o': fates = optarg; break;
		case 'T': seconds = measure_number(optarg, 3600); break;
		default: return 2;
		}
	if (optind != argc - 1)
		measure_fail("127.0.0.1:port is missing");
	l.server = measure_address(argv[optind]);
	make_body(&l);
	l.messages = measure_memory((size_t)l.count + 1, sizeof(*l.messages));
	for (c = 0; c < l.count; c++)
		l.messages[c].fate = FATE_UNSENT;
	w.seen = measure_memory((size_t)l.count + 1, sizeof(*w.seen));
	l.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w.fd != -1 && epoll_ctl(l.epoll, EPOLL_CTL_ADD, w.fd, &e) == -1)
		measure_fail("epoll_ctl: %s", strerror(errno));
	l.start = measure_now();
	done = run(&l, &w, seconds);
	tell(&l, &w, done);
	if (fates != NULL)
		write_fates(&l, fates);
	return 0;
}
