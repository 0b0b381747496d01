/*
 * HELO and EHLO [RFC5321 4.1.1.1].  The name a client gives is noted and
 * never believed: it need not be true, but it ends up in header and events,
 * so only tame characters survive.
 */
#include <string.h>

#include "fd.h"
#include "session.h"
#include "settings.h"
#include "verbs_smtp.h"

/* What EHLO offers; a $ at the end stands for the size limit. */
static const char *const extensions[] = {
	"PIPELINING",		/* [RFC2920] */
	"SIZE $",		/* [RFC1870] */
	"8BITMIME",		/* [RFC6152] */
	"ENHANCEDSTATUSCODES",	/* [RFC2034] */
	"HELP"
};

/*
 * A comment or a quotation opened here would swallow the rest of the Received
 * field, so whatever no name or literal needs becomes '?'.
 */
static void
tame(char *name)
{
	static const char good[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz.-_:[]/+=";

	while (*(name += strspn(name, good)) != '\0')
		*name++ = '?';
}

/* False when it is no single printable word: then nothing has changed. */
static bool
hello(struct session *s, const char *name)
{
	const char *p;

	for (p = name; *p != '\0'; p++)
		if (*p < 0x21 || *p > 0x7e)
			return false;
	if ((size_t)(p - name) >= sizeof(s->helo))
		return false;
	(void)strlcpy(s->helo, name, sizeof(s->helo));
	tame(s->helo);
	/* A greeting in mid-transaction is a RSET [RFC5321 4.1.4]. */
	tx_reset(&s->tx);
	return true;
}

static enum dialog_result
bad_name(struct session *s)
{
	reply(&s->out, REPLY_ARGUMENT);
	return DIALOG_BAD;
}

enum dialog_result
smtp_helo(void *ctx, char *argument)
{
	struct session *s = ctx;

	if (!hello(s, argument))
		return bad_name(s);
	s->extended = false;
	reply_detail(&s->out, REPLY_HELLO,
	    settings_text(s->settings, P_HOSTNAME));
	return DIALOG_DONE;
}

enum dialog_result
smtp_ehlo(void *ctx, char *argument)
{
	struct session *s = ctx;
	size_t i, n;

	if (!hello(s, argument))
		return bad_name(s);
	s->extended = true;
	out_puts(&s->out, "250-");
	out_puts(&s->out, settings_text(s->settings, P_HOSTNAME));
	out_puts(&s->out, "\r\n");
	for (i = 0; i < countof(extensions); i++) {
		n = strcspn(extensions[i], "$");
		out_puts(&s->out, i + 1 < countof(extensions) ? "250-" :
		    "250 ");
		out_add(&s->out, extensions[i], n);
		if (extensions[i][n] == '$')
			out_puts(&s->out, settings_text(s->settings,
			    P_MESSAGE_SIZE));
		out_puts(&s->out, "\r\n");
	}
	return DIALOG_DONE;
}
