/*
 * Reading the parameters of MAIL and RCPT.  They are text of a stranger: only
 * what a row of the table knows, once, and with a value its reader takes,
 * goes into the envelope.
 */
#include "params_smtp.h"

#include <stdbool.h>
#include <string.h>

#include "fd.h"

struct param_smtp {
	const char	*name;
	/* value: "" when there is none; it may be put into the form in which
	 * it is kept.  False when it is wrong. */
	bool		(*read)(struct params_smtp *, char *value);
	bool		 kept;		/* goes on with the message */
};

struct param_table {
	const struct param_smtp	*rows;
	size_t			 count;
};

/*
 * SIZE=digits, 20 at most [RFC1870 4].  A number too large for us is as good
 * as the largest.
 */
static bool
read_size(struct params_smtp *p, char *value)
{
	size_t n = strspn(value, "0123456789");
	uint64_t digit;

	if (n == 0 || n > 20 || value[n] != '\0')
		return false;
	for (; *value != '\0'; value++) {
		digit = (uint64_t)(*value - '0');
		if (p->size > (UINT64_MAX - digit) / 10) {
			p->size = UINT64_MAX;
			return true;
		}
		p->size = p->size * 10 + digit;
	}
	return true;
}

/* [RFC6152 2] */
static bool
read_body(struct params_smtp *p, char *value)
{
	static const char *const bodies[] = { "7BIT", "8BITMIME" };
	size_t i;

	(void)p;
	for (i = 0; i < countof(bodies); i++)
		if (strcasecmp(value, bodies[i]) == 0) {
			memcpy(value, bodies[i], strlen(bodies[i]));
			return true;
		}
	return false;
}

static const struct param_smtp mail_rows[] = {
	{ "SIZE",	read_size,	false },
	{ "BODY",	read_body,	true },
};

static const struct param_table mail_table = {
	mail_rows, countof(mail_rows)
};
/* EHLO offers nothing yet that has parameters here. */
static const struct param_table rcpt_table = { NULL, 0 };

/* esmtp-value [RFC5321 4.1.2]: printable ASCII but "=". */
static bool
value_ok(const char *value)
{
	if (*value == '\0')
		return false;
	for (; *value != '\0'; value++)
		if (*value < 0x21 || *value > 0x7e || *value == '=')
			return false;
	return true;
}

static bool
keep(struct params_smtp *p, const char *name, const char *value)
{
	char *text = p->kept;
	size_t room = sizeof(p->kept);

	if (*text != '\0')
		(void)strlcat(text, " ", room);
	(void)strlcat(text, name, room);
	if (*value == '\0')
		return strlen(text) < room - 1;
	(void)strlcat(text, "=", room);
	return strlcat(text, value, room) < room;
}

static enum params_result
read_one(struct params_smtp *p, const struct param_table *t, char *word)
{
	char *value = word, *name;
	size_t i;

	name = strsep(&value, "=");
	if (value != NULL && !value_ok(value))
		return PARAMS_SYNTAX;
	if (value == NULL)
		value = word + strlen(word);
	for (i = 0; i < t->count; i++)
		if (strcasecmp(t->rows[i].name, name) == 0)
			break;
	if (i == t->count)
		return PARAMS_UNKNOWN;
	if ((p->seen & 1u << i) != 0 || !t->rows[i].read(p, value))
		return PARAMS_SYNTAX;
	p->seen |= 1u << i;
	if (t->rows[i].kept && !keep(p, t->rows[i].name, value))
		return PARAMS_SYNTAX;
	return PARAMS_OK;
}

static enum params_result
read_all(struct params_smtp *p, const struct param_table *t, char *text)
{
	enum params_result result = PARAMS_OK;
	char *word;

	memset(p, 0, sizeof(*p));
	while (result == PARAMS_OK && (word = strsep(&text, " ")) != NULL)
		if (*word != '\0')
			result = read_one(p, t, word);
	return result;
}

enum params_result
params_mail(struct params_smtp *p, char *text)
{
	return read_all(p, &mail_table, text);
}

enum params_result
params_rcpt(struct params_smtp *p, char *text)
{
	return read_all(p, &rcpt_table, text);
}
