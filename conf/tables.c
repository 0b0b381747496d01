/*
 * The keys of compiled tables: written and looked up by the same functions,
 * so that no two programs can disagree about what a name is.
 */
#include "tables.h"

#include <string.h>

#include "addr.h"

bool
tables_key(const struct addr *addr, char key[TABLES_KEY])
{
	char *s;

	if (addr->local[0] == '\0' || strchr(addr->local, '@') != NULL)
		return false;
	(void)strlcpy(key, addr->local, TABLES_KEY);
	if (addr->domain[0] != '\0') {
		(void)strlcat(key, "@", TABLES_KEY);
		if (strlcat(key, addr->domain, TABLES_KEY) >= TABLES_KEY)
			return false;
	}
	for (s = key; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
	return true;
}

bool
tables_login_key(const char *login, char key[TABLES_KEY])
{
	struct addr addr;

	if (strchr(login, '@') == NULL)
		return *login != '\0' &&
		    strlcpy(key, login, TABLES_KEY) < TABLES_KEY;
	return addr_parse(&addr, login) == 0 && tables_key(&addr, key);
}
