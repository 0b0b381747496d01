#ifndef DATE_H
#define DATE_H

#include <stddef.h>
#include <stdint.h>

#define DATE_SIZE	48

/* RFC 5322 3.3: "Sat, 21 Nov 2026 22:05:01 +0000 (UTC)" less the comment;
 * the zone is the system's (UTC inside a jail). */
void	date_rfc5322(char buf[DATE_SIZE], int64_t seconds);
/* "2026-11-21T22:05:01.123456Z" */
void	date_iso(char buf[DATE_SIZE], int64_t microseconds);
/* Wall clock in microseconds since the epoch. */
int64_t	date_now(void);
/* "3d 4h", "12m 5s", "0s": at most two units. */
void	date_span(char buf[DATE_SIZE], int64_t seconds);

#endif
