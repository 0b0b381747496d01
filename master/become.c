/*
 * become: asks root for workers of system users.  It reads what queue and
 * auth say and has no rights at all itself; root decides again who may be
 * become, and becomes him.  A call stands open here until the worker ends.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "dest.h"
#include "die.h"
#include "dispatcher.h"
#include "fd.h"
#include "frame.h"
#include "house.h"
#include "jail.h"
#include "pass.h"
#include "settings.h"
#include "user.h"
#include "wire_start.h"

enum { WORKERS = 1000 };

static const struct card card = {
	.name	= "become",
	.root	= ".",
	.may	= MAY_ACCEPT | MAY_CONNECT,
	.memory	= 64u * 1024 * 1024,
	/* Also the most sockets that are on their way to root at a time, of
	 * all processes of the account together (unix(7), ETOOMANYREFS). */
	.files	= 4096
};

struct become {
	uint64_t	 seconds;	/* a program of a user may take */
};

/* What each edge may ask for: queue delivers, auth opens maildrops. */
static const struct {
	enum edge	 edge;
	const char	*program;
} services[USER_WORKERS] = {
	[USER_LOCAL] = { EDGE_START_BECOME, "local" },
	[USER_MAILDROP] = { EDGE_ENTER_BECOME, "maildrop" },
};

/* The name after "system:"; NULL when it is none. */
static const char *
user_of(const struct start_start *start)
{
	static const char kind[] = "system:";
	const char *name = start->destination + sizeof(kind) - 1;

	return strncmp(start->destination, kind, sizeof(kind) - 1) == 0 &&
	    *name != '\0' ? name : NULL;
}

static const char *
check(void *ctx, const struct start_start *start, size_t server)
{
	(void)ctx;
	if (user_of(start) == NULL ||
	    strlen(user_of(start)) >= USER_NAME ||
	    strlen(start->mailbox) >= USER_MAILBOX)
		return "no system user";
	return strcmp(start->program, services[server].program) == 0 ? NULL :
	    "no such worker";
}

/* Has the worker started; the call ends when it has ended. */
static int
hand(void *ctx, const struct start_start *start, int sock)
{
	const struct become *become = ctx;
	const bool delivers = strcmp(start->program, "local") == 0;
	struct user user = { .worker = delivers ? USER_LOCAL : USER_MAILDROP };
	int call = edge_connect("/user");

	(void)snprintf(user.seconds, sizeof(user.seconds), "%llu",
	    (unsigned long long)become->seconds);
	(void)strlcpy(user.name, user_of(start), sizeof(user.name));
	(void)strlcpy(user.mailbox, start->mailbox, sizeof(user.mailbox));
	if (call != -1 && pass_send(call, &user, sizeof(user), sock) == -1)
		fd_close(&call);
	return call;
}

static void
use(void *ctx, struct settings *settings)
{
	struct become *become = ctx;

	become->seconds = settings_number(settings, P_PROGRAM_TIMEOUT);
	settings_free(settings);
}

int
main(void)
{
	struct become become;
	const int servers[] = {
		house_edge_fd(PROC_BECOME, services[0].edge),
		house_edge_fd(PROC_BECOME, services[1].edge)
	};
	const struct dispatcher d = {
		.servers = servers,
		.server_count = countof(servers),
		.workers_max = WORKERS,
		.same_max = LIMIT_USER_WORKERS,
		.check = check,
		.hand = hand,
		.changed = use,
		.ctx = &become
	};

	die_name("become");
	use(&become, settings_hear(NULL, NULL));
	jail_enter(&card);
	settings_go_on();
	dispatcher_run(&d);
}
