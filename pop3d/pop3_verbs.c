/*
 * The verbs of POP3, each with its rule.  Arguments come from a stranger:
 * numbers are plain digits in range, everything else is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "fd.h"
#include "pop3_login.h"
#include "pop3_relay.h"
#include "pop3_reply.h"
#include "pop3_session.h"
#include "settings.h"
#include "acceptor.h"

enum { LOGIN_TRIES = 3 };

/* --- helpers -------------------------------------------------------------- */

static bool
parse_number(const char *text, uint32_t *number)
{
	const char *error;
	size_t n = strspn(text, "0123456789");

	if (n == 0 || text[n] != '\0')
		return false;
	*number = (uint32_t)strtonum(text, 0, UINT32_MAX, &error);
	return error == NULL;
}

/* A message number, or false after the reply. */
static bool
parse_message(struct pop3 *p, const char *text, uint32_t *number)
{
	if (text[strspn(text, "0123456789")] != '\0' || *text == '\0') {
		pop3_reply(&p->out, POP3_NUMBER);
		return false;
	}
	if (!parse_number(text, number) || *number == 0 ||
	    *number > p->count) {
		pop3_reply(&p->out, POP3_NO_MESSAGE);
		return false;
	}
	return true;
}

/* The maildrop is gone: the client gets no half answer for a whole one. */
static enum dialog_result
lost(struct pop3 *p)
{
	p->why = "maildrop lost";
	return DIALOG_CLOSE;
}

/* Where no part of the answer has been said yet. */
static enum dialog_result
refused(struct pop3 *p, enum relay_result why)
{
	if (why == RELAY_NO) {
		out_printf(&p->out, "-ERR %.400s\r\n", p->fate.text);
		return DIALOG_REFUSED;
	}
	pop3_reply(&p->out, stop_asked() ? POP3_STOPPING : POP3_LOST);
	return lost(p);
}

/* --- AUTHORIZATION -------------------------------------------------------- */

static bool
login_allowed(const struct pop3 *p)
{
	return (p->client->flags & DOOR_CLEARTEXT) != 0;
}

/* [RFC1939 7] Any name is welcome, or the reply would tell which exist. */
static enum dialog_result
do_user(void *ctx, char *name)
{
	struct pop3 *p = ctx;

	if (!login_allowed(p)) {
		pop3_reply(&p->out, POP3_NEEDS_TLS);
		return DIALOG_BAD;
	}
	(void)strlcpy(p->user, name, sizeof(p->user));
	pop3_reply(&p->out, POP3_USER);
	return DIALOG_DONE;
}

static enum dialog_result
wrong_login(struct pop3 *p)
{
	pop3_reply(&p->out, POP3_WRONG_LOGIN);
	if (++p->failures < LOGIN_TRIES)
		return DIALOG_REFUSED;
	p->why = "too many wrong logins";
	return DIALOG_CLOSE;
}

static enum dialog_result
no_login(struct pop3 *p, enum pop3_login why)
{
	if (why == POP3_WRONG)
		return wrong_login(p);
	if (why == POP3_LATER)
		pop3_reply_fate(&p->out, &p->fate);
	else
		pop3_reply(&p->out, stop_asked() ? POP3_STOPPING :
		    POP3_NO_LOGIN);
	return DIALOG_REFUSED;
}

/* [RFC1939 7] A password may have blanks anywhere. */
static enum dialog_result
do_pass(void *ctx, char *password)
{
	struct pop3 *p = ctx;
	enum pop3_login result;

	p->dialog.state = POP3_AUTHORIZATION;
	/* Whoever sent the commands at once waits for the first replies. */
	(void)out_flush(&p->out);
	result = pop3_login(p, password);
	if (result != POP3_IN)
		return no_login(p, result);
	pop3_reply_numbers(&p->out, POP3_LOGGED_IN, p->left, p->octets);
	return DIALOG_DONE;
}

/* --- both states ---------------------------------------------------------- */

/* [RFC2449 5, 6] */
static enum dialog_result
do_capa(void *ctx, char *argument)
{
	struct pop3 *p = ctx;

	(void)argument;
	pop3_reply(&p->out, POP3_CAPA);
	out_puts(&p->out, "TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n"
	    "PIPELINING\r\nEXPIRE NEVER\r\n");
	if (login_allowed(p))
		out_puts(&p->out, "USER\r\n");
	if (p->dialog.state == POP3_TRANSACTION)
		out_puts(&p->out, "IMPLEMENTATION malote\r\n");
	out_puts(&p->out, ".\r\n");
	return DIALOG_DONE;
}

