#ifndef WIRE_REPORT_H
#define WIRE_REPORT_H

#include "fate.h"
#include "frame.h"

/*
 * Edge report: queue → bounce.
 *
 * 	queue:  REPORT + descriptor of the message file, ROW × count
 * 	bounce: REPORTED id | LATER
 *
 * bounce writes the report [RFC3464] and submits it; id is that of the report.
 */
enum {
	REPORT_REPORT = 0x0901, REPORT_ROW, REPORT_REPORTED, REPORT_LATER
};

struct report_report {
	const char	*id;
	uint32_t	 serial;	/* of the reports on this message */
	const char	*sender;	/* reverse-path: who gets it; not "" */
	uint64_t	 arrival;
	uint64_t	 offset;
	uint64_t	 size;
	const char	*envid;
	const char	*ret;	/* "FULL", "HDRS" or "" */
	uint32_t	 count;
};
struct report_row {
	const char	*address;	/* final recipient */
	const char	*original;	/* ORCPT as given, or "" */
	const char	*origin;	/* alias, or "" */
	const char	*action;	/* "failed", "delayed" … */
	const char	*peer;	/* remote MTA, or "" */
	struct fate	 fate;
	uint64_t	 last;	/* of the last attempt */
	uint64_t	 until;	/* when given up; 0: now */
};
struct report_reported {
	const char	*id;
};
struct report_later {
	struct fate	 fate;
};

extern const struct wire	report_report, report_row, report_reported,
				report_later;

#endif
