#!/usr/bin/env python3
"""The test of power cuts notices when a sync is left out: mail is lost then."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import crash
import disk
import house
from house import BUILD
from tap import main, ok, skip_all

TRIES = int(os.environ.get("TRIES", "8"))
LAST = 0.1                      # seconds before the cut from which they are left out

# What a 250 waits for, on whichever road the message goes and on that of the
# log alone; what a finished delivery waits for.  No mail for a mailbox where
# settling that would sync the log, too.
PROMISES = [("the syncs of inject", ["inject fsync", "inject fdatasync"], "relay"),
            ("the last syncs of the arrivals log", ["inject fdatasync"], "relay"),
            ("the syncs behind a Maildir", ["local fsync", "settle syncfs", "queue syncfs"],
             "W1")]


def loses(c, kind):
    """One cut, before which the last syncs are left out.  What was lost or torn."""
    load = c.load(kind)
    c.no_sync.set(1)
    time.sleep(LAST)
    c.cut()
    c.no_sync.set(0)
    lost = c.books.lost(c.go_on(load)) + c.books.torn
    c.books.torn = []
    return lost


def one_promise(what, names, kind):
    if "log" in what and not crash.has_log():
        ok(True, f"without {what} # SKIP there is none")
        return
    c = crash.Crash(crash.seeded(), no_sync=names)
    for n in range(1, TRIES + 1):
        lost = loses(c, kind)
        if lost:
            break
    ok(lost, f"without {what} ({c.no_sync.left_out()} were left out), {n} cuts lose mail")
    print(f"# {len(lost)} deliveries are lost or torn; set aside as bad: {len(c.bad)}", flush=True)
    c.end()


def run():
    if not os.path.exists(f"{BUILD}/nosync/inject"):
        skip_all("make tests builds what can leave out syncs")
    house.HOMES = f"{crash.FOLDER}/homes"
    disk.needed()
    house.enter_namespace()
    for promise in PROMISES:
        one_promise(*promise)


main(run)
