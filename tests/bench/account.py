"""Every message is accounted for: what was promised (a 250) has to turn up,
once, where it was sent to.  A message is known by its number and its
recipient's, whatever a server did with its file or its transaction.
"""
import os
import re
from collections import Counter


def sent(path, users):
    """What the load client wrote: those promised, and those that may turn up."""
    promised, unsure = set(), set()
    with open(path) as f:
        for line in f:
            number, fate = line.split()
            key = (int(number), int(number) % users)
            if fate == "+":
                promised.add(key)
            elif fate == "?":
                unsure.add(key)
    return promised, unsure


def in_maildirs(maildirs, mark):
    """How often each message of this mark lies in the Maildirs, given as {user: path}."""
    seen = Counter()
    field = re.compile(rb"^Message-ID: <(\d+)\.(bench\d+)@", re.M | re.I)
    for user, maildir in maildirs.items():
        for part in ("new", "cur"):
            for entry in os.scandir(f"{maildir}/{part}"):
                with open(entry.path, "rb") as f:
                    found = field.search(f.read(4096))
                if not found:
                    seen[entry.name, user] += 1
                elif found[2] == mark.encode():
                    seen[int(found[1]), user] += 1
    return seen


def in_ledger(path):
    """How often each message came to the sink, for each recipient."""
    seen = Counter()
    with open(path) as f:
        for line in f:
            message, *recipients = map(int, line.split())
            seen.update((message, r) for r in recipients)
    return seen


def account(promised, unsure, seen):
    """What is wrong, in numbers; all are 0 when every promise was kept."""
    return {"lost": len(promised - seen.keys()),
            "doubled": sum(n - 1 for n in seen.values()),
            "strange": len(seen.keys() - promised - unsure)}
