/*
 * Composes delivery reports.  Addresses, replies of next hops and envelope
 * ids are strangers' text: none may end a line, so none can become a header
 * field or a recipient's fate of its own.
 */
#include "report_text.h"

#include <stdio.h>
#include <string.h>

#include "date.h"
#include "fd.h"
#include "str.h"

/* Printable ASCII as it is, anything else as '?'. */
static void
put_clean(struct str *s, const char *text)
{
	for (; *text != '\0'; text++)
		str_putc(s, *text >= 0x20 && *text <= 0x7e ? *text : '?');
}

static void
put_field(struct str *s, const char *name, const char *type,
    const char *value)
{
	str_printf(s, "%s: %s", name, type);
	put_clean(s, value);
	str_puts(s, "\r\n");
}

static void
put_date(struct str *s, const char *name, uint64_t seconds)
{
	char date[DATE_SIZE];

	date_rfc5322(date, (int64_t)seconds);
	str_printf(s, "%s: %s\r\n", name, date);
}

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *d = c == '\0' ? NULL : strchr(digits, c);

	return d == NULL ? -1 : (int)(d - digits);
}

/* xtext decoded [RFC3461 4]; a byte that is not printable becomes '?'. */
static void
put_xtext(struct str *s, const char *text)
{
	int c, high, low;

	for (; *text != '\0'; text++) {
		c = (unsigned char)*text;
		if (c == '+' && (high = hex_digit(text[1])) != -1 &&
		    (low = hex_digit(text[2])) != -1) {
			c = high * 16 + low;
			text += 2;
		}
		str_putc(s, c >= 0x20 && c <= 0x7e ? (char)c : '?');
	}
}

/* --- the part for people ---------------------------------------------- */

/* What is said for each action of RFC 3464 2.3.3. */
static const struct wording {
	const char	*action, *subject, *text;
} wordings[] = {
	{ "failed", "Mail could not be delivered",
	    "Your message could not be delivered to the recipients below.\r\n"
	    "It will not be tried again.\r\n" },
	{ "delayed", "Mail is delayed",
	    "Your message has not been delivered yet to the recipients below."
	    "\r\nIt is tried again; you need not send it anew.\r\n" },
	{ "delivered", "Mail was delivered",
	    "Your message was delivered to the recipients below.\r\n" },
	{ "relayed", "Mail was passed on",
	    "Your message was passed on for the recipients below, to a host"
	    "\r\nthat sends no reports of success.\r\n" },
	{ "expanded", "Mail was passed on",
	    "Your message was passed on to the members of the lists below."
	    "\r\n" },
};

static const struct wording *
wording_of(const char *action)
{
	size_t i;

	for (i = 0; i < countof(wordings); i++)
		if (strcmp(action, wordings[i].action) == 0)
			return &wordings[i];
	return &wordings[0];
}

static void
put_part(struct str *s, const struct report_about *a, const char *type,
    bool eight_bit)
{
	str_printf(s, "--%s\r\nContent-Type: %s\r\n", a->boundary, type);
	if (eight_bit)
		str_puts(s, "Content-Transfer-Encoding: 8bit\r\n");
	str_puts(s, "\r\n");
}

/* [RFC3834 3.1.7, RFC6522 3] */
void
report_put_head(struct str *s, const struct report_about *a,
    const char *action)
{
	const struct wording *w = wording_of(action);

	put_date(s, "Date", (uint64_t)a->now);
	str_printf(s, "From: Mail Delivery System <MAILER-DAEMON@%s>\r\n",
	    a->hostname);
	put_field(s, "To", "", a->sender);
	str_printf(s, "Subject: %s\r\n", w->subject);
	str_printf(s, "Message-ID: <%s.%u@%s>\r\n", a->id, a->serial,
	    a->hostname);
	if (*a->message_id != '\0') {
		put_field(s, "In-Reply-To", "", a->message_id);
		put_field(s, "References", "", a->message_id);
	}
	str_puts(s, "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n");
	if (a->eight_bit)
		str_puts(s, "Content-Transfer-Encoding: 8bit\r\n");
	str_printf(s, "Content-Type: multipart/report;\r\n"
	    "\treport-type=delivery-status;\r\n\tboundary=\"%s\"\r\n\r\n"
	    "This is a report in MIME format [RFC 3464].\r\n\r\n",
	    a->boundary);
	put_part(s, a, "text/plain; charset=us-ascii", false);
	str_printf(s, "This is the mail system at %s.\r\n\r\n%s\r\n",
	    a->hostname, w->text);
}

