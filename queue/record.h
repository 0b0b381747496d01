#ifndef RECORD_H
#define RECORD_H

#include "fate.h"
#include "frame.h"

/*
 * The records of the states log [malote-queue(5)].  They use the codec of
 * the edges: a record is a frame with a checksum in front of it, and each
 * type of record is one struct here.  Recipients are named by the id of
 * their message and their index in it; those of the envelope come first.
 */
enum {
	RECORD_BOOT = 0x5101,	/* the machine was started anew */
	RECORD_ADDED,		/* a recipient to be; counts with EXPANDED */
	RECORD_EXPANDED,	/* the recipients added since replace parent */
	RECORD_DONE,
	RECORD_DEFERRED,
	RECORD_FAILED,
	RECORD_HELD,
	RECORD_REPORTING,	/* its failure goes into this report */
	RECORD_REPORTED,	/* the report exists */
	RECORD_WARNED,		/* of the delay */
	RECORD_FINISHED,	/* all is over, the file may be removed */
	RECORD_LOW,		/* the arrivals log is free before it */
	RECORD_STUCK,		/* no more of it is in this boot */
	RECORD_ROLL,		/* many recipients to be, as ADDED is one */
	RECORD_END		/* no record: behind the last type */
};

struct record_boot {			/* BOOT, STUCK */
	const char	*boot;
};
struct record_added {
	const char	*id;
	uint32_t	 index;
	uint32_t	 flags;		/* RCPT_… of roll.h */
	const char	*address;
	const char	*params;
	const char	*origin;
	const char	*extension;
	const char	*reverse;
};
struct record_roll {
	const char	*id;
	uint32_t	 index;		/* of the first */
	struct bytes	 packed;	/* of roll.h */
};
struct record_expanded {
	const char	*id;
	uint32_t	 parent;
	uint32_t	 flags;		/* RCPT_FORWARDED: of the parent */
	uint32_t	 first;		/* index of the first one added */
	uint32_t	 count;		/* so many were added */
};
struct record_rcpt {			/* DONE, HELD, REPORTING */
	const char	*id;
	uint32_t	 index;
	uint32_t	 value;		/* flags of DONE, serial of REPORTING */
};
struct record_deferred {
	const char	*id;
	uint32_t	 index;
	uint32_t	 attempts;
	uint64_t	 last;		/* attempt, seconds since the epoch */
	uint64_t	 next;		/* attempt */
	const char	*peer;
	struct fate	 fate;
};
struct record_failed {
	const char	*id;
	uint32_t	 index;
	uint32_t	 reported;	/* 1: no report is owed */
	uint64_t	 last;
	const char	*peer;
	struct fate	 fate;
};
struct record_reported {
	const char	*id;
	uint32_t	 serial;
	const char	*report;	/* id of the report */
};
struct record_low {
	uint64_t	 generation;	/* the first that is live */
	const char	*since;		/* newest id at that time */
};
struct record_entry {			/* WARNED, FINISHED */
	const char	*id;
};

extern const struct wire	record_boot, record_added, record_expanded,
				record_done, record_deferred, record_failed,
				record_held, record_reporting,
				record_reported, record_warned,
				record_finished, record_roll, record_low,
				record_stuck;

#endif
