/*
 * Who is in the house.  A few hundred seats, looked through from end to end:
 * that is less work than the fork behind each of them.
 */
#include "seats.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void
seats_init(struct seats *s)
{
	s->all = NULL;
	s->size = 0;
}

void
seats_free(struct seats *s)
{
	if (s->size != 0)
		(void)munmap(s->all, s->size * sizeof(*s->all));
	seats_init(s);
}

/* In pages of their own, so that seats_free() gives back just these. */
static struct seat *
grow(struct seats *s)
{
	size_t i, used = s->size, size = used == 0 ? 32 : used * 2;
	struct seat *all;

	all = mmap(NULL, size * sizeof(*all), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON, -1, 0);
	if (all == MAP_FAILED)
		return NULL;
	if (used != 0)
		memcpy(all, s->all, used * sizeof(*all));
	for (i = used; i < size; i++) {
		all[i].state = SEAT_FREE;
		all[i].door = -1;
	}
	seats_free(s);
	s->all = all;
	s->size = size;
	return &all[used];
}

struct seat *
seats_find(struct seats *s, enum seat_state state)
{
	size_t i;

	for (i = 0; i < s->size; i++)
		if (s->all[i].state == state)
			return &s->all[i];
	return NULL;
}

struct seat *
seats_vacant(struct seats *s)
{
	struct seat *seat = seats_find(s, SEAT_FREE);

	return seat != NULL ? seat : grow(s);
}

struct seat *
seats_find_pid(struct seats *s, pid_t pid)
{
	size_t i;

	for (i = 0; i < s->size; i++)
		if (s->all[i].state != SEAT_FREE && s->all[i].pid == pid)
			return &s->all[i];
	return NULL;
}

size_t
seats_count(const struct seats *s, enum seat_state state)
{
	size_t i, n = 0;

	for (i = 0; i < s->size; i++)
		n += s->all[i].state == state;
	return n;
}

size_t
seats_count_who(const struct seats *s, const char *who)
{
	size_t i, n = 0;

	for (i = 0; i < s->size; i++)
		n += s->all[i].state == SEAT_BUSY &&
		    strcmp(s->all[i].who, who) == 0;
	return n;
}

/*
 * A client that came by IPv4 to an IPv6 socket is an IPv4 client, or a limit
 * or relay-from would not know it.
 */
unsigned
seats_address(const struct sockaddr *sa, char *text, size_t size)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	const unsigned char *b;

	*text = '\0';
	if (sa->sa_family == AF_INET) {
		memcpy(&in, sa, sizeof(in));
		(void)inet_ntop(AF_INET, &in.sin_addr, text,
		    (socklen_t)size);
		return ntohs(in.sin_port);
	}
	if (sa->sa_family != AF_INET6)
		return 0;
	memcpy(&in6, sa, sizeof(in6));
	b = in6.sin6_addr.s6_addr;
	if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr))
		(void)inet_ntop(AF_INET, b + 12, text, (socklen_t)size);
	else
		(void)inet_ntop(AF_INET6, b, text, (socklen_t)size);
	return ntohs(in6.sin6_port);
}

static void
who_local(char who[SEATS_WHO], int fd)
{
	uid_t uid;
	gid_t gid;

	if (getpeereid(fd, &uid, &gid) == -1)
		(void)strlcpy(who, "uid ?", SEATS_WHO);
	else
		(void)snprintf(who, SEATS_WHO, "uid %lu", (unsigned long)uid);
}

void
seats_who(char who[SEATS_WHO], const struct sockaddr *sa, int fd)
{
	struct sockaddr_in6 in6;

	if (sa->sa_family != AF_INET && sa->sa_family != AF_INET6) {
		who_local(who, fd);
		return;
	}
	(void)seats_address(sa, who, SEATS_WHO);
	if (strchr(who, ':') == NULL)
		return;
	memcpy(&in6, sa, sizeof(in6));
	memset(in6.sin6_addr.s6_addr + 8, 0, 8);
	(void)inet_ntop(AF_INET6, &in6.sin6_addr, who, SEATS_WHO);
}
