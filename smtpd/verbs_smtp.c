/*
 * The SMTP dialogue in one table, and the handlers that only answer.
 */
#include "verbs_smtp.h"

#include "fd.h"
#include "session.h"

/* [RFC5321 4.1.1.5] */
static enum dialog_result
smtp_rset(void *ctx, char *argument)
{
	struct session *s = ctx;

	(void)argument;
	tx_reset(&s->tx);
	reply(&s->out, REPLY_OK);
	return DIALOG_DONE;
}

/* [RFC5321 4.1.1.9] */
static enum dialog_result
smtp_noop(void *ctx, char *argument)
{
	struct session *s = ctx;

	(void)argument;
	reply(&s->out, REPLY_OK);
	return DIALOG_DONE;
}

/* Tells nobody who has a mailbox here [RFC5321 3.5.3, 7.3]. */
static enum dialog_result
smtp_vrfy(void *ctx, char *argument)
{
	struct session *s = ctx;

	(void)argument;
	reply(&s->out, REPLY_CANNOT_VERIFY);
	return DIALOG_DONE;
}

static enum dialog_result
smtp_expn(void *ctx, char *argument)
{
	struct session *s = ctx;

	(void)argument;
	reply(&s->out, REPLY_NO_EXPN);
	return DIALOG_BAD;
}

static enum dialog_result
smtp_help(void *ctx, char *argument)
{
	struct session *s = ctx;

	(void)argument;
	reply(&s->out, REPLY_HELP);
	return DIALOG_DONE;
}

/* [RFC5321 4.1.1.10] */
static enum dialog_result
smtp_quit(void *ctx, char *argument)
{
	struct session *s = ctx;

	(void)argument;
	reply(&s->out, REPLY_BYE);
	s->why = "quit";
	return DIALOG_CLOSE;
}

#define FRESH	SESSION_FRESH
#define GREETED	SESSION_GREETED
#define MAIL	SESSION_MAIL
#define RCPT	SESSION_RCPT
#define ANY	DIALOG_ANY
#define SAME	DIALOG_SAME

const struct dialog_verb smtp_verbs[] = {
	/* verb	 allowed in		next	 argument */
	{ "MAIL", GREETED,		MAIL,	 DIALOG_NEED, smtp_mail },
	{ "RCPT", MAIL | RCPT,		RCPT,	 DIALOG_NEED, smtp_rcpt },
	{ "DATA", RCPT,			GREETED, DIALOG_NONE, smtp_data },
	{ "DATA", MAIL,			SAME,	 DIALOG_NONE,
	    smtp_data_without_recipients },
	{ "EHLO", ANY,			GREETED, DIALOG_NEED, smtp_ehlo },
	{ "HELO", ANY,			GREETED, DIALOG_NEED, smtp_helo },
	{ "RSET", FRESH,		SAME,	 DIALOG_NONE, smtp_rset },
	{ "RSET", GREETED | MAIL | RCPT, GREETED, DIALOG_NONE, smtp_rset },
	{ "NOOP", ANY,			SAME,	 DIALOG_MAY,  smtp_noop },
	{ "VRFY", ANY,			SAME,	 DIALOG_NEED, smtp_vrfy },
	{ "EXPN", ANY,			SAME,	 DIALOG_MAY,  smtp_expn },
	{ "HELP", ANY,			SAME,	 DIALOG_MAY,  smtp_help },
	{ "QUIT", ANY,			SAME,	 DIALOG_NONE, smtp_quit },
};

const size_t smtp_verb_count = countof(smtp_verbs);
