#!/usr/bin/env python3
"""make promises: PROMISES.md with today's figures.

Each figure comes from the test that measures it ("# figure: ..." among its
output); a promise is kept if that test passes and the figure is within it.
Nothing is taken from a file of earlier results.
"""
import glob
import os
import re
import subprocess
import sys
import textwrap

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def test(path, build):
    """(passed, figure or what failed) of one test."""
    p = subprocess.run([f"{TOP}/tests/{path}"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       env=dict(os.environ, BUILD=build, PYTHONDONTWRITEBYTECODE="1"))
    output = p.stdout.decode(errors="replace")
    figure = " ".join(re.findall(r"^# figure: (.*)", output, re.M))
    failed = re.findall(r"^not ok \d+ - (.*)", output, re.M)
    if re.search(r"^1\.\.0 # SKIP", output, re.M):
        return None, "skipped: " + output.split("SKIP", 1)[1].strip()
    if p.returncode != 0 and not failed:
        failed = ["it ended early"]
    return not failed, figure + "".join(f"; NOT SO: {f}" for f in failed)


def within(figure, limit, unit):
    """Are all numbers before the unit at most the limit?"""
    numbers = [float(n) for n in re.findall(rf"([\d.]+) {unit}\b", figure)]
    return bool(numbers) and max(numbers) <= limit


def slow(build):
    kept, figure = test("run/0200-slow-clients.t", build)
    return kept and within(figure, 0.5, "s"), figure


def linear(build):
    kept, figure = test("run/0210-linear.t", build)
    return kept and within(figure, 0.5, "s"), figure


def memory(build):
    kept, figure = test("run/0240-memory.t", build)
    client = figure.split("maildrop")[0]
    return kept and within(client, 60, "KiB"), figure + "; under load: not measured yet"


def storm(build):
    kept, figure = test("run/0300-storm.t", build)
    all_kept, all_figure = test("crash/0110-kill.t", build)
    return kept and all_kept and None, (figure or "a short storm passes").strip("; ") + \
        f"; kill -9 of everything: {all_figure}; 1,000 storms: not run yet"


def cuts(build):
    kept, figure = test("crash/0100-cut.t", build)
    return kept and None, figure + "; prefixes and reorderings: not tested yet"


def binaries(build):
    kept, figure = test("lint/hardening.t", build)
    return kept and None, (figure or "every program is linked as promised").strip("; ") + \
        "; a new layout after a crash: not measured yet"


def fuzz(_):
    targets = sorted(os.path.basename(p)[5:-2] for p in glob.glob(f"{TOP}/tests/fuzz/fuzz_*.c"))
    inputs = {t: len(glob.glob(f"{TOP}/tests/fuzz/corpus/{t}/*")) for t in targets}
    bare = [t for t in targets if not inputs[t]]
    text = f"{len(targets)} targets, {sum(inputs.values())} inputs kept; run make fuzz for reports"
    return None, text + (f"; without a corpus: {' '.join(bare)}" if bare else "")


def several(*paths):
    def run(build):
        results = [test(p, build) for p in paths]
        words = [f"{os.path.basename(p)}: {'as promised' if r[0] else r[1].strip('; ')}"
                 for p, r in zip(paths, results)]
        return all(r[0] for r in results), "; ".join(words)
    return run


def unmeasured(_):
    return None, "not measured yet"


MEASURES = {
    1: lambda b: test("lint/root.t", b),
    2: several("lint/install.t"),
    3: several("jail/0100-proc.t", "jail/0110-pairs.t"),
    4: lambda b: test("jail/0200-filters.t", b),
    5: memory, 6: slow, 7: linear, 8: storm, 9: cuts, 10: unmeasured, 11: fuzz,
    12: several("lint/tree.t", "lint/hygiene.t"),
    13: binaries,
    14: several("lint/build.t"),
}
WORDS = {True: "kept", False: "NOT KEPT", None: "open"}


def rows():
    """(number, promise, figure) of the table."""
    with open(f"{TOP}/PROMISES.md", encoding="utf-8") as f:
        for line in f:
            cells = [c.strip() for c in line.strip("|\n ").split("|")]
            if cells[0].isdigit():
                yield int(cells[0]), cells[1], cells[2]


def main():
    build = os.path.abspath(sys.argv[1])
    counts = {True: 0, False: 0, None: 0}
    for number, promise, figure in rows():
        kept, today = MEASURES[number](build)
        counts[kept] += 1
        print(f"{number:2} {promise}: {WORDS[kept]}")
        for head, text in (("promised", figure), ("today", today or "as promised")):
            print(textwrap.fill(text, 96, initial_indent=f"   {head:9} ",
                                subsequent_indent=" " * 13), flush=True)
    print(f"\n{counts[True]} kept, {counts[False]} not kept, {counts[None]} open")
    sys.exit(1 if counts[False] else 0)


main()
