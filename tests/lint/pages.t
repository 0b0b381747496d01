#!/usr/bin/env python3
"""The pages and the tables say the same: programs, events, exit codes; mandoc is content."""
import glob
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{TOP}/tests/lib")
from tap import done, ok, same


def text(path):
    with open(f"{TOP}/{path}", encoding="utf-8") as f:
        return f.read()


pages = sorted(glob.glob(f"{TOP}/man/*.[1-9]"))
lint = subprocess.run(["mandoc", "-Tlint", "-Wwarning", *pages], capture_output=True, text=True)
ok(lint.returncode == 0 and pages, "mandoc finds nothing wrong in any page",
   lint.stdout + lint.stderr)

procs = re.findall(r"\{ PROC_\w+,\s+\"(\w+)\"", text("conf/house.c"))
missing = [p for p in procs if not os.path.exists(f"{TOP}/man/{p}.8")]
same(missing, [], "every program has a page")

wrong = []
for p in procs:
    path = f"man/{p}.8"
    if os.path.exists(f"{TOP}/{path}"):
        for section in ("PRIVILEGES", "FILES", "EXIT STATUS", "DIAGNOSTICS"):
            if f".Sh {section}" not in text(path):
                wrong.append(f"{path}: {section}")
same(wrong, [], "each tells privileges, files, exit status and diagnostics")

codes = set(re.findall(r"EXIT_\w+\s*=\s*(\d+)", text("common/die.h")))
wrong = []
for p in procs:
    path = f"man/{p}.8"
    if os.path.exists(f"{TOP}/{path}"):
        section = text(path).split(".Sh EXIT STATUS", 1)[-1].split(".Sh ", 1)[0]
        for code in re.findall(r"^\.It (?:Li )?(\d+)$", section, re.M):
            if code not in codes:
                wrong.append(f"{path}: {code}")
same(wrong, [], "exit codes in pages are those of common/die.h")

events = re.findall(r"\{ EV_\w+,\s*\"([\w-]+)\",\s*\"([^\"]*)\"", text("common/events.c"))
page = text("man/malote-events.5") if os.path.exists(f"{TOP}/man/malote-events.5") else ""
items = re.findall(r"^\.It (?:Li |Cm )?([\w-]+)((?: [^\n]*)?)$", page, re.M)
names = [i[0] for i in items]
same([e for e, _ in events if e not in names], [], "every event stands in malote-events(5)")
same([n for n in names if n not in dict(events)], [], "malote-events(5) has no other event")

if os.path.exists(f"{TOP}/MAP.md"):
    named = set(re.findall(r"`((?:[a-z0-9]+/)[\w./-]+\.\w+)`", text("MAP.md")))
    gone = sorted(n for n in named if "NAME" not in n and not os.path.exists(f"{TOP}/{n}"))
    same(gone, [], "every file MAP.md names is there")
    folders = [d for d in os.listdir(TOP) if os.path.isdir(f"{TOP}/{d}") and
               not d.startswith((".", "build"))]
    same([d for d in folders if f"`{d}/`" not in text("MAP.md")], [],
         "MAP.md names every folder")
    sources = [os.path.relpath(p, TOP) for d in folders if d != "tests"
               for p in glob.glob(f"{TOP}/{d}/*.c")]
    stems = text("MAP.md")
    same([s for s in sources if s not in stems and os.path.basename(s) not in stems and
          not s.startswith("common/wire_")], [], "MAP.md names every source file")
else:
    ok(False, "there is a MAP.md")
done()
