#ifndef MESSAGE_FIELDS_H
#define MESSAGE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "message.h"

/*
 * What the writer and the reader of message files share; for nobody else.
 */
#define MESSAGE_MAGIC	"malote1 "
#define FIELD_NAME_MAX	16		/* of a field's name */
#define FIELD_MAX	(FIELD_NAME_MAX + 1 + MESSAGE_VALUE)

/*
 * The fields in the order in which they stand in the file.  size: of the
 * string in struct message; 0: a number (uint64_t).  An empty string is not
 * written, but for those that must be there.
 */
struct message_field {
	const char	*name;
	size_t		 offset;
	size_t		 size;
	bool		 must;
};

#define MESSAGE_FIELDS	11

extern const struct message_field	message_fields[MESSAGE_FIELDS];

/* Whether n bytes may be a value: no control bytes. */
bool	message_value_ok(const char *, size_t n);

#endif
