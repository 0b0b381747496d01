/*
 * dns: the only program that speaks DNS.  Answers the lookup edge from
 * libunbound's cache and recursion.  It trusts no answer it has not
 * validated or been told not to; what it must never do is say "no such name"
 * when it means "I could not find out".
 */
#include <sys/queue.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "die.h"
#include "event.h"
#include "fd.h"
#include "house.h"
#include "jail.h"
#include "loop.h"
#include "peer.h"
#include "resolver.h"
#include "settings.h"
#include "wire_lookup.h"

static const struct card card = {
	.name = "dns",
	.root = ".",
	.may = MAY_LOOP | MAY_ACCEPT | MAY_INET,
	.memory = 256u << 20,
	.files = 1024,
	.processes = 0,
};

enum { QUESTIONS_MAX = 512 };		/* open ones of one asker */

struct dns {
	struct loop	*loop;
	struct settings	*settings;
	struct resolver	*resolver;
};

/* A question of an asker. */
struct lookup {
	LIST_ENTRY(lookup)	 next;
	struct asker		*asker;
	struct question		*question;
	uint32_t		 tag;
	uint32_t		 type;
};

struct asker {
	struct dns		*dns;
	struct peer		*peer;
	LIST_HEAD(, lookup)	 open;
	unsigned		 count;
};

static void
lookup_free(struct lookup *l)
{
	resolver_cancel(l->question);
	LIST_REMOVE(l, next);
	l->asker->count--;
	free(l);
}

static void
send_record(void *ctx, uint32_t preference, const char *data)
{
	struct lookup *l = ctx;
	struct lookup_record r = { l->tag, preference, data };

	(void)peer_send(l->asker->peer, &lookup_record, &r, -1);
}

static void
send_end(struct asker *a, uint32_t tag, enum lookup_result result,
    const char *why)
{
	struct lookup_end end = { tag, result, why };

	(void)peer_send(a->peer, &lookup_end, &end, -1);
}

static void
on_answered(void *ctx, enum lookup_result result, const unsigned char *packet,
    int len, const char *why)
{
	struct lookup *l = ctx;

	if (result == LOOKUP_SECURE || result == LOOKUP_INSECURE) {
		switch (answer_read(packet, len, l->type, send_record, l)) {
		case -1:
			result = LOOKUP_LATER;
			why = "answer cannot be read";
			break;
		case 0:
			result = LOOKUP_NODATA;
			break;
		}
	}
	send_end(l->asker, l->tag, result, why);
	lookup_free(l);
}

static int
on_lookup(void *ctx, const void *msg, int fd)
{
	const struct lookup_lookup *q = msg;
	struct asker *a = ctx;
	struct lookup *l;

	(void)fd;
	l = a->count < QUESTIONS_MAX ? calloc(1, sizeof(*l)) : NULL;
	if (l == NULL) {
		send_end(a, q->tag, LOOKUP_LATER, "too many questions");
		return 0;
	}
	l->asker = a;
	l->tag = q->tag;
	l->type = q->type;
	LIST_INSERT_HEAD(&a->open, l, next);
	a->count++;
	if (resolver_ask(a->dns->resolver, q->name, q->type, on_answered, l,
	    &l->question) == -1) {
		send_end(a, q->tag, LOOKUP_LATER, "cannot be asked");
		lookup_free(l);
	}
	return 0;
}

static void
on_closed(void *ctx)
{
	struct asker *a = ctx;

	while (!LIST_EMPTY(&a->open))
		lookup_free(LIST_FIRST(&a->open));
	free(a);
}

static void
on_accepted(void *ctx, int fd)
{
	static const struct verb verbs[] = {
		{ &lookup_lookup, VERB_ANY, VERB_SAME, on_lookup },
	};
	struct dns *d = ctx;
	struct asker *a = calloc(1, sizeof(*a));

	if (a == NULL) {
		fd_close(&fd);
		return;
	}
	a->dns = d;
	LIST_INIT(&a->open);
	a->peer = peer_new(d->loop, fd, verbs, countof(verbs), 1, a,
	    on_closed);
	if (a->peer == NULL)
		free(a);
}

/* The library takes its servers once: new ones need a new process. */
static void
on_reload(void *ctx, struct settings *new)
{
	static const enum param ours[] = {
		P_RESOLVER, P_STUB_ZONE, P_TRUST_ANCHOR
	};
	struct dns *d = ctx;
	size_t i;

	for (i = 0; i < countof(ours); i++)
		if (!settings_same(d->settings, new, ours[i]))
			exit(EXIT_RENEW);
	settings_free(d->settings);
	d->settings = new;
}

static void
on_term(void *ctx)
{
	struct dns *d = ctx;

	loop_stop(d->loop);
}

int
main(void)
{
	struct dns d;

	die_name("dns");
	d.settings = settings_hear(NULL, NULL);
	d.loop = loop_new();
	d.resolver = resolver_new(d.loop, d.settings);
	jail_enter(&card);
	settings_go_on();
	loop_signal(d.loop, SIGTERM, on_term, &d);
	settings_watch(d.loop, NULL, on_reload, &d);
	peer_listen(d.loop, house_edge_fd(PROC_DNS, EDGE_LOOKUP_REMOTE),
	    on_accepted, &d);
	loop_run(d.loop);
	return EXIT_DONE;
}
