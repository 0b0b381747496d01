#ifndef MEASURE_H
#define MEASURE_H

#include <sys/types.h>
#include <netinet/in.h>
#include <stddef.h>

/*
 * What the measuring programs share.  None of them reaches anything but
 * loopback, each is bounded in count and time and ends by itself.
 */

/* Seconds of the monotonic clock, the one Python's time.monotonic() reads. */
double	measure_now(void);

/* "127.x.y.z:port"; ends the program for any address outside 127/8. */
struct sockaddr_in measure_address(const char *);

/* A number of the command line between 0 and max; ends the program else. */
int	measure_number(const char *, int max);

/* Memory, all bits zero; ends the program when there is none. */
void   *measure_memory(size_t n, size_t size);

/* As many descriptors as root lets us have. */
void	measure_descriptors(void);

/* TCP_NODELAY: no measuring of our own delays. */
void	measure_nodelay(int fd);

/* The value below which `percent` of v lie; sorts v.  0 when n is 0. */
double	measure_percentile(double *v, size_t n, double percent);

/* One line on stderr, exit 2. */
void	measure_fail(const char *, ...)
	    __attribute__((noreturn, format(printf, 1, 2)));

#endif
