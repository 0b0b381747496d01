/*
 * The command line of sendmail: thirty years of options, most of which mean
 * nothing here and are accepted so that no caller breaks.  An argument is the
 * caller's own and is only looked at.
 */
#include "sendmail_args.h"

#include <string.h>
#include <strings.h>

#include "fd.h"

/* What may follow a letter. */
enum follows {
	ALONE,		/* nothing: the next letter may stand behind it */
	VALUE,		/* a value, attached or as the next argument */
	ATTACHED	/* perhaps a value, attached only */
};

struct option {
	char		letter;
	enum follows	follows;
	/* NULL, or what is wrong; no function: the option means nothing. */
	const char	*(*take)(struct sendmail_args *, const char *value);
};

static const char *
take_mode(struct sendmail_args *a, const char *value)
{
	static const struct {
		char			letter;
		enum sendmail_mode	mode;
	} modes[] = {
		{ 'm', SENDMAIL_POST }, { 's', SENDMAIL_SMTP },
		{ 'p', SENDMAIL_LIST }, { 'i', SENDMAIL_ALIASES },
	};
	size_t i;

	for (i = 0; i < countof(modes); i++) {
		if (value[0] != modes[i].letter || value[1] != '\0')
			continue;
		a->mode = modes[i].mode;
		return NULL;
	}
	return "this mode (-b) does not exist here";
}

/* The value behind "-o": of all of them only "-oi" means something. */
static const char *
take_old_option(struct sendmail_args *a, const char *value)
{
	if (value[0] == 'i')
		a->keep_dot = true;
	return NULL;
}

static const char *
take_run(struct sendmail_args *a, const char *value)
{
	(void)value;
	a->mode = SENDMAIL_RUN;
	return NULL;
}

static const char *
take_sender(struct sendmail_args *a, const char *value)
{
	a->sender = value;
	return NULL;
}

static const char *
take_full_name(struct sendmail_args *a, const char *value)
{
	a->full_name = value;
	return NULL;
}

static const char *
take_recipients(struct sendmail_args *a, const char *value)
{
	(void)value;
	a->take_recipients = true;
	return NULL;
}

static const char *
take_keep_dot(struct sendmail_args *a, const char *value)
{
	(void)value;
	a->keep_dot = true;
	return NULL;
}

static const char *
take_verbose(struct sendmail_args *a, const char *value)
{
	(void)value;
	a->verbose = true;
	return NULL;
}

static const char *
take_body(struct sendmail_args *a, const char *value)
{
	if (strcasecmp(value, "7BIT") == 0)
		a->body = "7BIT";
	else if (strcasecmp(value, "8BITMIME") == 0)
		a->body = "8BITMIME";
	else
		return "-B takes 7BIT or 8BITMIME";
	return NULL;
}

/* [RFC3461 4.3] */
static const char *
take_ret(struct sendmail_args *a, const char *value)
{
	if (strcasecmp(value, "full") == 0)
		a->ret = "FULL";
	else if (strcasecmp(value, "hdrs") == 0)
		a->ret = "HDRS";
	else
		return "-R takes full or hdrs";
	return NULL;
}

static const char *
take_envid(struct sendmail_args *a, const char *value)
{
	a->envid = value;
	return NULL;
}

/* The name of a NOTIFY word at the start of a list, NULL when there is none. */
static const char *
notify_word(const char *list, size_t n)
{
	static const char *const words[] = { "SUCCESS", "FAILURE", "DELAY" };
	size_t i;

	for (i = 0; i < countof(words); i++)
		if (strlen(words[i]) == n &&
		    strncasecmp(words[i], list, n) == 0)
			return words[i];
	return NULL;
}