/* [RFC1939 4] Without a login there is nothing to update. */
static enum dialog_result
do_quit(void *ctx, char *argument)
{
	struct pop3 *p = ctx;

	(void)argument;
	pop3_reply(&p->out, POP3_BYE);
	p->why = "quit";
	return DIALOG_CLOSE;
}

/* --- TRANSACTION ---------------------------------------------------------- */

/* [RFC1939 5] */
static enum dialog_result
do_stat(void *ctx, char *argument)
{
	struct pop3 *p = ctx;

	(void)argument;
	pop3_reply_numbers(&p->out, POP3_STAT, p->left, p->octets);
	return DIALOG_DONE;
}

static void
one_size(struct pop3 *p, const struct relay_entry *e)
{
	pop3_reply_numbers(&p->out, POP3_ENTRY_SIZE, e->number, e->size);
}

static void
line_size(struct pop3 *p, const struct relay_entry *e)
{
	out_number(&p->out, e->number);
	out_puts(&p->out, " ");
	out_number(&p->out, e->size);
	out_puts(&p->out, "\r\n");
}

static void
one_uidl(struct pop3 *p, const struct relay_entry *e)
{
	out_printf(&p->out, "+OK %u %s\r\n", e->number, e->uidl);
}

static void
line_uidl(struct pop3 *p, const struct relay_entry *e)
{
	out_number(&p->out, e->number);
	out_puts(&p->out, " ");
	out_puts(&p->out, e->uidl);
	out_puts(&p->out, "\r\n");
}

static enum dialog_result
list_one(struct pop3 *p, const char *argument,
    void (*each)(struct pop3 *, const struct relay_entry *))
{
	enum relay_result result;
	uint32_t number;

	if (!parse_message(p, argument, &number))
		return DIALOG_REFUSED;
	result = pop3_relay_list(p, number, 1, each);
	if (result == RELAY_NO) {
		pop3_reply(&p->out, POP3_NO_MESSAGE);
		return DIALOG_REFUSED;
	}
	return result == RELAY_OK ? DIALOG_DONE : refused(p, result);
}

static enum dialog_result
list_all(struct pop3 *p, void (*each)(struct pop3 *,
    const struct relay_entry *))
{
	pop3_reply_numbers(&p->out, POP3_LISTING, p->left, p->octets);
	if (pop3_relay_list(p, 1, 0, each) == RELAY_BROKEN)
		return lost(p);
	out_puts(&p->out, ".\r\n");
	return DIALOG_DONE;
}

/* [RFC1939 5] */
static enum dialog_result
do_list(void *ctx, char *argument)
{
	return *argument != '\0' ? list_one(ctx, argument, one_size) :
	    list_all(ctx, line_size);
}

/* [RFC1939 7] */
static enum dialog_result
do_uidl(void *ctx, char *argument)
{
	return *argument != '\0' ? list_one(ctx, argument, one_uidl) :
	    list_all(ctx, line_uidl);
}

/*
 * Who reads one message after the other is given the next one without a turn
 * to the maildrop; it works while the client does.
 */
static void
read_ahead(struct pop3 *p, uint32_t number)
{
	bool in_turn = number == p->last + 1;

	p->last = number;
	if (in_turn && number < p->count && out_flush(&p->out) == 0)
		pop3_relay_ahead(p, number + 1);
}

/* [RFC1939 5] */
static enum dialog_result
do_retr(void *ctx, char *argument)
{
	struct pop3 *p = ctx;
	struct relay_body body;
	enum relay_result result;
	uint32_t number;

	if (!parse_message(p, argument, &number))
		return DIALOG_REFUSED;
	result = pop3_relay_open(p, number, RELAY_WHOLE, &body);
	if (result != RELAY_OK)
		return refused(p, result);
	pop3_reply_number(&p->out, POP3_OCTETS, body.size);
	if (pop3_relay_copy(p, &body) != RELAY_OK)
		return lost(p);
	p->retrieved++;
	read_ahead(p, number);
	return DIALOG_DONE;
}

