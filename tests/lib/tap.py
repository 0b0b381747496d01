"""TAP in a few lines: each test states one promise and says where it failed."""
import os
import sys
import time
import traceback

_count = 0
_failed = 0


def ok(condition, promise, detail=None):
    """One line of TAP; returns the condition."""
    global _count, _failed
    _count += 1
    print(f"{'ok' if condition else 'not ok'} {_count} - {promise}", flush=True)
    if not condition:
        _failed += 1
        if detail is not None:
            for line in str(detail).splitlines()[:40]:
                print(f"# {line}", flush=True)
    return condition


def same(got, want, promise):
    return ok(got == want, promise, f"got:    {got!r}\nwanted: {want!r}")


def wait_for(what, seconds=10.0):
    """Waits until what() is true; never for a fixed time."""
    end = time.monotonic() + seconds
    pause = 0.002
    while True:
        value = what()
        if value or time.monotonic() > end:
            return value
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


def skip_all(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def done():
    """The plan, after the last test."""
    print(f"1..{_count}")
    sys.exit(1 if _failed else 0)


def main(run):
    """Runs the test function and ends with the plan and an exit status."""
    if os.geteuid() != 0:
        skip_all("needs root: there is no mode without jails")
    try:
        run()
    except Exception:
        traceback.print_exc(file=sys.stderr)
        ok(False, "the test ran to its end", traceback.format_exc())
    done()
