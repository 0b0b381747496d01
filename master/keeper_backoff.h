#ifndef KEEPER_BACKOFF_H
#define KEEPER_BACKOFF_H

#include <stdint.h>

/* ms to wait after a life of so many ms; *wait is what has been earned so
 * far, 0 at first. */
int64_t	backoff_next(int64_t *wait, int64_t lived);

#endif