/* [RFC3461 4.1] NEVER stands alone. */
static const char *
take_notify(struct sendmail_args *a, const char *value)
{
	static const char wrong[] =
	    "-N takes never, or a list of success, failure and delay";
	const char *word;
	size_t n;

	if (strcasecmp(value, "never") == 0) {
		(void)strlcpy(a->notify, "NEVER", sizeof(a->notify));
		return NULL;
	}
	a->notify[0] = '\0';
	for (;; value += n + 1) {
		n = strcspn(value, ",");
		word = notify_word(value, n);
		if (word == NULL || strstr(a->notify, word) != NULL)
			return wrong;
		if (a->notify[0] != '\0')
			(void)strlcat(a->notify, ",", sizeof(a->notify));
		(void)strlcat(a->notify, word, sizeof(a->notify));
		if (value[n] == '\0')
			return NULL;
	}
}

static const struct option options[] = {
	{ 'A', ATTACHED, NULL },
	{ 'B', VALUE,	 take_body },
	{ 'C', VALUE,	 NULL },
	{ 'E', ALONE,	 NULL },
	{ 'F', VALUE,	 take_full_name },
	{ 'G', ALONE,	 NULL },
	{ 'L', VALUE,	 NULL },
	{ 'N', VALUE,	 take_notify },
	{ 'O', VALUE,	 NULL },
	{ 'R', VALUE,	 take_ret },
	{ 'U', ALONE,	 NULL },
	{ 'V', VALUE,	 take_envid },
	{ 'X', VALUE,	 NULL },
	{ 'b', VALUE,	 take_mode },
	{ 'd', ATTACHED, NULL },
	{ 'e', ATTACHED, NULL },
	{ 'f', VALUE,	 take_sender },
	{ 'h', VALUE,	 NULL },
	{ 'i', ALONE,	 take_keep_dot },
	{ 'm', ALONE,	 NULL },
	{ 'n', ALONE,	 NULL },
	{ 'o', VALUE,	 take_old_option },
	{ 'p', VALUE,	 NULL },
	{ 'q', ATTACHED, take_run },
	{ 'r', VALUE,	 take_sender },
	{ 's', ALONE,	 NULL },
	{ 't', ALONE,	 take_recipients },
	{ 'v', ALONE,	 take_verbose },
	{ 'x', ALONE,	 NULL },
};

static const struct option *
find_option(char letter)
{
	size_t i;

	for (i = 0; i < countof(options); i++)
		if (options[i].letter == letter)
			return &options[i];
	return NULL;
}

/*
 * One argument "-abc": its letters in turn.  next: the argument behind it, or
 * NULL; *used is set when a value was taken from there.
 */
static const char *
take_letters(struct sendmail_args *a, const char *p, const char *next,
    bool *used)
{
	const struct option *o;
	const char *value, *wrong;

	for (; *p != '\0'; p++) {
		o = find_option(*p);
		if (o == NULL)
			return "unknown option";
		value = o->follows == ALONE ? "" : p + 1;
		if (o->follows == VALUE && *value == '\0') {
			value = next;
			*used = true;
		}
		if (value == NULL)
			return "an option lacks its value";
		wrong = o->take == NULL ? NULL : o->take(a, value);
		if (wrong != NULL || o->follows != ALONE)
			return wrong;
	}
	return NULL;
}

static enum sendmail_mode
mode_of_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	if (strcmp(name, "mailq") == 0)
		return SENDMAIL_LIST;
	if (strcmp(name, "newaliases") == 0)
		return SENDMAIL_ALIASES;
	return SENDMAIL_POST;
}

const char *
sendmail_args(struct sendmail_args *a, char **argv)
{
	const char *wrong;
	bool used;

	memset(a, 0, sizeof(*a));
	a->mode = argv[0] == NULL ? SENDMAIL_POST : mode_of_name(argv[0]);
	if (argv[0] != NULL)
		argv++;
	for (; *argv != NULL && (*argv)[0] == '-'; argv += 1 + used) {
		if (strcmp(*argv, "--") == 0) {
			argv++;
			break;
		}
		used = false;
		wrong = take_letters(a, *argv + 1, argv[1], &used);
		if (wrong != NULL)
			return wrong;
	}
	a->rcpts = argv;
	return NULL;
}
