#ifndef ADDRESS_LIST_H
#define ADDRESS_LIST_H

/*
 * The addresses in the value of a To, Cc or From field, folded or not
 * [RFC5322 3.4]: names, comments, groups and source routes are passed over.
 * each() gets every address as it is to stand in a path, without <>; "" for
 * `<>`.  It returns 0 to go on, -1 to end.  0, or -1 with errno EINVAL
 * (something that is no address), EMSGSIZE (one longer than LIMIT_ADDRESS),
 * or what each() left there.
 */
int	address_list(const char *text, int (*each)(void *, const char *),
	    void *ctx);

#endif
