/*
 * The plan of the house: keeper's own rows of the configuration as numbers
 * and addresses, so that root needs to understand none of them.
 */
#include "keeper.h"

#include <sys/socket.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "fd.h"
#include "keeper_names.h"
#include "params.h"

/* SERVICE ADDRESS PORT, both numeric. */
static void
port(struct plan *plan, char *const word[3])
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM
	};
	const uint32_t n = plan->port_count;
	struct addrinfo *ai;

	if (n == PORTS_MAX || word[2] == NULL ||
	    getaddrinfo(word[1], word[2], &hints, &ai) != 0)
		die(EXIT_WRONG, "listen %s: cannot be used", word[0]);
	plan->ports[n].proc = strncmp(word[0], "pop3", 4) == 0 ? PROC_POP3D :
	    PROC_SMTPD;
	memcpy(&plan->ports[n].address, ai->ai_addr, ai->ai_addrlen);
	plan->port_count++;
	freeaddrinfo(ai);
}

static void
account(const struct keeper *k, struct plan *plan, char *const word[3])
{
	int p;

	for (p = 0; p < PROC_COUNT; p++)
		if (word[1] != NULL && house_procs[p].account != NULL &&
		    strcmp(house_procs[p].name, word[0]) == 0 &&
		    !names_account(k->names, word[1],
		    &plan->accounts[p].uid, &plan->accounts[p].gid))
			die(EXIT_WRONG, "account %s: no such account",
			    word[1]);
}

static void
row(struct keeper *k, struct plan *plan, uint32_t param, char *const word[3])
{
	if (param == P_LISTEN)
		port(plan, word);
	else if (param == P_ACCOUNT)
		account(k, plan, word);
	else if (param == P_UID_MIN)
		plan->uid_min = (uint32_t)strtoul(word[0], NULL, 10);
	else if (param == P_ALIAS_PROGRAMS)
		k->programs = *word[0] != '\0';
	else if (param == P_CONTROL_GROUP &&
	    !names_group(k->names, word[0], &plan->control))
		die(EXIT_WRONG, "control-group: no group %s", word[0]);
}

/* One account, one program: local and maildrop are hands of one owner. */
static void
accounts_differ(const struct plan *plan)
{
	int p, q;

	for (p = PROC_KEEPER; p < PROC_COUNT; p++) {
		if (house_procs[p].account == NULL)
			continue;
		if (plan->accounts[p].uid == 0 || plan->accounts[p].gid == 0)
			die(EXIT_WRONG, "account %s is root",
			    house_procs[p].name);
		for (q = p + 1; q < PROC_COUNT; q++)
			if ((plan->accounts[p].uid == plan->accounts[q].uid ||
			    plan->accounts[p].gid == plan->accounts[q].gid) &&
			    (p != PROC_LOCAL || q != PROC_MAILDROP))
				die(EXIT_WRONG, "account: %s and %s have the "
				    "same", house_procs[p].name,
				    house_procs[q].name);
	}
}

static void
port_refused(const struct plan *plan, int32_t i)
{
	char host[64] = "?", service[16] = "?";
	int error = errno;

	if (i >= 0 && i < PORTS_MAX)
		(void)getnameinfo((const void *)&plan->ports[i].address,
		    sizeof(plan->ports[i].address), host, sizeof(host),
		    service, sizeof(service), NI_NUMERICHOST |
		    NI_NUMERICSERV);
	errno = error;
	die_temp("listen %s %s", host, service);
}

void
plan_build(struct keeper *k)
{
	struct order o = { .what = ORDER_BUILD };
	char text[1024], *rest, *word[3];
	struct settings_setting setting;
	struct word answer;
	size_t at = 0, i;

	while (rows_next(&k->program[PROC_KEEPER].next, &at, &k->frame,
	    &setting)) {
		(void)strlcpy(text, setting.words, sizeof(text));
		rest = text;
		for (i = 0; i < countof(word); i++)
			word[i] = strsep(&rest, "\n");
		row(k, &o.plan, setting.param, word);
	}
	fd_close(&k->names);
	accounts_differ(&o.plan);
	if (root_order(k, &o, &answer, NULL) == 0)
		return;
	if (errno == EINVAL)
		die(EXIT_WRONG, "account: keeper and conf have others than "
		    "malote start was given");
	port_refused(&o.plan, answer.number);
}
