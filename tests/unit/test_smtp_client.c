/* needs: tests/lib/unit smtpd/smtp_client */
/* Who a client is: networks that may relay, and the name it is counted by. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "seats.h"
#include "../../smtpd/smtp_client.h"
#include "fd.h"
#include "unit.h"

static const struct {
	const char	*net;
	const char	*address;
	bool		 holds;
} nets[] = {
	{ "127.0.0.1", "127.0.0.1", true },
	{ "127.0.0.1", "127.0.0.2", false },
	{ "127.0.0.1/32", "127.0.0.1", true },
	{ "192.0.2.0/24", "192.0.2.255", true },
	{ "192.0.2.0/24", "192.0.3.0", false },
	{ "192.0.2.128/25", "192.0.2.127", false },
	{ "192.0.2.128/25", "192.0.2.129", true },
	{ "10.0.0.0/7", "11.255.255.255", true },
	{ "10.0.0.0/7", "12.0.0.0", false },
	{ "0.0.0.0/0", "203.0.113.9", true },
	{ "0.0.0.0/0", "::1", false },
	{ "::/0", "127.0.0.1", false },
	{ "::1", "::1", true },
	{ "2001:db8::/33", "2001:db8:7fff::1", true },
	{ "2001:db8::/33", "2001:db8:8000::1", false },
	/* whatever cannot be read says no */
	{ "192.0.2.0/33", "192.0.2.1", false },
	{ "192.0.2.0/", "192.0.2.1", false },
	{ "192.0.2.0/-1", "192.0.2.1", false },
	{ "nonsense", "192.0.2.1", false },
	{ "0.0.0.0/0", "nonsense", false },
	{ "0.0.0.0/0", "", false },
};

START_TEST(networks_hold_addresses)
{
	size_t i;

	for (i = 0; i < countof(nets); i++)
		ck_assert_msg(net_holds(nets[i].net, nets[i].address) ==
		    nets[i].holds, "%s %s", nets[i].net, nets[i].address);
}
END_TEST

static const struct {
	int		 family;
	const char	*address;
	const char	*text;
	const char	*who;
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
	char text[64], who[SEATS_WHO];
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
		ck_assert_uint_eq(seats_address(&u.sa, text, sizeof(text)),
		    4321);
		ck_assert_str_eq(text, clients[i].text);
		seats_who(who, &u.sa, -1);
		ck_assert_str_eq(who, clients[i].who);
	}
}
END_TEST

START_TEST(local_clients_are_counted_by_account)
{
	struct sockaddr sa = { .sa_family = AF_UNIX };
	char who[SEATS_WHO], want[SEATS_WHO], text[64];
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	seats_who(who, &sa, pair[0]);
	(void)snprintf(want, sizeof(want), "uid %lu",
	    (unsigned long)getuid());
	ck_assert_str_eq(who, want);
	ck_assert_uint_eq(seats_address(&sa, text, sizeof(text)), 0);
	ck_assert_str_eq(text, "");
	close(pair[0]);
	close(pair[1]);
}
END_TEST

START_TEST(seats_are_found_and_counted)
{
	struct seats c;
	struct seat *seat;
	size_t i;

	seats_init(&c);
	ck_assert_ptr_null(seats_find(&c, SEAT_SPARE));
	for (i = 0; i < 40; i++) {
		seat = seats_vacant(&c);
		ck_assert_ptr_nonnull(seat);
		ck_assert_int_eq(seat->door, -1);
		seat->state = i % 2 == 0 ? SEAT_BUSY : SEAT_SPARE;
		seat->pid = (pid_t)i + 100;
		(void)strlcpy(seat->who, i % 4 == 0 ? "a" : "b",
		    sizeof(seat->who));
	}
	ck_assert_uint_eq(seats_count(&c, SEAT_BUSY), 20);
	ck_assert_uint_eq(seats_count_who(&c, "a"), 10);
	ck_assert_uint_eq(seats_count_who(&c, "b"), 10);
	seat = seats_find_pid(&c, 139);
	ck_assert_ptr_nonnull(seat);
	ck_assert_int_eq(seat->state, SEAT_SPARE);
	seat->state = SEAT_FREE;
	ck_assert_ptr_null(seats_find_pid(&c, 139));
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		networks_hold_addresses,
		clients_are_counted_by_address_or_network,
		local_clients_are_counted_by_account,
		seats_are_found_and_counted
	};

	return unit_run("smtp_client", tests, countof(tests));
}
