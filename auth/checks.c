/*
 * The pool of children that compute password hashes.  A child gets a hash and
 * a password and says whether they belong together; it keeps nothing, sees no
 * file and no socket but its own, and ends with its parent.
 */
#include "checks.h"

#include <crypt.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "event.h"
#include "fd.h"
#include "frame.h"
#include "jail.h"
#include "loop.h"

enum { CHECKERS = 4, FD_CHECK = 3 };

/* Between us and the children: ASK, answered by SAID, one at a time. */
enum { CHECK_ASK = 0x7f01, CHECK_SAID };

struct ask {
	const char	*hash;
	const char	*password;
};
struct said {
	uint32_t	 match;
};

static const struct wire_field ask_fields[] = {
	{ WIRE_STR, offsetof(struct ask, hash) },
	{ WIRE_STR, offsetof(struct ask, password) },
};
static const struct wire_field said_fields[] = {
	{ WIRE_U32, offsetof(struct said, match) },
};
static const struct wire wire_ask = {
	CHECK_ASK, "ASK", 0, sizeof(struct ask),
	ask_fields, countof(ask_fields)
};
static const struct wire wire_said = {
	CHECK_SAID, "SAID", 0, sizeof(struct said),
	said_fields, countof(said_fields)
};

static const struct card checker_card = {
	.name = "auth check",
	.root = ".",
	.memory = 1024u * 1024 * 1024,	/* what yescrypt may be told to use */
	.files = 8
};

struct checker {
	struct checks	*checks;
	int		 sock;
	bool		 busy;
	struct check	*check;		/* NULL while busy: cancelled */
	struct watch	*watch;
};

struct checks {
	struct checker		 checkers[CHECKERS];
	TAILQ_HEAD(, check)	 queue;
	void			(*broken)(void *);
	void			*ctx;
	struct frame		 frame;
};

/* --- in a child ----------------------------------------------------------- */

bool
check_usable(const char *hash)
{
	return strlen(hash) >= 13 && strchr("!*", hash[0]) == NULL;
}

/* In a time that depends on nothing but the length. */
static bool
same(const char *a, const char *b, size_t n)
{
	unsigned differ = 0;
	size_t i;

	for (i = 0; i < n; i++)
		differ |= (unsigned)(a[i] ^ b[i]);
	return differ == 0;
}

bool
check_password(const char *hash, const char *password)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *got;
	size_t n;
	bool match;

	if (data == NULL)
		return false;
	got = check_usable(hash) ? crypt_r(password, hash, data) : NULL;
	n = got == NULL || got[0] == '*' ? 0 : strlen(got);
	match = n != 0 && n == strlen(hash) && same(got, hash, n);
	freezero(data, sizeof(*data));
	return match;
}

static int
answer_one(struct frame *frame)
{
	struct said said;
	struct ask ask;
	int fd;

	if (frame_recv(FD_CHECK, frame, &fd, FD_FOREVER) != 1 ||
	    frame_get(frame, &wire_ask, &ask) == -1)
		return -1;
	said.match = check_password(ask.hash, ask.password);
	explicit_bzero(frame->data, frame->len);
	if (frame_put(frame, &wire_said, &said) == -1)
		return -1;
	return frame_send(FD_CHECK, frame, -1, FD_FOREVER);
}

static void checker(int sock, const struct jail *) __attribute__((noreturn));

static void
checker(int sock, const struct jail *jail)
{
	struct frame *frame = malloc(sizeof(*frame));

	event_mute();
	signal(SIGTERM, SIG_IGN);
	if (frame == NULL || dup2(sock, FD_CHECK) == -1)
		die_temp("check");
	closefrom(FD_CHECK + 1);
	jail_enter_prepared(jail);
	while (answer_one(frame) == 0)
		;
	_exit(EXIT_DONE);
}

/* --- in auth -------------------------------------------------------------- */

struct checks *
checks_new(void)
{
	struct checks *c = calloc(1, sizeof(*c));
	const struct jail *jail;
	int pair[2];
	size_t i;

	if (c == NULL)
		die_temp("checks");
	jail = jail_prepare(&checker_card);
	TAILQ_INIT(&c->queue);
	for (i = 0; i < CHECKERS; i++) {
		if (edge_pair(pair) == -1)
			die_temp("socketpair");
		switch (fork()) {
		case -1:
			die_temp("fork");
		case 0:
			checker(pair[1], jail);
		}
		close(pair[1]);
		c->checkers[i].checks = c;
		c->checkers[i].sock = pair[0];
	}
	return c;
}

/* Gives waiting checks to idle children. */
static void
feed(struct checks *c)
{
	struct checker *k = c->checkers;
	struct check *check;
	struct ask ask;
	int n;

	for (; k < c->checkers + CHECKERS; k++) {
		if (k->busy || (check = TAILQ_FIRST(&c->queue)) == NULL)
			continue;
		TAILQ_REMOVE(&c->queue, check, next);
		check->waiting = false;
		k->busy = true;
		k->check = check;
		ask.hash = check->hash;
		ask.password = check->password;
		/* An idle child has an empty socket: this never blocks. */
		n = frame_put(&c->frame, &wire_ask, &ask);
		if (n == 0)
			n = frame_send_now(k->sock, c->frame.data,
			    c->frame.len, -1);
		explicit_bzero(c->frame.data, c->frame.len);
		explicit_bzero(check->password, sizeof(check->password));
		if (n == -1)
			c->broken(c->ctx);
	}
}

static void
on_said(void *arg, unsigned what)
{
	struct checker *k = arg;
	struct checks *c = k->checks;
	struct check *check = k->check;
	struct said said;
	int fd, n;

	(void)what;
	n = frame_recv_now(k->sock, &c->frame, &fd);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n != 1 || !k->busy ||
	    frame_get(&c->frame, &wire_said, &said) == -1) {
		c->broken(c->ctx);
		return;
	}
	k->busy = false;
	k->check = NULL;
	feed(c);
	if (check != NULL)
		check->done(check->ctx, said.match == 1);
}

void
checks_watch(struct checks *c, struct loop *loop, void (*broken)(void *),
    void *ctx)
{
	size_t i;

	c->broken = broken;
	c->ctx = ctx;
	for (i = 0; i < CHECKERS; i++)
		c->checkers[i].watch = watch_new(loop, c->checkers[i].sock,
		    LOOP_READ, on_said, &c->checkers[i]);
}

void
check_start(struct checks *c, struct check *check)
{
	check->waiting = true;
	TAILQ_INSERT_TAIL(&c->queue, check, next);
	feed(c);
}

void
check_cancel(struct checks *c, struct check *check)
{
	size_t i;

	if (check->waiting)
		TAILQ_REMOVE(&c->queue, check, next);
	check->waiting = false;
	for (i = 0; i < CHECKERS; i++)
		if (c->checkers[i].check == check)
			c->checkers[i].check = NULL;
	explicit_bzero(check->password, sizeof(check->password));
}
