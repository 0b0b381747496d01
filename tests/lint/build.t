#!/usr/bin/env python3
"""PROMISES 14: GNU make and bmake, gcc and clang, glibc and musl, the same bytes twice."""
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{TOP}/tests/lib")
from tap import done, ok, same, skip_all

TOOLS = ["make", "bmake", "gcc", "clang", "musl-gcc"]
SHIPPED = "CFLAGS=-O2 -g -Werror"
PLAIN = "CFLAGS=-O0 -U_FORTIFY_SOURCE -Werror"      # which needs -O
work = tempfile.mkdtemp(prefix="malote-build-")


def build(tree, *words, make="make", env=None):
    """Nothing of the make that runs this test gets through to the one that is tested."""
    clean = {k: v for k, v in os.environ.items()
             if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "BUILD", "CC", "CFLAGS")}
    p = subprocess.run([make, "-j2", *words], cwd=tree, env={**clean, **(env or {})},
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True)
    lines = [l for l in p.stdout.splitlines() if not l.startswith(("CC ", "LD ", "AR "))]
    return p.returncode, "\n".join(lines)


def copy(name):
    """The sources alone, at another place."""
    shutil.copytree(TOP, f"{work}/{name}", ignore=lambda folder, names: [
        n for n in names if n == "corpus" or folder == TOP and n.startswith((".git", "build"))])
    return f"{work}/{name}"


def digests(folder):
    found = {}
    for name in os.listdir(folder):
        if not name.endswith(".map"):
            with open(f"{folder}/{name}", "rb") as f:
                found[name] = hashlib.sha256(f.read()).hexdigest()
    return found


def run():
    tree, other = copy("tree"), copy("another/and/longer/path")
    code, text = build(tree, "tests", "CC=clang", "BUILD=build-clang", PLAIN)
    ok(code == 0, "clang: programs, tests and fuzz targets without a warning", text)
    code, text = build(tree, "objects", "CC=musl-gcc", "BUILD=build-musl", PLAIN)
    ok(code == 0, "musl: every file compiles without a warning", text)

    code, text = build(tree, "tests", SHIPPED, env={"TZ": "Asia/Tokyo", "LC_ALL": "C"})
    ok(code == 0, "gcc: programs, tests and fuzz targets without a warning", text)
    ok("warning" not in text, "of the linker neither", text)
    code, text = build(other, SHIPPED, make="bmake", env={"TZ": "UTC", "LC_ALL": "C.UTF-8"})
    ok(code == 0, "bmake builds, elsewhere", text)
    first, second = digests(f"{tree}/build/bin"), digests(f"{other}/build/bin")
    ok(first, "there are programs")
    same([n for n in sorted(first) if first[n] != second.get(n)], [],
         "both builds gave the same bytes")
    times = {n: os.stat(f"{tree}/build/bin/{n}").st_mtime_ns for n in first}
    build(tree, SHIPPED)
    same([n for n in first if os.stat(f"{tree}/build/bin/{n}").st_mtime_ns != times[n]], [],
         "a second make has nothing to do")


missing = [t for t in TOOLS if shutil.which(t) is None]
if missing:
    skip_all("lacking: " + " ".join(missing))
try:
    run()
finally:
    shutil.rmtree(work, ignore_errors=True)
done()
