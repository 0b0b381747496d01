#ifndef STATES_FORMAT_H
#define STATES_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

/* What the writer, the reader and the replacing of the states log share. */
struct states;

#define STATES_MAGIC	"malote states 1\n"
#define STATES_MAGIC_LEN 16
#define STATES_SUM	4	/* bytes of the checksum before each frame */
#define STATES_NAME	40	/* "states.N" or "states.N.new" */

void	states_name(char name[STATES_NAME], uint64_t number, bool unfinished);

void	states_init(struct states *, int folder, uint64_t number);
/* Begins a file.  0, or -1 with errno. */
int	states_create(struct states *, const char *name);
/*
 * The highest number of a log in the folder, 0 when there is none; all other
 * logs and unfinished ones are removed.  0, or -1 with errno.
 */
int	states_newest(int folder, uint64_t *number);

#endif
