/*
 * The replies.  None is longer than 512 octets [RFC1939 3]; a text that came
 * from another program is cut, and has no control bytes (fate.h).
 */
#include "pop3_reply.h"

#include <stdio.h>
#include <string.h>

#include "fate.h"
#include "out.h"
#include "wire_relay.h"

/* Text, and behind it %s, %llu, or a number and octets. */
static const struct {
	const char	*before;	/* the first value */
	const char	*between;	/* first and second value */
	const char	*after;
} replies[POP3_REPLIES] = {
	[POP3_GREETING]	  = { "+OK ", "", " POP3 server ready" },
	[POP3_OK]	  = { "+OK", "", "" },
	[POP3_BYE]	  = { "+OK bye", "", "" },
	[POP3_USER]	  = { "+OK now the password", "", "" },
	[POP3_LOGGED_IN]  = { "+OK ", " messages (", " octets)" },
	[POP3_STAT]	  = { "+OK ", " ", "" },
	[POP3_LISTING]	  = { "+OK ", " messages (", " octets)" },
	[POP3_ENTRY_SIZE] = { "+OK ", " ", "" },
	[POP3_OCTETS]	  = { "+OK ", "", " octets" },
	[POP3_TOP]	  = { "+OK top of message follows", "", "" },
	[POP3_DELETED]	  = { "+OK marked for removal", "", "" },
	[POP3_RESET]	  = { "+OK ", " messages (", " octets)" },
	[POP3_REMOVED]	  = { "+OK bye, messages removed: ", "", "" },
	[POP3_CAPA]	  = { "+OK this is what I can do", "", "" },

	[POP3_UNKNOWN]	  = { "-ERR unknown command", "", "" },
	[POP3_ORDER]	  = { "-ERR not now", "", "" },
	[POP3_SYNTAX]	  = { "-ERR wrong number of arguments", "", "" },
	[POP3_LONG]	  = { "-ERR line too long", "", "" },
	[POP3_BARE]	  = { "-ERR lines end in CRLF and have no NUL", "",
	    "" },
	[POP3_TOO_MANY_BAD] = { "-ERR too many bad commands", "", "" },
	[POP3_STOPPING]	  = { "-ERR [SYS/TEMP] shutting down", "", "" },
	[POP3_TOO_MANY]	  = { "-ERR [SYS/TEMP] too many connections, try "
	    "again later", "", "" },
	[POP3_NO_SESSION] = { "-ERR [SYS/TEMP] the server is short of "
	    "memory, try again later", "", "" },
	[POP3_NUMBER]	  = { "-ERR that is not a number", "", "" },
	[POP3_NO_MESSAGE] = { "-ERR no such message", "", "" },
	[POP3_NEEDS_TLS]  = { "-ERR [SYS/PERM] login needs TLS", "", "" },
	[POP3_WRONG_LOGIN] = { "-ERR [AUTH] wrong login or password", "",
	    "" },
	[POP3_NO_LOGIN]	  = { "-ERR [SYS/TEMP] no login now, try again later",
	    "", "" },
	[POP3_LOST]	  = { "-ERR [SYS/TEMP] the maildrop went away", "",
	    "" },
};

void
pop3_line(char *line, size_t size, enum pop3_reply which, const char *text)
{
	(void)snprintf(line, size, "%s%.400s%s\r\n", replies[which].before,
	    text, replies[which].after);
}

void
pop3_reply(struct out *out, enum pop3_reply which)
{
	out_printf(out, "%s%s\r\n", replies[which].before,
	    replies[which].after);
}

void
pop3_reply_text(struct out *out, enum pop3_reply which, const char *text)
{
	out_printf(out, "%s%.400s%s\r\n", replies[which].before, text,
	    replies[which].after);
}

void
pop3_reply_number(struct out *out, enum pop3_reply which,
    unsigned long long number)
{
	out_printf(out, "%s%llu%s\r\n", replies[which].before, number,
	    replies[which].after);
}

void
pop3_reply_numbers(struct out *out, enum pop3_reply which, unsigned first,
    unsigned long long second)
{
	out_printf(out, "%s%u%s%llu%s\r\n", replies[which].before, first,
	    replies[which].between, second, replies[which].after);
}

void
pop3_reply_fate(struct out *out, const struct fate *fate)
{
	const char *code = "[SYS/PERM] ";

	if (strcmp(fate->status, RELAY_IN_USE) == 0)
		code = "[IN-USE] ";
	else if (fate->kind == FATE_DEFER)
		code = "[SYS/TEMP] ";
	out_printf(out, "-ERR %s%.400s\r\n", code, fate->text);
}
