#!/usr/bin/env python3
"""PROMISES 1: what runs as root is what ROOT_OBJS says, and it is little."""
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{TOP}/tests/lib")
from tap import done, ok, same

BUILD = os.environ.get("BUILD", f"{TOP}/build")
PROGRAMS = ["start"]                    # as root for longer than a moment
OWN, LINKED = 500, 1200
SYSTEM = os.uname().sysname.lower()


def text(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()


def root_objects():
    value = re.search(r"^ROOT_OBJS = ((?:.*\\\n)*.*)", text(f"{TOP}/Makefile"), re.M).group(1)
    return {re.sub(r"-os$", f"-{SYSTEM}", o) for o in value.replace("\\\n", " ").split()}


def taken(program):
    """The objects of ours the linker took, by its map, each by its source's name."""
    linker = text(f"{BUILD}/bin/{program}.map").split("Memory Configuration")
    members = re.findall(r"common\.a\((\w[\w-]*)\.o\)", linker[0])
    loaded = re.findall(r"^LOAD \S*/obj/(\S+)\.o$", linker[1], re.M)
    folder = {m: "conf" if os.path.exists(f"{TOP}/conf/{m}.c") else "common" for m in members}
    return set(loaded) | {f"{folder[m]}/{m}" for m in members}


def lines(obj):
    """Lines of a source that are neither blank nor comment."""
    code = re.sub(r"/\*.*?\*/", "", text(f"{TOP}/{obj}.c"), flags=re.S)
    return sum(1 for line in code.splitlines() if line.strip())


said = root_objects()
linked = set().union(*(taken(p) for p in PROGRAMS))
same(sorted(linked - said), [], "the linker took nothing that ROOT_OBJS does not name")
same(sorted(said - linked), [], "ROOT_OBJS names nothing that it did not take")
own = {o: lines(o) for o in linked if o.startswith("master/")}
rest = {o: lines(o) for o in linked - set(own)}
print(f"# figure: {sum(own.values())} lines of its own, "
      f"{sum(own.values()) + sum(rest.values())} with all that is linked")
table = "\n".join(f"{n:5} {o}" for o, n in sorted({**own, **rest}.items()))
ok(sum(own.values()) <= OWN, f"at most {OWN} lines of its own run as root", table)
ok(sum(own.values()) + sum(rest.values()) <= LINKED,
   f"at most {LINKED} with all that is linked but libc and libbsd", table)
found = [f"{o}: {w}" for o in sorted(linked) for w in re.findall(
    r"#\s*include [<\"](event2/\S+|openssl/\S+|cdb\.h|seccomp\.h|unbound\.h)[>\"]",
    text(f"{TOP}/{o}.c"))]
same(found, [], "no event loop, no cryptography, no database among them")
done()
