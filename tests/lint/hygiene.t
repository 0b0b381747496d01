#!/usr/bin/env python3
"""PROMISES 12: cppcheck and gcc -fanalyzer find nothing but what hygiene.known explains."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{TOP}/tests/lib")
from tap import done, ok, skip_all

FOLDERS = ["common", "conf", "master", "smtpd", "queue", "alias", "local", "remote", "dns",
           "pop3d", "auth"]
# Each process has one thread: calls that are not reentrant are no danger.
THREADS = ["readdir", "getpwnam", "getpwuid", "getgrnam", "crypt", "localtime", "gmtime"]


def known():
    with open(f"{TOP}/tests/lint/hygiene.known") as f:
        return [tuple(re.split(r"\t+", l.rstrip("\n"), maxsplit=2)) for l in f
                if l.strip() and not l.startswith("#")]


def cppcheck():
    p = subprocess.run(
        ["cppcheck", "-q", "--enable=warning,performance,portability", "--library=posix,gnu,bsd",
         "--include=/usr/include/bsd/sys/queue.h", "-D_GNU_SOURCE", "-D__linux__",
         "-D__GNUC__", "-Icommon", "-Iconf", "--template={file}:{line}: {message} [{id}]",
         "--template-location=", *(f"--suppress={n}Called" for n in THREADS), *FOLDERS],
        cwd=TOP, capture_output=True, text=True)
    return p.stderr


def analyzer(build):
    env = {k: v for k, v in os.environ.items()
           if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "BUILD", "CC", "CFLAGS")}
    p = subprocess.run(["make", "-k", "objects", "CC=gcc", f"BUILD={build}",
                        "CFLAGS=-O1 -fanalyzer"], cwd=TOP, env=env, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True)
    return p.stdout if p.returncode == 0 else "make failed: [make]\n" + p.stdout


def source_line(path, number):
    with open(f"{TOP}/{path}") as f:
        return f.read().splitlines()[int(number) - 1]


def judge(output, entries, used):
    """Findings that no entry explains."""
    left = []
    for line in sorted(set(output.splitlines())):
        m = re.match(r"([\w./-]+):(\d+):.*\[(?:-W)?([\w-]+)\]$", line)
        if not m:
            if "[make]" in line or re.search(r": error: ", line):
                left.append(line)
            continue
        path, number, kind = m.groups()
        text = source_line(path, number)
        why = [e for e in entries if e[:2] == (kind, path) and e[2] in text]
        used.update(why)
        if not why:
            left.append(f"{line}\n    {text.strip()}")
    return left


if shutil.which("cppcheck") is None or shutil.which("gcc") is None:
    skip_all("cppcheck or gcc is missing")
entries, used = known(), set()
with tempfile.TemporaryDirectory(prefix="malote-hygiene-") as folder, ThreadPoolExecutor(2) as pool:
    a, b = pool.submit(cppcheck), pool.submit(analyzer, folder)
    for name, output in (("cppcheck", a.result()), ("gcc -fanalyzer", b.result())):
        left = judge(output, entries, used)
        ok(not left, f"{name} finds nothing", "\n".join(left))
for entry in entries:
    if entry not in used:           # another gcc, or it can go
        print("# no longer found:", *entry)
done()
