/*
 * CRC-32C (Castagnoli), eight bytes at a step ("slicing by 8": Kounavis and
 * Berry, 2005).  It finds damage by disks and crashes, not by enemies: who
 * can write into the queue can write its checksums too.
 */
#include "crc.h"

#include "crc_table.h"

static uint32_t
eight(uint32_t crc, const unsigned char *p)
{
	crc ^= (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
	return crc_table[7][crc & 0xff] ^ crc_table[6][crc >> 8 & 0xff] ^
	    crc_table[5][crc >> 16 & 0xff] ^ crc_table[4][crc >> 24] ^
	    crc_table[3][p[4]] ^ crc_table[2][p[5]] ^
	    crc_table[1][p[6]] ^ crc_table[0][p[7]];
}

uint32_t
crc32c(uint32_t crc, const void *data, size_t n)
{
	const unsigned char *p = data;

	crc = ~crc;
	for (; n >= 8; n -= 8, p += 8)
		crc = eight(crc, p);
	for (; n > 0; n--, p++)
		crc = crc >> 8 ^ crc_table[0][(crc ^ *p) & 0xff];
	return ~crc;
}
