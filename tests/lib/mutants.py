"""The proof that the fuzz targets see.  mutants.py [TARGET...]

For each row of tests/fuzz/mutants one bound check of a reader is taken out of
a copy of the tree; the target of that row is built with the sanitizers and
must report within SECONDS (600) from its kept corpus.  `how` says whether an
input of the corpus was enough, or the search had to find one.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

TREE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
CFLAGS = ("-O1 -g -fsanitize=address,undefined,fuzzer-no-link "
          "-fno-sanitize-recover=undefined")
REPORT = re.compile(r"ERROR: AddressSanitizer: [a-z-]+|runtime error: .*|"
                    r"ERROR: libFuzzer: [a-z -]+|"
                    r"ERROR: AddressSanitizer: .*")


def rows():
    """Target, file, the text and what it becomes, of each row."""
    with open(os.path.join(TREE, "tests/fuzz/mutants")) as table:
        for number, line in enumerate(table, 1):
            if line.startswith("#") or not line.strip():
                continue
            fields = re.split(r"\t+", line.rstrip("\n"))
            if len(fields) != 4:
                sys.exit("tests/fuzz/mutants:%d: not four fields" % number)
            yield fields[:2] + [f.replace(r"\n", "\n").replace(r"\t", "\t")
                                for f in fields[2:]]


def build(tree, target):
    """Builds one target of the tree; False when it cannot be built."""
    made = subprocess.run(
        ["make", "-s", "program", "P=fuzz/fuzz_" + target, "CC=clang",
         "BUILD=build-mutants", "CFLAGS=" + CFLAGS,
         "ENGINE=-fsanitize=fuzzer"], cwd=tree, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode != 0:
        print(made.stdout)
    return made.returncode == 0


def fuzz(tree, target, scratch, options, limit):
    """Runs the target from a copy of its corpus: what it reported, or None."""
    corpus = os.path.join(scratch, "corpus")
    shutil.rmtree(corpus, ignore_errors=True)
    shutil.copytree(os.path.join(tree, "tests/fuzz/corpus", target), corpus)
    command = [os.path.join(tree, "build-mutants/fuzz/fuzz_" + target),
               "-timeout=10", "-rss_limit_mb=2048",
               "-artifact_prefix=" + scratch + "/"] + options
    words = os.path.join(tree, "tests/fuzz", target + ".dict")
    if os.path.exists(words):
        command.append("-dict=" + words)
    try:
        run = subprocess.run(command + [corpus], cwd=scratch,
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, timeout=limit + 60)
    except subprocess.TimeoutExpired:
        return None
    if run.returncode == 0:
        return None
    found = REPORT.search(run.stderr.decode(errors="replace"))
    return found.group(0) if found else "exit %d" % run.returncode


def prove(tree, scratch, row, limit):
    """One row: (ok, seconds, how, report)."""
    target, name, text, becomes = row
    path = os.path.join(tree, name)
    with open(path) as f:
        source = f.read()
    if source.count(text) != 1:
        return False, 0, "-", "the text stands %d times in %s" % (
            source.count(text), name)
    with open(path, "w") as f:
        f.write(source.replace(text, becomes))
    try:
        if not build(tree, target):
            return False, 0, "-", "cannot be built"
        begin = time.monotonic()
        how = "corpus"
        report = fuzz(tree, target, scratch, ["-runs=0"], limit)
        if report is None:
            how = "search"
            report = fuzz(tree, target, scratch,
                          ["-max_total_time=%d" % limit], limit)
        return (report is not None, time.monotonic() - begin, how,
                report or "NOT FOUND")
    finally:
        with open(path, "w") as f:
            f.write(source)


def clean(tree, scratch, target):
    """With the check in place the corpus must give no report."""
    if not build(tree, target):
        return "cannot be built"
    return fuzz(tree, target, scratch, ["-runs=0"], 600)


def main():
    limit = int(os.environ.get("SECONDS", "600"))
    chosen = [row for row in rows()
              if len(sys.argv) == 1 or row[0] in sys.argv[1:]]
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        tree = os.path.join(scratch, "tree")
        shutil.copytree(TREE, tree, symlinks=True,
                        ignore=shutil.ignore_patterns("build*", ".git"))
        for target in sorted({row[0] for row in chosen}):
            report = clean(tree, scratch, target)
            if report is not None:
                failed += 1
                print("%-13s reports without a mutant: %s" % (target, report))
        for row in chosen:
            ok, seconds, how, report = prove(tree, scratch, row, limit)
            failed += not ok
            print("%-13s %-22s %6.1f s %-7s %-38s %s" % (
                row[0], row[1], seconds, how, " ".join(row[2].split())[:38],
                report[:60]), flush=True)
    print("%d passed, %d failed" % (len(chosen) - failed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