/*
 * The recipient as the sender may know it: behind an alias the target is not
 * his to learn.
 */
static const char *
shown_address(const struct report_row *row)
{
	return *row->origin != '\0' ? row->origin : row->address;
}

/* The text of the fate, unless it names what shown_address() hides. */
static const char *
shown_text(const struct report_row *row)
{
	if (*row->origin != '\0' && strcasestr(row->fate.text,
	    row->address) != NULL)
		return "the next hop's text is not shown";
	return row->fate.text;
}

/* A host is named to the sender; a path on this one is not. */
static bool
has_remote(const struct report_row *row)
{
	return *row->peer != '\0' && strchr(row->peer, '/') == NULL;
}

void
report_put_row(struct str *s, const struct report_row *row)
{
	char date[DATE_SIZE];

	str_puts(s, "  <");
	put_clean(s, shown_address(row));
	str_puts(s, ">\r\n    ");
	if (has_remote(row)) {
		put_clean(s, row->peer);
		str_puts(s, " said:\r\n    ");
	}
	str_printf(s, "%u %s ", row->fate.code, row->fate.status);
	put_clean(s, shown_text(row));
	str_puts(s, "\r\n");
	if (strcmp(row->action, "delayed") == 0 && row->until != 0) {
		date_rfc5322(date, (int64_t)row->until);
		str_printf(s, "    It is tried until %s.\r\n", date);
	}
	str_puts(s, "\r\n");
}

void
report_put_more(struct str *s, uint32_t more)
{
	str_printf(s, "  and %u more, which stand in the second part.\r\n\r\n",
	    more);
}

/* --- the part for programs -------------------------------------------- */

/* [RFC3464 2.2] */
void
report_put_status(struct str *s, const struct report_about *a)
{
	str_printf(s, "The message was known here as %s.\r\n\r\n", a->id);
	put_part(s, a, "message/delivery-status", false);
	if (*a->envid != '\0') {
		str_puts(s, "Original-Envelope-Id: ");
		put_xtext(s, a->envid);
		str_puts(s, "\r\n");
	}
	put_field(s, "Reporting-MTA", "dns; ", a->hostname);
	put_date(s, "Arrival-Date", a->arrival);
	put_field(s, "X-Malote-Id", "", a->id);
	str_puts(s, "\r\n");
}

/* "rfc822;joe+40example" as it was given [RFC3461 6.3]. */
static void
put_original(struct str *s, const char *orcpt)
{
	const char *semicolon = strchr(orcpt, ';');

	if (semicolon == NULL)
		return;
	str_puts(s, "Original-Recipient: ");
	for (; orcpt < semicolon; orcpt++)
		str_putc(s, *orcpt >= 0x21 && *orcpt <= 0x7e ? *orcpt : '?');
	str_puts(s, "; ");
	put_xtext(s, semicolon + 1);
	str_puts(s, "\r\n");
}

/* [RFC3464 2.3] */
void
report_put_status_row(struct str *s, const struct report_row *row)
{
	put_original(s, row->original);
	put_field(s, "Final-Recipient", "rfc822; ", shown_address(row));
	put_field(s, "Action", "", row->action);
	put_field(s, "Status", "", row->fate.status);
	if (has_remote(row))
		put_field(s, "Remote-MTA", "dns; ", row->peer);
	str_printf(s, "Diagnostic-Code: %s; %u %s ",
	    has_remote(row) ? "smtp" : "x-malote", row->fate.code,
	    row->fate.status);
	put_clean(s, shown_text(row));
	str_puts(s, "\r\n");
	if (row->last != 0)
		put_date(s, "Last-Attempt-Date", row->last);
	if (strcmp(row->action, "delayed") == 0 && row->until != 0)
		put_date(s, "Will-Retry-Until", row->until);
	str_puts(s, "\r\n");
}

/* --- what is returned ------------------------------------------------- */

void
report_put_returned(struct str *s, const struct report_about *a, bool whole)
{
	put_part(s, a, whole ? "message/rfc822" : "text/rfc822-headers",
	    a->eight_bit);
}

void
report_put_end(struct str *s, const struct report_about *a)
{
	str_printf(s, "\r\n--%s--\r\n", a->boundary);
}
