#ifndef SETTLING_H
#define SETTLING_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Settling [DESIGN 5]: when deliveries may be placed, and when they are done.
 * A sync of a file system makes one batch safe and the links of the batch
 * before durable.  Decides, and does nothing itself: syncs, clock and packets
 * are its caller's.  Times are milliseconds of one monotonic clock.
 */
struct settling;
struct settling_device;

enum settling_step {
	SETTLING_OUT,		/* in no list: the caller's */
	SETTLING_WRITTEN,	/* the next sync makes it safe */
	SETTLING_SAVING,	/* … this one does */
	SETTLING_SAFE,		/* place() was called */
	SETTLING_PLACED,	/* the next sync makes it durable */
	SETTLING_ENDING,	/* … this one does */
	SETTLING_STEPS
};

/* A delivery: the first member of what the caller knows of it. */
struct unsettled {
	TAILQ_ENTRY(unsettled)	 next;
	struct settling_device	*device;
	enum settling_step	 step;
};

/*
 * What is to be done.  sync(): begin one, and say settling_synced().  place():
 * it is safe.  done(): file and name are durable; it is out.  own(): it is
 * written, and out: its worker shall sync it.  again(): it is out, and
 * nothing is known of it; placed: settling_placed() was called for it.
 * eased(): a device that was full is not any more.  None of them may call
 * back into the module but for settling_drop() of the one it was called with.
 */
struct settling_type {
	void	(*sync)(void *ctx, uint64_t device);
	void	(*place)(void *ctx, struct unsettled *);
	void	(*done)(void *ctx, struct unsettled *);
	void	(*own)(void *ctx, struct unsettled *);
	void	(*again)(void *ctx, struct unsettled *, bool placed);
	void	(*eased)(void *ctx);
};

enum {
	SETTLING_REST = 40,	/* from one sync's begin to the next one's */
	SETTLING_LAZY = 500,	/* what was placed waits for others so long */
	SETTLING_SLOW = 5000,	/* a sync that takes longer … */
	SETTLING_DISTRUST = 60000, /* … or fails is not asked for so long */
	SETTLING_DEVICES = 64
};

/* NULL with errno ENOMEM.  The type must outlive it. */
struct settling	*settling_new(const struct settling_type *, void *ctx);

/* There is somebody who syncs this device. */
void	settling_serves(struct settling *, uint64_t device);
/* … or nobody who syncs any: what he knew of failures is lost, too. */
void	settling_lost(struct settling *);

/* Whether a delivery on that device would be synced with others now. */
bool	settling_trusts(const struct settling *, uint64_t device, int64_t now);
/* Whether nothing more shall be begun on that device. */
bool	settling_is_full(const struct settling *, uint64_t device, size_t max);
/* Those that are written or placed, and not yet settled. */
size_t	settling_count(const struct settling *);

/* Written in tmp; false: not on such a device (it stays out). */
bool	settling_add(struct settling *, struct unsettled *, uint64_t device,
	    int64_t now);
/* After place(): it stands in new. */
void	settling_placed(struct settling *, struct unsettled *, int64_t now);
/* Its worker is gone, or it could not be placed: it is out. */
void	settling_drop(struct settling *, struct unsettled *);
/* The answer to sync(); error: 0 or an errno. */
void	settling_synced(struct settling *, uint64_t device, int error,
	    int64_t now);

/* Begins what is due.  max: as for settling_is_full(); hurry: nothing waits
 * for others.  When it wants to be called again; INT64_MAX: never. */
int64_t	settling_run(struct settling *, size_t max, bool hurry, int64_t now);

#endif
