#ifndef DIE_H
#define DIE_H

/*
 * All the ways a malote program ends, and the only ones.  The EXIT STATUS
 * section of each page is checked against this list.
 */
enum exit_code {
	EXIT_DONE	= 0,	/* asked to stop, or all was done */
	EXIT_WRONG	= 1,	/* the answer is no: a faulty file … */
	EXIT_USAGE	= 64,	/* the command line is wrong */
	EXIT_NOPERM	= 77,	/* started without the account it needs */
	EXIT_TEMP	= 111,	/* the environment failed; try again later */
	EXIT_RENEW	= 112	/* wants to be executed anew by malote */
};

/* Remembers the name put before each last line; not copied. */
void	die_name(const char *program);

/* The environment failed (errno is told): one line on stderr, EXIT_TEMP. */
void	die_temp(const char *, ...)
	    __attribute__((noreturn, format(printf, 1, 2)));

/* Something a person has to mend: one line on stderr, the given code. */
void	die(enum exit_code, const char *, ...)
	    __attribute__((noreturn, format(printf, 2, 3)));

/* The program itself is wrong: one line on stderr and abort(3). */
void	die_bug(const char *what) __attribute__((noreturn));

#endif