/* [RFC1939 7] TOP msg n */
static enum dialog_result
do_top(void *ctx, char *argument)
{
	struct pop3 *p = ctx;
	enum relay_result result;
	uint32_t number, lines;
	struct relay_body body;
	char *rest = argument;

	(void)strsep(&rest, " ");
	if (rest == NULL) {
		pop3_reply(&p->out, POP3_SYNTAX);
		return DIALOG_BAD;
	}
	rest += strspn(rest, " ");
	if (!parse_number(rest, &lines)) {
		pop3_reply(&p->out, POP3_NUMBER);
		return DIALOG_REFUSED;
	}
	if (!parse_message(p, argument, &number))
		return DIALOG_REFUSED;
	result = pop3_relay_open(p, number, lines, &body);
	if (result != RELAY_OK)
		return refused(p, result);
	pop3_reply(&p->out, POP3_TOP);
	return pop3_relay_copy(p, &body) == RELAY_OK ? DIALOG_DONE : lost(p);
}

/* [RFC1939 5] */
static enum dialog_result
do_dele(void *ctx, char *argument)
{
	struct pop3 *p = ctx;
	enum relay_result result;
	uint32_t number;

	if (!parse_message(p, argument, &number))
		return DIALOG_REFUSED;
	result = pop3_relay_dele(p, number);
	if (result != RELAY_OK)
		return refused(p, result);
	pop3_reply(&p->out, POP3_DELETED);
	return DIALOG_DONE;
}

/* [RFC1939 5] */
static enum dialog_result
do_noop(void *ctx, char *argument)
{
	struct pop3 *p = ctx;

	(void)argument;
	pop3_reply(&p->out, POP3_OK);
	return DIALOG_DONE;
}

/* [RFC1939 5] */
static enum dialog_result
do_rset(void *ctx, char *argument)
{
	struct pop3 *p = ctx;
	enum relay_result result;

	(void)argument;
	result = pop3_relay_rset(p);
	if (result != RELAY_OK)
		return refused(p, result);
	pop3_reply_numbers(&p->out, POP3_RESET, p->left, p->octets);
	return DIALOG_DONE;
}

/* [RFC1939 6] The UPDATE state: the one way by which anything is removed. */
static enum dialog_result
do_update(void *ctx, char *argument)
{
	struct pop3 *p = ctx;
	enum relay_result result;

	(void)argument;
	result = pop3_relay_commit(p);
	p->why = result == RELAY_OK ? "quit" : "not all removed";
	if (result == RELAY_OK)
		pop3_reply_number(&p->out, POP3_REMOVED, p->removed);
	else if (result == RELAY_NO)
		pop3_reply_fate(&p->out, &p->fate);
	else
		pop3_reply(&p->out, POP3_LOST);
	return DIALOG_CLOSE;
}

enum {
	BEFORE = POP3_AUTHORIZATION | POP3_NAMED,
	AFTER = POP3_TRANSACTION
};

const struct dialog_verb pop3_verbs[] = {
	/* verb	   when		then		argument     handler */
	{ "USER",  BEFORE,	POP3_NAMED,	DIALOG_NEED, do_user },
	{ "PASS",  POP3_NAMED,	POP3_TRANSACTION, DIALOG_RAW, do_pass },
	{ "CAPA",  DIALOG_ANY,	DIALOG_SAME,	DIALOG_NONE, do_capa },
	{ "STAT",  AFTER,	DIALOG_SAME,	DIALOG_NONE, do_stat },
	{ "LIST",  AFTER,	DIALOG_SAME,	DIALOG_MAY,  do_list },
	{ "UIDL",  AFTER,	DIALOG_SAME,	DIALOG_MAY,  do_uidl },
	{ "RETR",  AFTER,	DIALOG_SAME,	DIALOG_NEED, do_retr },
	{ "TOP",   AFTER,	DIALOG_SAME,	DIALOG_NEED, do_top },
	{ "DELE",  AFTER,	DIALOG_SAME,	DIALOG_NEED, do_dele },
	{ "NOOP",  AFTER,	DIALOG_SAME,	DIALOG_NONE, do_noop },
	{ "RSET",  AFTER,	DIALOG_SAME,	DIALOG_NONE, do_rset },
	{ "QUIT",  BEFORE,	DIALOG_SAME,	DIALOG_NONE, do_quit },
	{ "QUIT",  AFTER,	DIALOG_SAME,	DIALOG_NONE, do_update },
};

const size_t pop3_verb_count = countof(pop3_verbs);
