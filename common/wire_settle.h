#ifndef WIRE_SETTLE_H
#define WIRE_SETTLE_H

#include "frame.h"

/*
 * Edge settle: queue → settle.  Whole file systems are synced, so that many
 * deliveries become durable at once.
 *
 * 	settle: SERVES for each file system, at once
 * 	queue:  SYNC device
 * 	settle: SYNCED or FAILED, in any order; one answer for each SYNC
 *
 * SYNCED: what was written to that device before SYNC was sent is durable.
 * FAILED: nothing is known of what was written since the last SYNCED; error
 * is an errno.  A device that is not served has FAILED.
 */
enum {
	SETTLE_SERVES = 0x1101, SETTLE_SYNC, SETTLE_SYNCED, SETTLE_FAILED
};

/* A device is the st_dev of what lies on it. */
struct settle_serves {
	uint64_t	device;
};
struct settle_sync {
	uint64_t	device;
};
struct settle_synced {
	uint64_t	device;
};
struct settle_failed {
	uint64_t	device;
	uint32_t	error;
};

extern const struct wire	settle_serves, settle_sync, settle_synced,
				settle_failed;

#endif
