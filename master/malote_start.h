#ifndef MALOTE_START_H
#define MALOTE_START_H

/*
 * malote start [-d] [-c file] [-s state] [-l libexec] [-u account]
 * [-n fd]: reads the options, so that the master that stays root does not,
 * detaches when asked to, and becomes the master.
 */
void	malote_start(int argc, char *argv[]) __attribute__((noreturn));

/* An environment variable, or the fallback when it is empty or not set. */
const char	*malote_setting(const char *name, const char *fallback);

#endif
