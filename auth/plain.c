/*
 * SASL PLAIN.  The bytes come from a stranger through a session.
 */
#include "plain.h"

#include <string.h>

/* The next part up to a NUL or the end; false when there is none. */
static int
take_part(struct bytes *rest, struct bytes *part)
{
	const unsigned char *nul;

	if (rest->data == NULL)
		return -1;
	nul = memchr(rest->data, '\0', rest->len);
	part->data = rest->data;
	part->len = nul == NULL ? rest->len : (size_t)(nul - rest->data);
	rest->data = nul == NULL ? NULL : nul + 1;
	rest->len = nul == NULL ? 0 : rest->len - part->len - 1;
	return 0;
}

static int
copy(const struct bytes *from, char *to, size_t size)
{
	if (from->len == 0 || from->len >= size)
		return -1;
	memcpy(to, from->data, from->len);
	to[from->len] = '\0';
	return 0;
}

static int
has_controls(const struct bytes *b)
{
	size_t i;

	for (i = 0; i < b->len; i++)
		if (b->data[i] < 0x20 || b->data[i] == 0x7f)
			return 1;
	return 0;
}

int
plain_parse(const struct bytes *message, char *user, size_t user_size,
    char *password, size_t password_size)
{
	struct bytes rest = *message, other, name, secret;

	if (take_part(&rest, &other) == -1 || take_part(&rest, &name) == -1 ||
	    take_part(&rest, &secret) == -1 || rest.data != NULL)
		return -1;
	if (other.len != 0 && (other.len != name.len ||
	    memcmp(other.data, name.data, name.len) != 0))
		return -1;
	if (has_controls(&name) || copy(&name, user, user_size) == -1)
		return -1;
	return copy(&secret, password, password_size);
}
