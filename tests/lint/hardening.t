#!/usr/bin/env python3
"""PROMISES 13: how each program was compiled and linked, read from its bytes."""
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{TOP}/tests/lib")
from tap import done, ok, same

BIN = os.path.join(os.environ.get("BUILD", f"{TOP}/build"), "bin")


def readelf(what, name):
    return subprocess.run(["readelf", "-W", what, f"{BIN}/{name}"], capture_output=True,
                          text=True, check=True).stdout


def programs():
    """{name: marks and libraries} of conf/programs."""
    rows = {}
    with open(f"{TOP}/conf/programs") as f:
        for line in f:
            if not line.startswith("#") and ":" in line:
                name, *marks = line.split(":")[0].split()
                rows[name] = marks
    return rows


def archives(name):
    """Libraries the linker took something of, from its map."""
    with open(f"{BIN}/{name}.map") as f:
        taken = f.read().split("Discarded input sections")[0]
    return set(re.findall(r"/(lib[\w+-]+)\.(?:a|so)", taken))


rows = programs()
missing = [n for n in rows if not os.path.exists(f"{BIN}/{n}")]
same(missing, [], "every program is built")
rows = {n: m for n, m in rows.items() if n not in missing}
head = {n: readelf("-h", n) for n in rows}
segments = {n: readelf("-l", n) for n in rows}
dynamic = {n: readelf("-d", n) for n in rows}
symbols = {n: readelf("-s", n) for n in rows}


def each(promise, fails):
    same([n for n in rows if fails(n)], [], promise)


each("each is position-independent",
     lambda n: not re.search(r"Type:\s+DYN", head[n]) or "PIE" not in dynamic[n])
each("relocations are read-only", lambda n: "GNU_RELRO" not in segments[n])
each("and all bound at start", lambda n: "BIND_NOW" not in dynamic[n])
each("no stack is executable",
     lambda n: not re.search(r"GNU_STACK.* RW +0x", segments[n]))
each("nothing is writable and executable",
     lambda n: re.search(r"LOAD.* RWE ", segments[n]))
each("stacks are protected", lambda n: "__stack_chk_fail" not in symbols[n])
each("calls are fortified", lambda n: not re.search(r"__\w+_chk\b", symbols[n].replace(
    "__stack_chk_fail", "")))
each("no library is looked for in a place of its own",
     lambda n: re.search(r"R(UN)?PATH", dynamic[n]))
each("no text is relocated", lambda n: "TEXTREL" in dynamic[n])

marked = [n for n, marks in rows.items() if "s" in marks]
started, forking = ["local", "maildrop"], ["pop3d", "smtpd"]
same(sorted(marked), started + forking,
     "the marked ones are those started for each delivery, and those forking for each client")
compiler = os.environ.get("CC", "cc")
static = subprocess.run([compiler, "-print-file-name=rcrt1.o"], capture_output=True, text=True)
if os.path.exists(static.stdout.strip()) and "AddressSanitizer" not in "".join(symbols.values()):
    same([n for n in marked if "NEEDED" in dynamic[n] or "INTERP" in segments[n]], [],
         "they are static")
heavy = {"libevent_core", "libevent", "libcrypto", "libssl", "libunbound"}
same({n: sorted(archives(n) & heavy) for n in started if archives(n) & heavy}, {},
     "the former link neither libevent nor libcrypto")
same([n for n in ("start",) if re.search(
     r"NEEDED.*\[(?!libc\.|libbsd\.|ld-)", dynamic.get(n, ""))], [],
     "what runs as root links libc and libbsd alone")
done()
