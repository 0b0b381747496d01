/*
 * sendmail: takes a message from a program on this host to inject, with the
 * rights of its caller and no others.  It trusts its caller, who can only
 * harm himself; inject trusts neither.  Nothing it fails to hand over is
 * ever passed over in silence: see the exit status.
 */
#include <err.h>
#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "date.h"
#include "fd.h"
#include "id.h"
#include "limits.h"
#include "str.h"

#include "address_list.h"
#include "sendmail_args.h"
#include "sendmail_edge.h"
#include "sendmail_head.h"
#include "sendmail_smtp.h"
#include "sendmail_text.h"

/* A message on its way from stdin to inject. */
struct post {
	const struct sendmail_args *args;
	struct sendmail_text	 in;
	struct sendmail_edge	 edge;
	struct sendmail_head	 head;
	struct str		 text;	/* read, not yet sent */
	struct str		 out;	/* the header as it goes */
	size_t			 size;	/* sent so far */
	char			*login;	/* of the caller */
	char			*full_name;
	char			 hostname[LIMIT_DOMAIN + 1];
	char			 sender[LIMIT_ADDRESS + 1];
	char			**rcpts;
	size_t			 rcpt_count, rcpt_room;
};

/* A path below the state directory; the caller may name another one. */
static const char *
state_path(const char *leaf)
{
	const char *state = getenv("MALOTE_STATE");
	char *path;

	if (asprintf(&path, "%s/%s", state != NULL ? state : PATH_STATE,
	    leaf) == -1)
		err(EX_OSERR, NULL);
	return path;
}

/* --- who writes to whom ----------------------------------------------- */

static char *
copy(const char *text)
{
	char *s = strdup(text);

	if (s == NULL)
		err(EX_OSERR, NULL);
	return s;
}

/* The name in a GECOS field: up to its first comma, & is the login. */
static char *
gecos_name(const struct passwd *pw)
{
	struct str s;
	const char *p;

	str_init(&s, 256);
	for (p = pw->pw_gecos; *p != '\0' && *p != ','; p++) {
		if (*p == '&')
			str_puts(&s, pw->pw_name);
		else
			str_putc(&s, *p);
	}
	return s.data;
}

static void
find_caller(struct post *p)
{
	const struct passwd *pw = getpwuid(getuid());
	const char *name = getenv("NAME");

	if (pw == NULL)
		errx(EX_NOUSER, "uid %u has no account here",
		    (unsigned)getuid());
	p->login = copy(pw->pw_name);
	p->full_name = p->args->full_name != NULL ?
	    copy(p->args->full_name) :
	    name != NULL ? copy(name) : gecos_name(pw);
}

static int
add_rcpt(void *ctx, const char *address)
{
	struct post *p = ctx;
	char **more;

	if (*address == '\0') {
		errno = EINVAL;
		return -1;
	}
	if (p->rcpt_count == LIMIT_RECIPIENTS)
		errx(EX_DATAERR, "more than %d recipients", LIMIT_RECIPIENTS);
	if (p->rcpt_count == p->rcpt_room) {
		p->rcpt_room = p->rcpt_room == 0 ? 16 : p->rcpt_room * 2;
		more = reallocarray(p->rcpts, p->rcpt_room, sizeof(*more));
		if (more == NULL)
			err(EX_OSERR, NULL);
		p->rcpts = more;
	}
	p->rcpts[p->rcpt_count++] = copy(address);
	return 0;
}

static void
find_rcpts(struct post *p, size_t head_len)
{
	char **arg;

	for (arg = p->args->rcpts; *arg != NULL; arg++)
		if (address_list(*arg, add_rcpt, p) == -1)
			err(EX_NOUSER, "recipient %s", *arg);
	if (p->args->take_recipients && sendmail_head_rcpts(&p->head,
	    p->text.data, head_len, add_rcpt, p) == -1)
		err(EX_DATAERR, "a recipient in the header");
	if (p->rcpt_count == 0)
		errx(EX_USAGE, "no recipient");
}

static int
take_sender(void *ctx, const char *address)
{
	struct post *p = ctx;

	if (strlcpy(p->sender, address, sizeof(p->sender)) >=
	    sizeof(p->sender)) {
		errno = EMSGSIZE;
		return -1;
	}
	return 0;
}

static void
find_sender(struct post *p)
{
	if (p->args->sender == NULL)
		(void)strlcpy(p->sender, p->login, sizeof(p->sender));
	else if (address_list(p->args->sender, take_sender, p) == -1)
		err(EX_NOUSER, "sender %s", p->args->sender);
}

/* --- the header ------------------------------------------------------- */

/* A display name as a quoted string; one that is not ASCII is left out. */
static void
add_name(struct str *out, const char *name)
{
	const char *c;

	for (c = name; *c != '\0'; c++)
		if (*c < 0x20 || *c > 0x7e)
			return;
	if (*name == '\0')
		return;
	str_putc(out, '"');
	for (c = name; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			str_putc(out, '\\');
		str_putc(out, *c);
	}
	str_puts(out, "\" ");
}

/* The author, when the message does not name one. */
static void
add_from(struct post *p)
{
	const char *author = *p->sender != '\0' ? p->sender : p->login;

	str_puts(&p->out, "From: ");
	add_name(&p->out, p->full_name);
	str_printf(&p->out, "<%s", author);
	if (strrchr(author, '@') == NULL)
		str_printf(&p->out, "@%s", p->hostname);
	str_puts(&p->out, ">\r\n");
}

