#!/usr/bin/env python3
"""The power fails in the middle of W1 and W2, and again while malote recovers."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import crash
import disk
import house
from tap import main, ok

CUTS = int(os.environ.get("CUTS", "3"))


def some_cuts(seed, count, two_disks, small_log):
    c = crash.Crash(seed, two_disks, small_log)
    lost, begin = [], time.monotonic()
    for n in range(count):
        lost += c.run_round(["W1", "W2"][n % 2], c.cut, again=n % 4 == 2)
    ok(c.knows_boot(), f"{count} cuts in {time.monotonic() - begin:.0f} s, each the end of a boot")
    c.summary(lost)
    c.check_twice_there(crash.LAZY + crash.SLACK)
    c.end()


def run():
    house.HOMES = f"{crash.FOLDER}/homes"
    disk.needed()
    house.enter_namespace()
    seed = crash.seeded()
    if CUTS < 10:
        some_cuts(seed, CUTS, bool(seed & 1), bool(seed & 2))
    else:
        some_cuts(seed, CUTS // 2, False, True)
        some_cuts(seed, CUTS - CUTS // 2, True, False)


main(run)
