#ifndef WIRE_LOOKUP_H
#define WIRE_LOOKUP_H

#include "frame.h"

/*
 * Edge lookup: remote, smtpd, malote → dns.
 *
 * 	client: LOOKUP             dns: RECORD…, END
 *
 * type is the DNS type (1 A, 5 CNAME, 15 MX, 16 TXT, 28 AAAA, 52 TLSA).  data
 * is text: an address, a name without final dot; a TXT or TLSA record is hex.
 */
enum {
	LOOKUP_LOOKUP = 0x0d01, LOOKUP_RECORD, LOOKUP_END
};

enum lookup_result {
	LOOKUP_SECURE,		/* found, validated by DNSSEC */
	LOOKUP_INSECURE,	/* found, no DNSSEC there */
	LOOKUP_NODATA,		/* the name exists, without such records */
	LOOKUP_NXDOMAIN,	/* no such name */
	LOOKUP_BOGUS,		/* validation failed: treat as LATER */
	LOOKUP_LATER		/* no answer */
};

struct lookup_lookup {
	uint32_t	 tag;
	const char	*name;
	uint32_t	 type;
};
struct lookup_record {
	uint32_t	 tag;
	uint32_t	 preference;	/* of an MX */
	const char	*data;
};
struct lookup_end {
	uint32_t	 tag;
	uint32_t	 result;	/* enum lookup_result */
	const char	*why;	/* for people, when not found */
};

extern const struct wire	lookup_lookup, lookup_record, lookup_end;

#endif
