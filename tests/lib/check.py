#!/usr/bin/env python3
"""Runs tests and counts them: check.py BUILD SUITE...

Suites: unit and corpus (programs in BUILD), lint, jail, run, crash (scripts that
speak TAP).  Two at a time; the output of what failed is shown whole.  A script
of jail or run that failed is run once more, alone, since two houses at a time
can starve each other on a loaded machine: both outcomes are shown, the second
counts.  LIMIT is how many seconds one script may take; with TELL its remarks
are shown.
"""
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from reach import reach  # noqa: E402

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIMIT = int(os.environ.get("LIMIT", "300"))


def commands(build, suite):
    if suite == "unit":
        return [[p] for p in sorted(glob.glob(f"{build}/test/test_*"))
                if not p.endswith(".map")]
    if suite == "corpus":
        return [[p] + sorted(glob.glob(f"{TOP}/tests/fuzz/corpus/{os.path.basename(p)[5:]}/*"))
                for p in sorted(glob.glob(f"{build}/fuzz/fuzz_*")) if not p.endswith(".map")]
    return [[p] for p in sorted(glob.glob(f"{TOP}/tests/{suite}/*.t"))]


def count(output, status):
    """(passed, failed, skipped) of one program's output."""
    checks = re.findall(r"Checks: (\d+), Failures: (\d+), Errors: (\d+)", output)
    if checks:
        bad = sum(int(f) + int(e) for _, f, e in checks)
        return sum(int(n) for n, _, _ in checks) - bad, bad, 0
    skipped = len(re.findall(r"^1\.\.0 # SKIP|^ok \d+ .*# SKIP", output, re.M))
    passed = len(re.findall(r"^ok ", output, re.M))
    failed = len(re.findall(r"^not ok ", output, re.M))
    plan = re.findall(r"^1\.\.(\d+)$", output, re.M)
    if plan and int(plan[-1]) != passed + failed:
        failed += 1                     # it ended early
    if status != 0 and failed == 0 and not skipped:
        failed = 1
    if status == 0 and passed + failed + skipped == 0:
        passed = 1                      # a corpus replay says nothing
    return passed, failed, skipped


def run(command, build):
    # A session frees its memory by ending, and a jail lets no leak checker in.
    env = dict(os.environ, BUILD=build, PYTHONDONTWRITEBYTECODE="1",
               ASAN_OPTIONS="detect_leaks=0")
    start = time.monotonic()
    try:
        p = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, env=env, timeout=LIMIT)
        output, status = p.stdout.decode(errors="replace"), p.returncode
    except OSError as e:
        output, status = str(e), 1
    except subprocess.TimeoutExpired as e:
        output, status = (e.stdout or b"").decode(errors="replace") + "\ntimed out\n", 1
    return command, output, status, time.monotonic() - start


def tell(suite, command, output, status, seconds):
    """One line for a program, with its output when it failed; its counts."""
    counts = count(output, status)
    print(f"{suite:7} {os.path.basename(command[0]):32} {counts[0]:4} passed"
          f"{f', {counts[1]} FAILED' if counts[1] else ''}"
          f"{f', {counts[2]} skipped' if counts[2] else ''}  {seconds:.1f} s", flush=True)
    if counts[1]:
        lines = output.splitlines()
        for i, line in enumerate(lines):        # the tail may not reach back so far
            if line.startswith("not ok"):
                print("    " + "\n    ".join(l[:1000] for l in lines[i:i + 8]))
        print("    ---\n    " + output[-12000:].replace("\n", "\n    "), flush=True)
    elif os.environ.get("TELL"):
        print("    " + output.replace("\n", "\n    "), flush=True)
    elif counts[2]:
        print("    " + "\n    ".join(l for l in output.splitlines() if "SKIP" in l))
    return counts


def main():
    build, suites = reach(sys.argv[1]), sys.argv[2:]
    total = [0, 0, 0]
    for suite in suites:
        again = []
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            for result in pool.map(lambda c: run(c, build), commands(build, suite)):
                counts = tell(suite, *result)
                if counts[1] and suite in ("jail", "run"):
                    again.append(result[0])
                else:
                    total = [a + b for a, b in zip(total, counts)]
        for command in again:
            print(f"{suite:7} {os.path.basename(command[0]):32} once more, alone")
            total = [a + b for a, b in zip(total, tell(suite, *run(command, build)))]
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped", flush=True)
    sys.exit(1 if total[1] or not total[0] else 0)


main()
