#!/usr/bin/env python3
"""What must stay true of the source tree: layers, names, banned calls, sizes."""
import glob
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{TOP}/tests/lib")
from tap import done, same

FOLDERS = ["master", "smtpd", "queue", "alias", "local", "remote", "dns", "pop3d", "auth"]
GROUND = {"str", "fd", "line", "out", "loop", "event", "event_gather", "events", "die", "jail", "jail_parts",
          "jail_probe", "jail_words", "jail_calls", "table", "settings", "settings_watch",
          "stop_point"}
WORDS = {"addr", "head", "fate", "id", "mime", "date", "dest"}
BANNED = ("strcpy strcat sprintf vsprintf strtok atoi atol strncpy strncat alloca gets system "
          "popen tmpnam mktemp setjmp longjmp").split()


def sources(folder, pattern="*.[ch]"):
    return sorted(glob.glob(f"{TOP}/{folder}/{pattern}"))


def text(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def code(path):
    """The text without comments and strings."""
    t = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text(path), flags=re.S)
    return re.sub(r'"(\\.|[^"\\\n])*"', '""', t)


def name(path):
    return os.path.relpath(path, TOP)


def includes(path):
    return re.findall(r'^#\s*include "([^"]+)"', text(path), re.M)


def layer(base):
    base = re.sub(r"-(linux|openbsd|freebsd|netbsd)$", "", base)
    if base.startswith("jail") or base in GROUND:
        return 0
    if base in WORDS:
        return 1
    return 2


everything = [p for f in FOLDERS + ["common", "conf"] for p in sources(f)]

wrong = []
shared = {os.path.basename(p) for f in ("common", "conf") for p in sources(f, "*.h")}
for path in everything:
    folder = os.path.dirname(name(path))
    for header in includes(path):
        if header not in shared and not os.path.exists(f"{TOP}/{folder}/{header}"):
            wrong.append(f"{name(path)} includes {header}")
        if folder in ("common", "conf") and header not in shared:
            wrong.append(f"{name(path)} includes {header}")
same(wrong, [], "a program folder includes only its own headers, common/ and conf/")

# Ground may speak of fates and frames nowhere; settings and the jail use what they must.
allowed = {("settings", "frame"), ("settings", "wire_settings"), ("settings", "house"),
           ("event", "house")}
wrong = []
for path in sources("common"):
    base = os.path.splitext(os.path.basename(path))[0]
    for header in includes(path):
        other = header[:-2]
        if os.path.exists(f"{TOP}/conf/{header}"):
            continue
        if layer(other) > layer(base) and (base, other) not in allowed:
            wrong.append(f"{name(path)} includes {header}")
same(wrong, [], "in common arrows point only to a lower layer")

seen, twice = {}, []
for path in everything:
    base = os.path.basename(path)
    if base in seen:
        twice.append(f"{seen[base]} {name(path)}")
    seen[base] = name(path)
same(twice, [], "basenames are unique in the tree")

# The measuring programs are read as often; they have layers of their own.
everything += sources("tests/bench")

found = []
for path in everything:
    for number, line in enumerate(code(path).splitlines(), 1):
        for call in BANNED:
            if re.search(rf"(?<![\w.>]){call}\s*\(", line):
                found.append(f"{name(path)}:{number}: {call}")
same(found, [], "banned calls do not occur")

found = []
for path in everything:
    if re.search(r"-(linux|openbsd|freebsd|netbsd|bsd)\.[ch]$", path):
        continue
    for number, line in enumerate(text(path).splitlines(), 1):
        if re.match(r"#\s*(if|elif)\b(?!def\w* \w+_H\b|ndef \w+_H\b)", line):
            found.append(f"{name(path)}:{number}: {line}")
same(found, [], "#if stands only in files whose name says the system")

found = []
for path in everything:
    for number, line in enumerate(text(path).splitlines(), 1):
        if len(line.expandtabs(8)) > 80:
            found.append(f"{name(path)}:{number}")
        if re.search(r"[ \t]+$", line):
            found.append(f"{name(path)}:{number}: blank at the end")
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
            found.append(f"{name(path)}:{number}: {line.strip()}")
same(found, [], "80 columns, no blanks at line ends, no notes to oneself")

found = []
for path in everything:
    lines = text(path).count("\n")
    if lines > 500:
        found.append(f"{name(path)} has {lines} lines")
    if path.endswith(".h") and lines > 150:
        found.append(f"{name(path)} has {lines} lines")
same(found, [], "files under 500 lines, headers under 150")

found = []
for path in everything:
    if path.endswith(".c"):
        start = 0
        for number, line in enumerate(code(path).splitlines(), 1):
            if line == "{":
                start = number
            elif line == "}" and start:
                if number - start > 61:
                    found.append(f"{name(path)}:{start}: {number - start} lines")
                start = 0
same(found, [], "functions under 60 lines")

found = []
for path in everything:
    if path.endswith(".c") and not text(path).startswith("/*"):
        found.append(name(path))
same(found, [], "every file opens by saying what it is")

found = [name(p) for p in everything
         if re.search(r"#\s*include .*(tests/|<check\.h>)", text(p))]
same(found, [], "nothing uses tests/")

done()
