/*
 * The replies of smtpd, in one table.  The class of an enhanced code always
 * agrees with the basic one; greeting, HELO and 354 have none [RFC2034 3].
 * A detail comes from our settings or other programs of malote, never
 * straight from the client.
 */
#include "reply.h"

#include <string.h>

#include "die.h"
#include "fate.h"
#include "fd.h"
#include "out.h"

struct reply_row {
	unsigned	 code;
	const char	*status;	/* "" where none belongs */
	const char	*text;		/* $: the detail */
};

static const struct reply_row rows[REPLY_COUNT] = {
	[REPLY_GREETING] = { 220, "", "$ ESMTP" },
	[REPLY_BYE] = { 221, "2.0.0", "goodbye" },
	[REPLY_STOPPING] = { 421, "4.3.2", "service shutting down" },
	[REPLY_TIMEOUT] = { 421, "4.4.2", "nothing heard for too long" },
	[REPLY_TOO_MANY] = { 421, "4.7.0", "too many connections" },
	[REPLY_NO_SESSION] = { 421, "4.3.2", "cannot serve you now" },
	[REPLY_TOO_MANY_BAD] = { 421, "4.7.0", "too many bad commands" },

	[REPLY_HELLO] = { 250, "", "$" },
	[REPLY_OK] = { 250, "2.0.0", "ok" },
	[REPLY_HELP] = { 214, "2.0.0",
	    "HELO EHLO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT" },
	[REPLY_CANNOT_VERIFY] = { 252, "2.5.2",
	    "cannot verify; send the message and see" },
	[REPLY_NO_EXPN] = { 502, "5.5.1", "lists are not shown" },
	[REPLY_UNKNOWN] = { 500, "5.5.2", "unknown command" },
	[REPLY_ORDER] = { 503, "5.5.1", "command out of sequence" },
	[REPLY_ARGUMENT] = { 501, "5.5.4", "wrong argument" },
	[REPLY_LONG] = { 500, "5.5.2", "line too long" },
	[REPLY_BARE] = { 500, "5.5.2", "bare CR or LF, or NUL, in a command" },

	[REPLY_SENDER_OK] = { 250, "2.1.0", "sender ok" },
	[REPLY_SENDER_SYNTAX] = { 501, "5.1.7", "bad sender address" },
	[REPLY_RECIPIENT_OK] = { 250, "2.1.5", "recipient ok" },
	[REPLY_RECIPIENT_SYNTAX] = { 501, "5.1.3", "bad recipient address" },
	[REPLY_PARAM_UNKNOWN] = { 555, "5.5.4", "unknown parameter" },
	[REPLY_PARAM_SYNTAX] = { 501, "5.5.4", "bad parameter" },
	[REPLY_TOO_BIG] = { 552, "5.3.4", "message too big" },
	[REPLY_TOO_MANY_RECIPIENTS] = { 452, "4.5.3", "too many recipients" },
	[REPLY_NO_RECIPIENTS] = { 554, "5.5.1", "no valid recipients" },

	[REPLY_LATER] = { 451, "4.3.0", "temporary trouble, try again later" },

	[REPLY_GO_AHEAD] = { 354, "", "end with <CRLF>.<CRLF>" },
	[REPLY_TAKEN] = { 250, "2.0.0", "$ accepted" },
	[REPLY_BARE_IN_DATA] = { 550, "5.6.0",
	    "bare CR or LF, or NUL, in the message" },
	[REPLY_LOOP] = { 554, "5.4.6", "mail loop: too many hops" },
};

/* Each is cut so that the CRLF always fits. */
static void
build(char buf[REPLY_SIZE], unsigned code, const char *status,
    const char *head, const char *detail, const char *tail)
{
	const char *const parts[] = {
		*status == '\0' ? "" : " ", status, " ", head, detail, tail
	};
	size_t i, len;

	/* Not by printf(3): see event.c. */
	buf[0] = (char)('0' + code / 100 % 10);
	buf[1] = (char)('0' + code / 10 % 10);
	buf[2] = (char)('0' + code % 10);
	buf[3] = '\0';
	for (i = 0; i < countof(parts); i++)
		(void)strlcat(buf, parts[i], REPLY_SIZE - 2);
	len = strlen(buf);
	(void)strlcpy(buf + len, "\r\n", REPLY_SIZE - len);
}

void
reply_line(char buf[REPLY_SIZE], enum reply which, const char *detail)
{
	const struct reply_row *r = &rows[which];
	size_t head = strcspn(r->text, "$");
	char text[REPLY_SIZE];

	(void)strlcpy(text, r->text, sizeof(text));
	text[head] = '\0';
	build(buf, r->code, r->status, text,
	    r->text[head] == '$' ? detail : "",
	    r->text[head] == '$' ? r->text + head + 1 : "");
}

void
reply_detail(struct out *out, enum reply which, const char *detail)
{
	char buf[REPLY_SIZE];

	reply_line(buf, which, detail);
	out_puts(out, buf);
}

void
reply(struct out *out, enum reply which)
{
	reply_detail(out, which, "");
}

void
reply_fate(struct out *out, const struct fate *f)
{
	char buf[REPLY_SIZE];

	build(buf, f->code, f->status, f->text, "", "");
	out_puts(out, buf);
}

void
reply_to_fate(enum reply which, struct fate *f)
{
	const struct reply_row *r = &rows[which];

	if (fate_make(f, r->code, r->status, r->text) == -1)
		die_bug("a reply without a status is no fate");
}
