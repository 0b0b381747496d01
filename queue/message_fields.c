/*
 * The one table of a message file's fields: the writer writes by it and the
 * reader accepts nothing else.
 */
#include "message_fields.h"

#define AT(member)	offsetof(struct message, member), \
			sizeof(((struct message *)0)->member)

const struct message_field message_fields[MESSAGE_FIELDS] = {
	{ "id",		 AT(id),		true },
	{ "arrival",	 offsetof(struct message, arrival), 0, true },
	{ "client",	 AT(client),		false },
	{ "client-name", AT(client_name),	false },
	{ "helo",	 AT(helo),		false },
	{ "protocol",	 AT(protocol),		false },
	{ "listener",	 AT(listener),		false },
	{ "login",	 AT(login),		false },
	{ "account",	 AT(account),		false },
	{ "report-of",	 AT(report_of),		false },
	{ "sender",	 AT(sender),		true },
};

bool
message_value_ok(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return false;
	return true;
}
