#ifndef FAKE_SYNCER_H
#define FAKE_SYNCER_H

#include "../../queue/syncer.h"

/*
 * A syncer whose syncs end when the test says so, and how.  Unit tests link
 * it instead of queue/syncer; struct syncer * is NULL to them.
 */

/* Ends the oldest sync with this error (0: well): its kind, or -1 when none
 * is under way. */
int	fake_sync(int error);
/* Ends all well, those begun meanwhile too: how many there were. */
unsigned fake_sync_all(void);

#endif
