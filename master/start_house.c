/*
 * What stands before any program runs: folders, sockets, pipes.  All of it is
 * made from the tables of house.h.  Folders that root makes things in belong
 * to root and are not writable by anybody else, so no account can put a link
 * in its way.
 */
#include "start.h"

#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "die.h"
#include "found.h"

static void
room(struct house *h, enum proc p)
{
	h->rooms[p] = found_folder(h->run, house_procs[p].name, 0,
	    h->child[p].gid, 0750);
}

void
house_found(struct house *h, const char *etc, const char *state)
{
	int i;

	(void)umask(077);
	h->auth = -1;
	h->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (i = 0; i < FOLDER_COUNT; i++)
		h->folders[i] = h->null;
	h->folders[FOLDER_ETC] = open(etc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->null == -1 || h->folders[FOLDER_ETC] == -1)
		die_temp("%s", etc);
	h->state = found_folder(AT_FDCWD, state, 0, 0, 0755);
	if (flock(h->state, LOCK_EX | LOCK_NB) == -1)
		die(EXIT_TEMP, "%s: malote is running there", state);
	for (i = 0; i < PROC_COUNT; i++)
		if (pipe2(h->child[i].record, O_CLOEXEC | O_NONBLOCK) == -1)
			die_temp("pipe");
	/* Unbound as yet, for keeper has its own before the house stands. */
	for (i = 0; i < EDGE_COUNT; i++)
		if ((h->sockets[i] = socket(AF_UNIX, (house_edges[i].stream ?
		    SOCK_STREAM : SOCK_SEQPACKET) | SOCK_CLOEXEC |
		    SOCK_NONBLOCK, 0)) == -1)
			die_temp("socket");
	h->run = found_folder(h->state, "run", 0, 0, 0755);
	room(h, PROC_KEEPER);
	room(h, PROC_CONF);
}

/* --- when the settings are known ----------------------------------------- */

/* No account is root's, and none that is in use changes. */
static int
accounts(struct house *h, const struct plan *plan)
{
	struct child *c;
	int p;

	for (p = PROC_KEEPER; p < PROC_COUNT; p++) {
		c = &h->child[p];
		if (house_procs[p].account == NULL)
			continue;
		if (plan->accounts[p].uid == 0 || plan->accounts[p].gid == 0 ||
		    (c->uid != 0 && (c->uid != plan->accounts[p].uid ||
		    c->gid != plan->accounts[p].gid)))
			return EINVAL;
		c->uid = plan->accounts[p].uid;
		c->gid = plan->accounts[p].gid;
	}
	return 0;
}

/* A public port, for one of the two programs that have some. */
static int
port(struct house *h, enum proc p, const struct sockaddr *sa)
{
	struct port *port = &h->ports[h->port_count];

	if ((p != PROC_SMTPD && p != PROC_POP3D) ||
	    (sa->sa_family != AF_INET && sa->sa_family != AF_INET6))
		return EINVAL;
	*port = (struct port){ found_port(sa), p };
	h->port_count += port->fd != -1;
	return port->fd != -1 ? 0 : errno;
}

/* Its client alone may connect, by the group. */
static void
edge(const struct house *h, const struct house_edge *e, gid_t control)
{
	gid_t gid = 0;

	if (e->client < PROC_COUNT)
		gid = h->child[e->client].gid;
	else if (e->client == HOUSE_CONTROL)
		gid = control;
	found_edge(h->sockets[e->edge], h->rooms[e->client], e->leaf, gid,
	    e->client == HOUSE_PUBLIC ? 0666 : 0660);
}

int
house_build(struct house *h, struct call *c)
{
	const struct plan *plan = &c->order.plan;
	const struct house_folder *f;
	const struct house_edge *e;
	int error, p;
	uint32_t i;

	if (h->built || plan->uid_min == 0 || plan->port_count > PORTS_MAX ||
	    accounts(h, plan) != 0)
		return EINVAL;
	for (i = 0; i < plan->port_count; i++)
		if ((error = port(h, plan->ports[i].proc,
		    (const void *)&plan->ports[i].address)) != 0) {
			c->answer.number = (int32_t)i;
			return error;
		}
	h->built = true;
	h->uid_min = plan->uid_min;
	(void)close(found_folder(h->state, "queue", 0, 0, 0755));
	for (f = house_folders; f < house_folders + FOLDER_ETC; f++)
		h->folders[f->folder] = found_folder(h->state, f->path,
		    h->child[f->owner].uid, h->child[f->group].gid, f->mode);
	for (p = PROC_BECOME; p < PROC_CONF; p++)
		room(h, (enum proc)p);
	h->rooms[HOUSE_PUBLIC] = found_folder(h->run, "public", 0, 0, 0755);
	h->rooms[HOUSE_CONTROL] = found_folder(h->run, "control", 0,
	    plan->control, 0750);
	for (e = house_edges; e < house_edges + EDGE_COUNT; e++)
		edge(h, e, plan->control);
	return chdir("/") == 0 ? 0 : errno;
}

void
house_leave(const struct house *h)
{
	const struct house_edge *e;

	for (e = house_edges; h->built && e < house_edges + EDGE_COUNT; e++)
		(void)unlinkat(h->rooms[e->client], e->leaf, 0);
}
