#ifndef CRC_H
#define CRC_H

#include <stddef.h>
#include <stdint.h>

/*
 * CRC-32C [RFC3720 B.4]: crc32c(0, …) begins, and a sum may be continued:
 * crc32c(crc32c(0, a, n), b, m) is that of a followed by b.
 */
uint32_t	crc32c(uint32_t crc, const void *, size_t);

#endif
