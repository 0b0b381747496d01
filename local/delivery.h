#ifndef DELIVERY_H
#define DELIVERY_H

struct deposit;

/*
 * The worker's end of the edge deliver: one message after another from sock,
 * until the queue closes it or SIGTERM comes (stop_arm() first).  Returns
 * the exit status.
 */
int	delivery_serve(int sock, struct deposit *);

#endif
