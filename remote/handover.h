#ifndef HANDOVER_H
#define HANDOVER_H

struct dest;
struct times;

/*
 * A worker's life: takes messages for one destination from queue over sock
 * (wire_deliver.h), hands each to the next hop and answers, until queue closes
 * the edge or SIGTERM comes; then the process ends.  own: our host name.
 */
void	handover(int sock, const struct dest *, const char *own,
	    const struct times *) __attribute__((noreturn));

#endif
