/*
 * The Received field.  HELO and the like are a stranger's text: whatever
 * could end a clause, open a comment or break the line becomes '?'.
 */
#include "trace_field.h"

#include <string.h>

#include "date.h"
#include "str.h"

static void
put_word(struct str *s, const char *word)
{
	static const char plain[] = "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-_:[]";

	for (; *word != '\0'; word++)
		str_putc(s, strchr(plain, *word) != NULL ? *word : '?');
}

/* An address literal [RFC5321 4.1.3]. */
static void
put_literal(struct str *s, const char *address)
{
	str_puts(s, strchr(address, ':') != NULL ? "[IPv6:" : "[");
	put_word(s, address);
	str_putc(s, ']');
}

/* from HELO (NAME [ADDRESS]) */
static void
put_from(struct str *s, const struct message *m)
{
	str_puts(s, "from ");
	if (*m->helo != '\0')
		put_word(s, m->helo);
	else
		put_literal(s, m->client);
	str_puts(s, " (");
	put_word(s, m->client_name);
	if (*m->client_name != '\0')
		str_putc(s, ' ');
	put_literal(s, m->client);
	str_puts(s, ")\r\n\t");
}

static void
put_by(struct str *s, const struct message *m, const char *hostname)
{
	str_printf(s, "by %s", hostname);
	if (*m->account != '\0')
		str_printf(s, " (from %s)", m->account);
	if (*m->client != '\0' && *m->protocol != '\0') {
		str_puts(s, " with ");
		put_word(s, m->protocol);
	}
	str_printf(s, " id %s", m->id);
}

/* An address that would not fit a plain ASCII line is better left out. */
static bool
printable(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s < 0x20 || *s > 0x7e)
			return false;
	return true;
}

int
trace_field(struct str *s, const struct message *m, const char *hostname,
    const char *rcpt, int64_t now)
{
	char date[DATE_SIZE];

	date_rfc5322(date, now);
	str_puts(s, "Received: ");
	if (*m->client != '\0')
		put_from(s, m);
	put_by(s, m, hostname);
	if (*rcpt != '\0' && printable(rcpt))
		str_printf(s, "\r\n\tfor <%s>", rcpt);
	str_printf(s, ";\r\n\t%s\r\n", date);
	return s->failed ? -1 : 0;
}
