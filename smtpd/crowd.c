/*
 * Who is in the house.  A few hundred seats, looked through from end to end:
 * that is less work than the fork behind each of them.
 */
#include "crowd.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void
crowd_init(struct crowd *c)
{
	c->seats = NULL;
	c->size = 0;
}

void
crowd_free(struct crowd *c)
{
	if (c->size != 0)
		(void)munmap(c->seats, c->size * sizeof(*c->seats));
	crowd_init(c);
}

/* In pages of their own, so that crowd_free() gives back just these. */
static struct seat *
grow(struct crowd *c)
{
	size_t i, used = c->size, size = used == 0 ? 32 : used * 2;
	struct seat *seats;

	seats = mmap(NULL, size * sizeof(*seats), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON, -1, 0);
	if (seats == MAP_FAILED)
		return NULL;
	if (used != 0)
		memcpy(seats, c->seats, used * sizeof(*seats));
	for (i = used; i < size; i++) {
		seats[i].state = SEAT_FREE;
		seats[i].door = -1;
	}
	crowd_free(c);
	c->seats = seats;
	c->size = size;
	return &seats[used];
}

struct seat *
crowd_find(struct crowd *c, enum seat_state state)
{
	size_t i;

	for (i = 0; i < c->size; i++)
		if (c->seats[i].state == state)
			return &c->seats[i];
	return NULL;
}

struct seat *
crowd_free_seat(struct crowd *c)
{
	struct seat *seat = crowd_find(c, SEAT_FREE);

	return seat != NULL ? seat : grow(c);
}

struct seat *
crowd_find_pid(struct crowd *c, pid_t pid)
{
	size_t i;

	for (i = 0; i < c->size; i++)
		if (c->seats[i].state != SEAT_FREE && c->seats[i].pid == pid)
			return &c->seats[i];
	return NULL;
}

size_t
crowd_count(const struct crowd *c, enum seat_state state)
{
	size_t i, n = 0;

	for (i = 0; i < c->size; i++)
		n += c->seats[i].state == state;
	return n;
}

size_t
crowd_count_who(const struct crowd *c, const char *who)
{
	size_t i, n = 0;

	for (i = 0; i < c->size; i++)
		n += c->seats[i].state == SEAT_BUSY &&
		    strcmp(c->seats[i].who, who) == 0;
	return n;
}

/*
 * A client that came by IPv4 to an IPv6 socket is an IPv4 client, or a limit
 * or relay-from would not know it.
 */
unsigned
crowd_address(const struct sockaddr *sa, char *text, size_t size)
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
who_local(char who[CROWD_WHO], int fd)
{
	uid_t uid;
	gid_t gid;

	if (getpeereid(fd, &uid, &gid) == -1)
		(void)strlcpy(who, "uid ?", CROWD_WHO);
	else
		(void)snprintf(who, CROWD_WHO, "uid %lu", (unsigned long)uid);
}

void
crowd_who(char who[CROWD_WHO], const struct sockaddr *sa, int fd)
{
	struct sockaddr_in6 in6;

	if (sa->sa_family != AF_INET && sa->sa_family != AF_INET6) {
		who_local(who, fd);
		return;
	}
	(void)crowd_address(sa, who, CROWD_WHO);
	if (strchr(who, ':') == NULL)
		return;
	memcpy(&in6, sa, sizeof(in6));
	memset(in6.sin6_addr.s6_addr + 8, 0, 8);
	(void)inet_ntop(AF_INET6, &in6.sin6_addr, who, CROWD_WHO);
}