/* What a message needs by RFC 5322 3.6 and does not have [RFC6409 8]. */
static void
complete_head(struct post *p)
{
	struct id_source ids = { 0 };
	char date[DATE_SIZE], id[ID_SIZE];

	if (!p->head.has_date) {
		date_rfc5322(date, date_now() / 1000000);
		str_printf(&p->out, "Date: %s\r\n", date);
	}
	if (!p->head.has_from)
		add_from(p);
	if (!p->head.has_message_id) {
		id_next(&ids, id);
		str_printf(&p->out, "Message-ID: <%s@%s>\r\n", id,
		    p->hostname);
	}
}

/* Reads until the header is whole; its length. */
static size_t
read_head(struct post *p)
{
	size_t len;
	bool over;
	int n;

	do {
		n = sendmail_text_read(&p->in, &p->text);
		if (n == -1 && errno == EMSGSIZE)
			errx(EX_DATAERR, "header longer than %d bytes",
			    LIMIT_HEADER);
		if (n == -1)
			err(EX_IOERR, "reading the message");
		len = sendmail_head_end(p->text.data, p->text.len, &over);
	} while (n == 1 && !over);
	return len;
}

/* --- sending ---------------------------------------------------------- */

static void
add_param(struct str *s, const char *name, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	str_printf(s, "%s%s=", s->len == 0 ? "" : " ", name);
	for (; *value != '\0'; value++) {
		/* xtext [RFC3461 4] */
		if (*value <= ' ' || *value > '~' || *value == '+' ||
		    (*value == '=' && strcmp(name, "ENVID") == 0))
			str_printf(s, "+%02X", (unsigned char)*value);
		else
			str_putc(s, *value);
	}
}

static void
send_envelope(struct post *p)
{
	struct str params;
	size_t i;

	str_init(&params, LIMIT_PARAMS);
	add_param(&params, "BODY", p->args->body);
	add_param(&params, "RET", p->args->ret);
	add_param(&params, "ENVID", p->args->envid);
	if (params.failed)
		errx(EX_USAGE, "-V is too long");
	sendmail_edge_from(&p->edge, p->sender, params.data);
	str_clear(&params);
	add_param(&params, "NOTIFY", p->args->notify);
	for (i = 0; i < p->rcpt_count; i++)
		if (i == 0 || strcmp(p->rcpts[i], p->rcpts[i - 1]) != 0)
			sendmail_edge_rcpt(&p->edge, p->rcpts[i], params.data);
	str_free(&params);
}

static void
send_text(struct post *p, struct str *text)
{
	sendmail_edge_data(&p->edge, text->data, text->len);
	p->size += text->len;
	str_clear(text);
}

static void
send_body(struct post *p)
{
	int n;

	/* An empty line parts header and body, also where there was none. */
	if (p->text.len < 2 || memcmp(p->text.data, "\r\n", 2) != 0)
		str_puts(&p->out, "\r\n");
	send_text(p, &p->out);
	send_text(p, &p->text);
	while ((n = sendmail_text_read(&p->in, &p->text)) == 1)
		send_text(p, &p->text);
	if (n == -1)
		err(EX_IOERR, "reading the message");
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
post(const struct sendmail_args *args)
{
	struct post p = { .args = args };
	char id[LIMIT_ID + 1];
	size_t head_len;
	int code;

	sendmail_text_init(&p.in, STDIN_FILENO, args->keep_dot);
	str_init(&p.text, LIMIT_HEADER);
	str_init(&p.out, LIMIT_HEADER + 2048);
	find_caller(&p);
	find_sender(&p);
	head_len = read_head(&p);
	sendmail_head_copy(&p.head, p.text.data, head_len, &p.out);
	find_rcpts(&p, head_len);
	/* Who stands in To and in Cc gets the message once. */
	qsort(p.rcpts, p.rcpt_count, sizeof(*p.rcpts), by_text);
	sendmail_edge_open(&p.edge, state_path("run/public/submit"));
	sendmail_edge_hostname(&p.edge, p.hostname, sizeof(p.hostname));
	complete_head(&p);
	str_drop(&p.text, head_len);
	send_envelope(&p);
	send_body(&p);
	code = sendmail_edge_commit(&p.edge, p.size, id, sizeof(id));
	if (code == EX_OK && args->verbose)
		warnx("accepted as %s", id);
	return code;
}

/* --- the other names of sendmail -------------------------------------- */

static int
list_queue(void)
{
	const char *folder = getenv("MALOTE_LIBEXEC");
	char path[1024];

	(void)snprintf(path, sizeof(path), "%s/ctl-queue",
	    folder == NULL || *folder == '\0' ? PATH_LIBEXEC : folder);
	execl(path, "ctl-queue", "list", (char *)NULL);
	err(EX_OSFILE, "%s", path);
}

static int
tell_aliases(void)
{
	puts("malote reads changed tables by itself, within seconds.");
	return EX_OK;
}

int
main(int argc, char **argv)
{
	struct sendmail_args args;
	const char *wrong;

	(void)argc;
	(void)signal(SIGPIPE, SIG_IGN);
	wrong = sendmail_args(&args, argv);
	if (wrong != NULL)
		errx(EX_USAGE, "%s", wrong);
	switch (args.mode) {
	case SENDMAIL_SMTP:
		return sendmail_smtp(state_path("run/public/smtp"));
	case SENDMAIL_LIST:
		return list_queue();
	case SENDMAIL_ALIASES:
		return tell_aliases();
	case SENDMAIL_RUN:
		return EX_OK;
	case SENDMAIL_POST:
		break;
	}
	return post(&args);
}
