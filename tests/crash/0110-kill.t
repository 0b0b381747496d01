#!/usr/bin/env python3
"""kill -9 of everything in the middle of W1 and W2; the machine runs on."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import crash
import disk
import house
from tap import main, ok, same

KILLS = int(os.environ.get("KILLS", "5"))


def run():
    house.HOMES = f"{crash.FOLDER}/homes"
    disk.needed()
    house.enter_namespace()
    seed = crash.seeded()
    c = crash.Crash(seed, small_log=bool(seed & 2))
    lost, begin, most = [], time.monotonic(), 0
    for n in range(KILLS):
        before = c.books.twice_there()
        lost += c.run_round(["W1", "W2"][n % 2], c.kill)
        most = max(most, len(c.books.twice_there().keys() - before.keys()))
    ok(True, f"{KILLS} times everything was killed, in {time.monotonic() - begin:.0f} s")
    c.summary(lost)
    same(c.bad, set(), "nothing was set aside as bad")
    ok(most <= crash.WORKERS, f"at most the transactions in flight are made again ({most})")
    c.check_twice_there(crash.SLACK)
    c.end()


main(run)
