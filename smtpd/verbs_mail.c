/*
 * MAIL and RCPT [RFC5321 4.1.1.2, 4.1.1.3].  Whether a recipient exists, and
 * whether this client may send to it, is for alias to say; whatever is not a
 * clear yes is a refusal.
 */
#include <string.h>

#include "addr.h"
#include "fate.h"
#include "params_smtp.h"
#include "session.h"
#include "settings.h"
#include "verbs_smtp.h"

/*
 * `FROM:<path> parameters`.  Blanks behind the colon are against the rules,
 * and harmless.  NULL when the word or the path is wrong, else what follows
 * the path.
 */
static char *
read_path(char *text, const char *word, struct addr *addr, bool null_allowed)
{
	size_t n = strlen(word);
	const char *end;

	if (strncasecmp(text, word, n) != 0)
		return NULL;
	text += n;
	text += strspn(text, " ");
	if (addr_path(addr, text, null_allowed, false, &end) == -1 ||
	    (*end != ' ' && *end != '\0'))
		return NULL;
	return text + (end - text);
}

/* A wrong path or parameter: one more bad command, but no refusal to log. */
static enum dialog_result
bad(struct session *s, enum reply why)
{
	reply(&s->out, why);
	return DIALOG_BAD;
}

static enum dialog_result
bad_params(struct session *s, enum params_result result)
{
	return bad(s, result == PARAMS_UNKNOWN ? REPLY_PARAM_UNKNOWN :
	    REPLY_PARAM_SYNTAX);
}

/* The declared size is held against the limit before anything is sent
 * [RFC1870 6.1]. */
static bool
too_big(const struct session *s, const struct params_smtp *extra)
{
	uint64_t limit = settings_number(s->settings, P_MESSAGE_SIZE);

	return limit != 0 && extra->size > limit;
}

enum dialog_result
smtp_mail(void *ctx, char *argument)
{
	struct session *s = ctx;
	struct params_smtp extra;
	enum params_result result;
	struct addr sender;
	char *rest;

	rest = read_path(argument, "FROM:", &sender, true);
	if (rest == NULL)
		return bad(s, REPLY_SENDER_SYNTAX);
	result = params_mail(&extra, rest);
	if (result != PARAMS_OK)
		return bad_params(s, result);
	tx_reset(&s->tx);
	addr_format(&sender, s->tx.sender, sizeof(s->tx.sender));
	if (too_big(s, &extra)) {
		session_refuse(s, "mail", "", REPLY_TOO_BIG);
		return DIALOG_REFUSED;
	}
	(void)strlcpy(s->tx.params, extra.kept, sizeof(s->tx.params));
	reply(&s->out, REPLY_SENDER_OK);
	return DIALOG_DONE;
}

/* Alias's word on the recipient. */
static void
ask(struct session *s, const char *recipient, struct fate *verdict)
{
	struct ask_ask question = {
		.address = recipient,
		.sender = s->tx.sender,
		.purpose = ASK_RCPT,
		.flags = s->client.may_relay ? ASK_MAY_RELAY : 0
	};

	ask_rcpt(&s->ask, &s->frame, &question, verdict);
}

enum dialog_result
smtp_rcpt(void *ctx, char *argument)
{
	struct session *s = ctx;
	struct params_smtp extra;
	enum params_result result;
	char recipient[TX_ADDRESS];
	struct fate verdict;
	struct addr addr;
	char *rest;

	rest = read_path(argument, "TO:", &addr, false);
	if (rest == NULL)
		return bad(s, REPLY_RECIPIENT_SYNTAX);
	result = params_rcpt(&extra, rest);
	if (result != PARAMS_OK)
		return bad_params(s, result);
	addr_format(&addr, recipient, sizeof(recipient));
	if (s->tx.count >= settings_number(s->settings, P_RECIPIENTS_MAX)) {
		session_refuse(s, "rcpt", recipient,
		    REPLY_TOO_MANY_RECIPIENTS);
		return DIALOG_REFUSED;
	}
	ask(s, recipient, &verdict);
	if (verdict.kind != FATE_DONE) {
		session_refuse_fate(s, "rcpt", recipient, &verdict);
		return DIALOG_REFUSED;
	}
	if (tx_add(&s->tx, recipient, extra.kept) == -1) {
		session_refuse(s, "rcpt", recipient,
		    REPLY_TOO_MANY_RECIPIENTS);
		return DIALOG_REFUSED;
	}
	reply(&s->out, REPLY_RECIPIENT_OK);
	return DIALOG_DONE;
}
