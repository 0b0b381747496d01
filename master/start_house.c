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
#include <netdb.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "params.h"
#include "start_ladder.h"

/* Makes (or finds) a folder and gives it its owner and mode. */
static int
folder(int at, const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	int fd = -1;

	if (mkdirat(at, path, 0700) == 0 || errno == EEXIST)
		fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
		    O_CLOEXEC);
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
	c->gid = c->uid;
	if (error == NULL && gid != NULL)
		c->gid = (gid_t)strtonum(gid, 1, INT32_MAX, &error);
	else if (error != NULL && (pw = getpwnam(text)) != NULL) {
		c->uid = pw->pw_uid;
		c->gid = pw->pw_gid;
	}
	if (c->uid == 0 || c->gid == 0)
		die(EXIT_WRONG, "account %s: no such account, or root", text);
}

void
house_found(struct house *h, const char *conf_account)
{
	struct child *conf = &h->child[PROC_CONF];
	int i;

	umask(077);
	for (i = 0; i < POLL_COUNT; i++)
		h->poll[i] = (struct pollfd){ -1, POLLIN, 0 };
	for (i = 0; i < EDGE_COUNT; i++)
		h->sockets[i] = -1;
	memset(h->stamps, 0xff, sizeof(h->stamps));
	h->child[PROC_MALOTE].pid = getpid();
	h->child[PROC_MALOTE].since = (uint64_t)time(NULL);
	h->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	h->etc_fd = open(h->etc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->null == -1 || h->etc_fd == -1)
		die_temp("%s", h->etc);
	h->state_fd = folder(AT_FDCWD, h->state, 0, 0, 0755);
	if (flock(h->state_fd, LOCK_EX | LOCK_NB) == -1)
		die(EXIT_TEMP, "%s: malote is running there", h->state);
	for (i = 0; i < PROC_COUNT; i++) {
		if (pipe2(h->child[i].record, O_CLOEXEC | O_NONBLOCK) == -1)
			die_temp("pipe");
		ladder_pipe(h->child[i].record[1]);
	}
	ladder_reaper();
	ladder_boot(h->boot, sizeof(h->boot));
	account(conf, conf_account);
	h->run = folder(h->state_fd, "run", 0, 0, 0755);
	h->rooms[PROC_CONF] = folder(h->run, "conf", 0, conf->gid, 0750);
}

/* --- when the settings are known --------------------------------------- */

/* A public port: ADDRESS and PORT, both numeric. */
static void
port(struct house *h, char *const word[3])
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM
	};
	struct addrinfo *ai;
	size_t n = h->port_count;
	int fd, on = 1;

	if (n == PORTS_MAX || word[2] == NULL ||
	    getaddrinfo(word[1], word[2], &hints, &ai) != 0)
		die(EXIT_WRONG, "listen %s: cannot be used", word[0]);
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (ai->ai_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
		    sizeof(on));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == -1 ||
	    listen(fd, 1024) == -1)
		die_temp("listen %s %s %s", word[0], word[1], word[2]);
	freeaddrinfo(ai);
	h->ports[n].fd = fd;
	h->ports[n].proc = strncmp(word[0], "pop3", 4) == 0 ? PROC_POP3D :
	    PROC_SMTPD;
	h->port_count++;
}

static gid_t
group(const char *text)
{
	const struct group *gr;
	const char *error;
	gid_t gid = (gid_t)strtonum(text, 0, INT32_MAX, &error);

	if (error == NULL || *text == '\0')
		return gid;
	gr = getgrnam(text);
	if (gr == NULL)
		die(EXIT_WRONG, "control-group: no group %s", text);
	return gr->gr_gid;
}

static void
accounts(struct house *h, char *const word[3])
{
	int p;

	for (p = PROC_RECORDER; p < PROC_COUNT; p++)
		if (word[1] != NULL &&
		    strcmp(house_procs[p].name, word[0]) == 0)
			account(&h->child[p], word[1]);
}

/* malote's own rows: the only settings that root looks into. */
static void
own_rows(struct house *h)
{
	struct settings_setting row;
	char text[1024], *rest, *word[3];
	size_t at = 0, i;

	while (rows_next(&h->child[PROC_MALOTE].next, &at, &h->frame, &row)) {
		(void)strlcpy(text, row.words, sizeof(text));
		rest = text;
		for (i = 0; i < countof(word); i++)
			word[i] = strsep(&rest, "\n");
		if (row.param == P_LISTEN)
			port(h, word);
		else if (row.param == P_ACCOUNT)
			accounts(h, word);
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
			if ((a->uid == b->uid || a->gid == b->gid) &&
			    (p != PROC_LOCAL || q != PROC_MAILDROP))
				die(EXIT_WRONG, "account: %s and %s have the "
				    "same", house_procs[p].name,
				    house_procs[q].name);
		}
}

/* The socket of an edge, by its short name inside the client's room. */
static int
edge_bind(const struct house *h, const struct house_edge *e)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	gid_t gid = 0;
	int fd;

	if (e->client < PROC_COUNT)
		gid = h->child[e->client].gid;
	else if (e->client == HOUSE_CONTROL)
		gid = h->control_gid;
	(void)strlcpy(sun.sun_path, e->leaf, sizeof(sun.sun_path));
	fd = socket(AF_UNIX, (e->stream ? SOCK_STREAM : SOCK_SEQPACKET) |
	    SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1 || fchdir(h->rooms[e->client]) == -1)
		die_temp("socket %s", e->leaf);
	(void)unlink(e->leaf);
	if (bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    chown(e->leaf, 0, gid) == -1 || chmod(e->leaf,
	    e->client == HOUSE_PUBLIC ? 0666 : 0660) == -1 ||
	    listen(fd, 512) == -1)
		die_temp("socket %s", e->leaf);
	return fd;
}

void
house_build(struct house *h)
{
	const struct house_folder *f;
	int i;

	own_rows(h);
	accounts_differ(h);
	(void)close(folder(h->state_fd, "queue", 0, 0, 0755));
	h->secret = folder(h->state_fd, "secret", 0, 0, 0700);
	for (i = 0; i < FOLDER_COUNT; i++) {
		f = &house_folders[i];
		h->folders[i] = folder(h->state_fd, f->path,
		    h->child[f->owner].uid, h->child[f->group].gid, f->mode);
	}
	for (i = PROC_BECOME; i < PROC_COUNT; i++)
		h->rooms[i] = folder(h->run, house_procs[i].name, 0,
		    h->child[i].gid, 0750);
	h->rooms[HOUSE_PUBLIC] = folder(h->run, "public", 0, 0, 0755);
	h->rooms[HOUSE_CONTROL] = folder(h->run, "control", 0, h->control_gid,
	    0750);
	for (i = 0; i < EDGE_COUNT; i++)
		h->sockets[i] = edge_bind(h, &house_edges[i]);
	h->poll[POLL_FILES].fd = h->sockets[EDGE_FILES_AUTH];
	h->poll[POLL_CONTROL].fd = h->sockets[EDGE_CONTROL_MASTER];
	if (chdir("/") == -1)
		die_temp("/");
}
