/* needs: tests/lib/unit */
/*
 * What an acceptor knows of its clients: their names and numbers, the seats
 * of those who are served, and that a forked child has nothing of it.
 */
#include <sys/socket.h>
#include <sys/wait.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "apart.h"
#include "apart_heap.h"
#include "fd.h"
#include "guests.h"
#include "seats.h"
#include "unit.h"

static const struct {
	int		 family;
	const char	*address;
	const char	*text;
	const char	*name;
} clients[] = {
	{ AF_INET, "192.0.2.1", "192.0.2.1", "192.0.2.1" },
	{ AF_INET6, "::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1" },
	{ AF_INET6, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6",
	    "2001:db8:1:2::" },
	{ AF_INET6, "::1", "::1", "::" },
};

START_TEST(clients_are_counted_by_address_or_network)
{
	union {
		struct sockaddr		sa;
		struct sockaddr_in	in;
		struct sockaddr_in6	in6;
	} u;
	char text[64], name[GUEST_NAME];
	size_t i;

	for (i = 0; i < countof(clients); i++) {
		memset(&u, 0, sizeof(u));
		u.sa.sa_family = (sa_family_t)clients[i].family;
		if (clients[i].family == AF_INET)
			u.in.sin_port = htons(4321);
		else
			u.in6.sin6_port = htons(4321);
		ck_assert_int_eq(inet_pton(clients[i].family,
		    clients[i].address, clients[i].family == AF_INET ?
		    (void *)&u.in.sin_addr : (void *)&u.in6.sin6_addr), 1);
		ck_assert_uint_eq(guest_address(&u.sa, text, sizeof(text)),
		    4321);
		ck_assert_str_eq(text, clients[i].text);
		guest_name(name, &u.sa, -1);
		ck_assert_str_eq(name, clients[i].name);
	}
}
END_TEST

START_TEST(local_clients_are_counted_by_account)
{
	struct sockaddr sa = { .sa_family = AF_UNIX };
	char name[GUEST_NAME], want[GUEST_NAME], text[64];
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	guest_name(name, &sa, pair[0]);
	(void)snprintf(want, sizeof(want), "uid %lu",
	    (unsigned long)getuid());
	ck_assert_str_eq(name, want);
	ck_assert_uint_eq(guest_address(&sa, text, sizeof(text)), 0);
	ck_assert_str_eq(text, "");
	close(pair[0]);
	close(pair[1]);
}
END_TEST

START_TEST(guests_are_counted_and_limited)
{
	struct guests *g = apart_new(sizeof(*g));
	struct guest *a, *b;

	guests_init(g, 2);
	a = guests_enter(g, "192.0.2.1", 2);
	ck_assert_ptr_nonnull(a);
	ck_assert_ptr_eq(guests_enter(g, "192.0.2.1", 2), a);
	ck_assert_ptr_null(guests_enter(g, "192.0.2.1", 2));
	ck_assert_int_eq(errno, EUSERS);
	b = guests_enter(g, "192.0.2.2", 2);
	ck_assert_ptr_nonnull(b);
	ck_assert_ptr_null(guests_enter(g, "192.0.2.3", 2));
	ck_assert_int_eq(errno, ENOBUFS);

	/* A limit that was lowered lets nobody more in; who goes makes
	 * room, and is forgotten with his last connection. */
	ck_assert_ptr_null(guests_enter(g, "192.0.2.2", 1));
	guests_leave(g, a);
	ck_assert_uint_eq(a->count, 1);
	guests_leave(g, a);
	a = guests_enter(g, "192.0.2.3", 2);
	ck_assert_ptr_nonnull(a);
	ck_assert_uint_eq(a->count, 1);
}
END_TEST

START_TEST(seats_are_found_by_pid)
{
	struct seats *s = apart_new(sizeof(*s));
	struct seat *seat;
	pid_t pid;

	/* Two pids of each slot. */
	seats_init(s, 2 * SEAT_SLOTS);
	for (pid = 1; pid <= 2 * SEAT_SLOTS; pid++) {
		seat = seats_vacant(s);
		ck_assert_ptr_nonnull(seat);
		seats_take(s, seat, pid, NULL);
	}
	ck_assert_ptr_null(seats_vacant(s));
	ck_assert_uint_eq(s->count, 2 * SEAT_SLOTS);
	for (pid = 1; pid <= 2 * SEAT_SLOTS; pid += 2) {
		seat = seats_find(s, pid);
		ck_assert_ptr_nonnull(seat);
		ck_assert_int_eq(seat->pid, pid);
		seats_leave(s, seat);
		ck_assert_ptr_null(seats_find(s, pid));
		ck_assert_ptr_nonnull(seats_find(s, pid + 1));
	}
	ck_assert_uint_eq(s->count, SEAT_SLOTS);
	ck_assert_ptr_nonnull(seats_vacant(s));
}
END_TEST

START_TEST(a_pool_gives_each_thing_once)
{
	struct apart_pool pool;
	void *a, *b;

	apart_pool_init(&pool, 64, 2);
	a = apart_get(&pool);
	b = apart_get(&pool);
	ck_assert(a != NULL && b != NULL && a != b);
	ck_assert_ptr_null(apart_get(&pool));
	apart_put(&pool, b);
	apart_put(&pool, a);
	ck_assert_ptr_eq(apart_get(&pool), a);
	ck_assert_ptr_eq(apart_get(&pool), b);
	ck_assert_ptr_null(apart_get(&pool));
}
END_TEST

START_TEST(the_heap_apart_is_a_heap)
{
	unsigned char *block[64];
	size_t i, k, n;

	apart_heap_init(64 * 1024);
	for (i = 0; i < countof(block); i++) {
		block[i] = apart_alloc(i * 5);
		ck_assert_ptr_nonnull(block[i]);
		ck_assert_uint_eq((uintptr_t)block[i] %
		    _Alignof(max_align_t), 0);
		memset(block[i], (int)i, i * 5);
	}
	for (i = 0; i < countof(block); i++) {
		block[i] = apart_realloc(block[i], i * 9);
		ck_assert_ptr_nonnull(block[i]);
		for (k = 0; k < i * 5; k++)
			ck_assert_uint_eq(block[i][k], i);
	}
	for (i = 0; i < countof(block); i++)
		apart_free(block[i]);
	apart_free(NULL);

	/* What was given back is used again, and the end is an error. */
	for (i = 0; i < 10000; i++)
		apart_free(apart_alloc(300));
	for (n = 0; apart_alloc(4096) != NULL; n++)
		;
	ck_assert_uint_gt(n, 4);
	ck_assert_int_eq(errno, ENOMEM);
	ck_assert_ptr_null(apart_alloc(SIZE_MAX));
	ck_assert_ptr_null(apart_alloc(64 * 1024));
}
END_TEST

START_TEST(a_child_has_nothing_of_it)
{
	volatile char *secret = apart_new(4096);
	int status;
	pid_t pid;

	secret[0] = 'x';
	pid = fork();
	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		(void)signal(SIGSEGV, SIG_DFL);
		_exit(secret[0]);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	/* A sanitizer makes an exit of the signal. */
	ck_assert(WIFSIGNALED(status) || WEXITSTATUS(status) != 'x');
	ck_assert_int_eq(secret[0], 'x');
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		clients_are_counted_by_address_or_network,
		local_clients_are_counted_by_account,
		guests_are_counted_and_limited,
		seats_are_found_by_pid,
		a_pool_gives_each_thing_once,
		the_heap_apart_is_a_heap,
		a_child_has_nothing_of_it
	};

	return unit_run("guests", tests, countof(tests));
}
