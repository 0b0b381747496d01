/*
 * What stands before any program runs: accounts, folders, sockets, pipes.
 * All of it is made from the tables of house.h.  Folders that root makes
 * things in belong to root and are not writable by anybody else, so no
 * account can put a link in its way.
 */
#include "start.h"

#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <netdb.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "params.h"

/* Makes (or finds) a folder and gives it its owner and mode. */
static int
folder(int at, const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	int fd;

	if (mkdirat(at, path, 0700) == -1 && errno != EEXIST)
		die_temp("%s", path);
	fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1 || fchown(fd, uid, gid) == -1 || fchmod(fd, mode) == -1)
		die_temp("%s", path);
	return fd;
}

/* NAME, NUMBER or NUMBER:GID. */
static void
account(struct child *c, const char *text)
{
	char copy[64], *gid = copy;
	const struct passwd *pw;
	const char *error;

	(void)strlcpy(copy, text, sizeof(copy));
	c->uid = (uid_t)strtonum(strsep(&gid, ":"), 1, INT32_MAX, &error);
	if (error == NULL) {
		c->gid = gid == NULL ? c->uid :
		    (gid_t)strtonum(gid, 1, INT32_MAX, &error);
	} else if ((pw = getpwnam(text)) != NULL) {
		c->uid = pw->pw_uid;
		c->gid = pw->pw_gid;
		error = NULL;
	}
	if (error != NULL || c->uid == 0 || c->gid == 0)
		die(EXIT_WRONG, "account %s: no such account, or root's", text);
}

static void
pipes(struct house *h)
{
	int *fds, p;

	for (p = 0; p < PROC_COUNT; p++) {
		fds = h->child[p].record;
		if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) == -1)
			die_temp("pipe");
		ladder_pipe(fds[1]);
		h->child[p].settings = h->child[p].room = -1;
	}
}

static void
room(struct house *h, enum proc p)
{
	h->child[p].room = folder(h->run, house_procs[p].name, 0,
	    h->child[p].gid, 0750);
}

void
house_found(struct house *h)
{
	char *etc = strdup(h->conf), *name = strdup(h->conf);
	char *libexec = realpath(h->libexec, NULL);
	int i;

	if (etc == NULL || name == NULL || libexec == NULL)
		die_temp("%s", h->libexec);
	umask(077);
	h->leaf = basename(name);
	h->libexec = libexec;
	h->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	h->etc = open(dirname(etc), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->null == -1 || h->etc == -1)
		die_temp("%s", etc);
	h->state_fd = folder(AT_FDCWD, h->state, 0, 0, 0755);
	if (flock(h->state_fd, LOCK_EX | LOCK_NB) == -1)
		die(EXIT_TEMP, "%s: malote is running there", h->state);
	h->errors = !h->detach ? STDERR_FILENO : openat(h->state_fd, "stderr",
	    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	h->run = folder(h->state_fd, "run", 0, 0, 0755);
	if (h->errors == -1 || chdir("/") == -1)
		die_temp("%s", h->state);
	pipes(h);
	for (i = 0; i < EDGE_COUNT; i++)
		h->sockets[i] = -1;
	for (i = 0; i < 2 * CALLS_MAX; i++)
		h->calls[i / CALLS_MAX][i % CALLS_MAX] = -1;
	memset(h->stamps, 0xff, sizeof(h->stamps));
	h->job.sock = -1;
	h->child[PROC_MALOTE].pid = getpid();
	h->child[PROC_MALOTE].since = (uint64_t)time(NULL);
	ladder_reaper();
	ladder_boot(h->boot, sizeof(h->boot));
	account(&h->child[PROC_CONF], h->conf_account);
	room(h, PROC_CONF);
}

/* --- when the settings are known --------------------------------------- */

static enum proc
proc_named(const char *name)
{
	int p;

	for (p = 0; p < PROC_COUNT; p++)
		if (strcmp(house_procs[p].name, name) == 0 &&
		    house_procs[p].account != NULL)
			return (enum proc)p;
	die(EXIT_WRONG, "account: no program %s", name);
}

/* A public port: ADDRESS and PORT, both numeric. */
static void
port(struct house *h, const char *service, const char *address,
    const char *number)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM
	};
	struct port *p = &h->ports[h->port_count++];
	struct addrinfo *ai;
	int on = 1;

	if (h->port_count > PORTS_MAX || address == NULL || number == NULL ||
	    getaddrinfo(address, number, &hints, &ai) != 0)
		die(EXIT_WRONG, "listen %s: cannot be used", service);
	p->proc = strncmp(service, "pop3", 4) == 0 ? PROC_POP3D : PROC_SMTPD;
	p->fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	(void)setsockopt(p->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (ai->ai_family == AF_INET6)
		(void)setsockopt(p->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
		    sizeof(on));
	if (bind(p->fd, ai->ai_addr, ai->ai_addrlen) == -1 ||
	    listen(p->fd, 1024) == -1)
		die_temp("listen %s %s %s", service, address, number);
	freeaddrinfo(ai);
}

