#ifndef CRC_TABLE_H
#define CRC_TABLE_H

#include <stdint.h>

/*
 * crc_table[0][b] is the CRC-32C remainder of byte b, crc_table[k][b] that of
 * b followed by k zero bytes.  A unit test computes it anew and compares.
 */
extern const uint32_t	crc_table[8][256];

#endif
