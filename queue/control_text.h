#ifndef CONTROL_TEXT_H
#define CONTROL_TEXT_H

struct entry;
struct rcpt;

/*
 * What an administrator reads about messages: lines for say().
 */

/* One line of a list: id, age, size, recipients left, state, sender. */
void	control_text_entry(const struct entry *,
	    void (*say)(void *, const char *), void *ctx);
/* The message as a whole, some lines. */
void	control_text_envelope(const struct entry *,
	    void (*say)(void *, const char *), void *ctx);
/* A recipient: address, state, last fate. */
void	control_text_rcpt(const struct rcpt *,
	    void (*say)(void *, const char *), void *ctx);

#endif
