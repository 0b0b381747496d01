/*
 * Counting clients.  Their names are chosen by strangers, so the table has a
 * seed that nobody knows, and its memory is not shared with the
 * sessions.
 */
#include "guests.h"

#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "die.h"

void
guests_init(struct guests *g, size_t max)
{
	apart_pool_init(&g->pool, sizeof(struct guest), max);
	/* Not arc4random(3), which has every later fork start it anew. */
	if (getentropy(&g->seed, sizeof(g->seed)) == -1)
		die_temp("guests");
}

static size_t
slot_of(const struct guests *g, const char *name)
{
	uint64_t sum = g->seed;

	for (; *name != '\0'; name++)
		sum = (sum ^ (unsigned char)*name) * 0x9e3779b97f4a7c15u;
	return (size_t)(sum >> 32) & (GUEST_SLOTS - 1);
}

static struct guest *
find(const struct guests *g, const char *name)
{
	struct guest *guest;

	LIST_FOREACH(guest, &g->slots[slot_of(g, name)], next)
		if (strcmp(guest->name, name) == 0)
			return guest;
	return NULL;
}

static struct guest *
welcome(struct guests *g, const char *name)
{
	struct guest *guest = apart_get(&g->pool);

	if (guest == NULL)
		return NULL;
	guest->count = 0;
	(void)strlcpy(guest->name, name, sizeof(guest->name));
	LIST_INSERT_HEAD(&g->slots[slot_of(g, name)], guest, next);
	return guest;
}

struct guest *
guests_enter(struct guests *g, const char *name, size_t each)
{
	struct guest *guest = find(g, name);

	if (guest != NULL && guest->count >= each) {
		errno = EUSERS;
		return NULL;
	}
	if (guest == NULL && (guest = welcome(g, name)) == NULL) {
		errno = ENOBUFS;
		return NULL;
	}
	guest->count++;
	return guest;
}

void
guests_leave(struct guests *g, struct guest *guest)
{
	if (--guest->count > 0)
		return;
	LIST_REMOVE(guest, next);
	apart_put(&g->pool, guest);
}

/*
 * A client that came by IPv4 to an IPv6 socket is an IPv4 client, or a limit
 * or relay-from would not know it.
 */
unsigned
guest_address(const struct sockaddr *sa, char *text, size_t size)
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
name_local(char name[GUEST_NAME], int fd)
{
	uid_t uid;
	gid_t gid;

	if (getpeereid(fd, &uid, &gid) == -1)
		(void)strlcpy(name, "uid ?", GUEST_NAME);
	else
		(void)snprintf(name, GUEST_NAME, "uid %lu", (unsigned long)uid);
}

void
guest_name(char name[GUEST_NAME], const struct sockaddr *sa, int fd)
{
	struct sockaddr_in6 in6;

	if (sa->sa_family != AF_INET && sa->sa_family != AF_INET6) {
		name_local(name, fd);
		return;
	}
	(void)guest_address(sa, name, GUEST_NAME);
	if (strchr(name, ':') == NULL)
		return;
	memcpy(&in6, sa, sizeof(in6));
	memset(in6.sin6_addr.s6_addr + 8, 0, 8);
	(void)inet_ntop(AF_INET6, &in6.sin6_addr, name, GUEST_NAME);
}