static gid_t
group(const char *text)
{
	const struct group *gr;
	const char *error;
	gid_t gid;

	gid = (gid_t)strtonum(text, 0, INT32_MAX, &error);
	if (error == NULL || *text == '\0')
		return gid;
	gr = getgrnam(text);
	if (gr == NULL)
		die(EXIT_WRONG, "control-group: no group %s", text);
	return gr->gr_gid;
}

/* malote's own rows: the only settings that root looks into. */
static void
own_rows(struct house *h)
{
	struct settings_setting row;
	char *words, *word[3];
	size_t at = 0, i;

	while (rows_next(&h->child[PROC_MALOTE].next, &at, &h->frame, &row)) {
		words = strdup(row.words);
		if (words == NULL)
			die_temp("settings");
		for (i = 0; i < countof(word); i++)
			word[i] = strsep(&words, "\n");
		if (row.param == P_LISTEN)
			port(h, word[0], word[1], word[2]);
		else if (row.param == P_ACCOUNT && word[1] != NULL)
			account(&h->child[proc_named(word[0])], word[1]);
		else if (row.param == P_CONTROL_GROUP)
			h->control_gid = group(word[0]);
		else if (row.param == P_ALIAS_PROGRAMS)
			h->programs = *word[0] != '\0';
	}
}

/* One account, one program: local and maildrop are hands of one owner. */
static void
accounts_differ(const struct house *h)
{
	const struct child *a, *b;
	int p, q;

	for (p = PROC_RECORDER; p < PROC_COUNT; p++)
		for (q = p + 1; q < PROC_COUNT; q++) {
			a = &h->child[p];
			b = &h->child[q];
			if (a->uid != b->uid && a->gid != b->gid &&
			    a->uid != 0 && b->uid != 0)
				continue;
			if (p == PROC_LOCAL && q == PROC_MAILDROP)
				continue;
			die(EXIT_WRONG, "account: %s and %s have the same, "
			    "or none", house_procs[p].name,
			    house_procs[q].name);
		}
}

/* The socket of an edge, by its short name inside the client's room. */
static int
edge_bind(const struct house_edge *e, int in, gid_t gid, mode_t mode)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	(void)strlcpy(sun.sun_path, e->leaf, sizeof(sun.sun_path));
	fd = socket(AF_UNIX, (e->stream ? SOCK_STREAM : SOCK_SEQPACKET) |
	    SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1 || fchdir(in) == -1)
		die_temp("socket %s", e->leaf);
	(void)unlink(e->leaf);
	if (bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    chown(e->leaf, 0, gid) == -1 || chmod(e->leaf, mode) == -1 ||
	    listen(fd, 512) == -1 || chdir("/") == -1)
		die_temp("socket %s", e->leaf);
	return fd;
}

static void
edges(struct house *h)
{
	const struct house_edge *e;
	const struct child *c;
	int i;

	for (i = 0; i < EDGE_COUNT; i++) {
		e = &house_edges[i];
		c = &h->child[e->client];
		if (e->client == HOUSE_PUBLIC)
			h->sockets[i] = edge_bind(e, h->rooms[0], 0, 0666);
		else if (e->client == HOUSE_CONTROL)
			h->sockets[i] = edge_bind(e, h->rooms[1],
			    h->control_gid, 0660);
		else
			h->sockets[i] = edge_bind(e, c->room, c->gid, 0660);
	}
}

void
house_build(struct house *h)
{
	const struct house_folder *f;
	int i;

	own_rows(h);
	accounts_differ(h);
	(void)folder(h->state_fd, "queue", 0, 0, 0755);
	for (i = 0; i < FOLDER_COUNT; i++) {
		f = &house_folders[i];
		h->folders[i] = folder(h->state_fd, f->path,
		    h->child[f->owner].uid, h->child[f->group].gid, f->mode);
	}
	h->secret = folder(h->state_fd, "secret", 0, 0, 0700);
	h->rooms[0] = folder(h->run, "public", 0, 0, 0755);
	h->rooms[1] = folder(h->run, "control", 0, h->control_gid, 0750);
	for (i = PROC_BECOME; i < PROC_COUNT; i++)
		room(h, (enum proc)i);
	edges(h);
}
