/*
 * libunbound behind a small face.  It validates and caches; what it says is
 * only sorted here into the six results of the lookup edge.  The library's
 * fork and thread modes are never used: their worker would stay outside the
 * jail.
 */
#include "resolver.h"

#include <sys/types.h>
#include <arpa/nameser.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unbound.h>
#include <unbound-event.h>

#include "die.h"
#include "fd.h"
#include "loop.h"
#include "settings.h"

struct resolver {
	struct ub_ctx	*ub;
};

struct question {
	struct resolver	*resolver;
	struct question	**owner;	/* set to NULL when it is over */
	bool		*at_once;	/* while it is being asked */
	int		 id;		/* of the library */
	void		(*answered)(void *, enum lookup_result,
			    const unsigned char *, int, const char *);
	void		*ctx;
};

/* The root's key signing key of 2017 and of 2024, as IANA publishes them. */
static const char *const root_anchors[] = {
	". DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC6834"
	"57104237C7F8EC8D",
	". DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C48"
	"3AF444A4C0FB2B16",
};

static const struct {
	const char	*name, *value;
} options[] = {
	{ "do-not-query-localhost:", "no" },
	{ "use-syslog:", "no" },
	{ "verbosity:", "0" },
	{ "outgoing-range:", "256" },
	{ "num-queries-per-thread:", "512" },
	{ "edns-buffer-size:", "1232" },
	{ "msg-cache-size:", "4m" },
	{ "rrset-cache-size:", "8m" },
	{ "cache-max-ttl:", "86400" },
	{ "val-log-level:", "0" },
};

static void
need(int error, const char *what)
{
	if (error != 0)
		die(EXIT_TEMP, "%s: %s", what, ub_strerror(error));
}

/* "192.0.2.1:53" as the library wants it: "192.0.2.1@53". */
static void
server_form(char *to, size_t size, const char *address, const char *port)
{
	if (snprintf(to, size, "%s@%s", address, port) >= (int)size)
		die(EXIT_WRONG, "resolver address too long");
}

static void
use_servers(struct resolver *r, const struct settings *s)
{
	char server[128];
	struct row row;
	size_t i;

	for (i = 0; settings_row(s, P_RESOLVER, i, &row); i++) {
		if (row.count < 2)
			die_bug("resolver row");
		server_form(server, sizeof(server), row.words[0],
		    row.words[1]);
		need(ub_ctx_set_fwd(r->ub, server), "resolver");
	}
	for (i = 0; settings_row(s, P_STUB_ZONE, i, &row); i++) {
		if (row.count < 3)
			die_bug("stub-zone row");
		server_form(server, sizeof(server), row.words[1],
		    row.words[2]);
		need(ub_ctx_set_stub(r->ub, row.words[0], server, 0),
		    "stub-zone");
	}
}

static void
use_anchor(struct resolver *r, const struct settings *s)
{
	const char *anchor = settings_text(s, P_TRUST_ANCHOR);
	size_t i;

	if (strcmp(anchor, "none") == 0)
		return;
	if (strcmp(anchor, "root") != 0) {
		need(ub_ctx_add_ta(r->ub, anchor), "trust-anchor");
		return;
	}
	for (i = 0; i < countof(root_anchors); i++)
		need(ub_ctx_add_ta(r->ub, root_anchors[i]), "trust-anchor");
}

static void
first_answer(void *ctx, enum lookup_result result,
    const unsigned char *packet, int len, const char *why)
{
	(void)result;
	(void)packet;
	(void)len;
	(void)why;
	loop_stop(ctx);
}

/* The library starts its modules at the first question: here, not in jail. */
static void
warm_up(struct resolver *r, struct loop *loop)
{
	struct question *q;

	if (resolver_ask(r, "localhost", ns_t_a, first_answer, loop, &q) == -1)
		die_temp("resolver");
	if (q != NULL)
		loop_run(loop);
}

struct resolver *
resolver_new(struct loop *loop, const struct settings *s)
{
	struct resolver *r = calloc(1, sizeof(*r));
	size_t i;

	if (r == NULL)
		die_temp("resolver");
	r->ub = ub_ctx_create_event(loop_base(loop));
	if (r->ub == NULL)
		die_temp("resolver");
	for (i = 0; i < countof(options); i++)
		need(ub_ctx_set_option(r->ub, options[i].name,
		    options[i].value), options[i].name);
	use_servers(r, s);
	use_anchor(r, s);
	warm_up(r, loop);
	return r;
}

/*
 * Sorts an answer.  A bogus one still carries data, so that is looked at
 * first; the callback's own rcode is 0 even for NXDOMAIN, so the packet's
 * header is asked.
 */
static enum lookup_result
sort_answer(int rcode, const unsigned char *packet, int len, int security)
{
	enum { INSECURE, BOGUS, SECURE };
	ns_msg msg;

	if (security == BOGUS)
		return LOOKUP_BOGUS;
	if (rcode != ns_r_noerror || packet == NULL ||
	    ns_initparse(packet, len, &msg) == -1)
		return LOOKUP_LATER;
	switch (ns_msg_getflag(msg, ns_f_rcode)) {
	case ns_r_noerror:
		break;
	case ns_r_nxdomain:
		return LOOKUP_NXDOMAIN;
	default:
		return LOOKUP_LATER;
	}
	if (ns_msg_count(msg, ns_s_an) == 0)
		return LOOKUP_NODATA;
	return security == SECURE ? LOOKUP_SECURE : LOOKUP_INSECURE;
}

static void
on_answer(void *arg, int rcode, void *packet, int len, int security,
    char *why, int limited)
{
	struct question *q = arg;
	struct question copy = *q;

	(void)limited;
	*q->owner = NULL;
	if (q->at_once != NULL)
		*q->at_once = true;
	free(q);
	copy.answered(copy.ctx, sort_answer(rcode, packet, len, security),
	    packet, packet == NULL ? 0 : len, why == NULL ? "" : why);
}

int
resolver_ask(struct resolver *r, const char *name, uint32_t type,
    void (*answered)(void *, enum lookup_result, const unsigned char *, int,
    const char *), void *ctx, struct question **owner)
{
	struct question *q = calloc(1, sizeof(*q));
	bool at_once = false;
	int id = 0;

	*owner = q;
	if (q == NULL)
		return -1;
	q->resolver = r;
	q->owner = owner;
	q->answered = answered;
	q->ctx = ctx;
	q->at_once = &at_once;
	if (ub_resolve_event(r->ub, name, (int)type, ns_c_in, q, on_answer,
	    &id) != 0) {
		free(q);
		*owner = NULL;
		return -1;
	}
	if (!at_once) {
		q->at_once = NULL;
		q->id = id;
	}
	return 0;
}

void
resolver_cancel(struct question *q)
{
	if (q == NULL)
		return;
	*q->owner = NULL;
	(void)ub_cancel(q->resolver->ub, q->id);
	free(q);
}
