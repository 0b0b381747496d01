#ifndef WIRE_FORM_H
#define WIRE_FORM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether a body has wire form: CRLF ends each line and nothing else does,
 * no NUL [RFC5321 2.3.8].  Zeroed to begin with; fed in pieces.
 */
struct wire_form {
	bool	cr;		/* the last byte was a CR */
	bool	inside;		/* the last line has no end yet */
	bool	wrong;		/* a bare CR or LF, or a NUL, was seen */
};

void	wire_form_feed(struct wire_form *, const char *, size_t);
/* The body is over: a final CR without its LF is wrong too. */
bool	wire_form_ok(const struct wire_form *);

#endif
