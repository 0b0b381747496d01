#!/usr/bin/env python3
"""PROMISES 5: what an idle client costs, by /proc/PID/smaps_rollup."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import BIN, USERS, Instance, enter_namespace
from tap import main, ok, same, skip_all, wait_for

CLIENTS = 100
CEILING = 60            # KiB


def pss(pid):
    with open(f"/proc/{pid}/smaps_rollup") as f:
        return int(re.search(r"^Pss:\s+(\d+) kB", f.read(), re.M).group(1))


def sanitized():
    with open(f"{BIN}/smtpd", "rb") as f:
        return b"__asan_init" in f.read()


def sessions(house, program):
    """Its processes but the first one, which serves nobody itself."""
    return sorted(house.pids(program))[1:]


def run():
    if sanitized():
        skip_all("a sanitizer's memory is not ours")
    enter_namespace()
    many = 2 * CLIENTS
    with Instance(extra=f"smtp-sessions-per-client {many}\npop3-sessions-per-client {many}\n"
                        f"workers {many}\ndestination-workers {many}\n") as house:
        smtp = [house.smtp() for _ in range(CLIENTS)]
        for s in smtp:
            s.ehlo()
        pop3 = [house.pop3(USERS[i % len(USERS)]) for i in range(CLIENTS)]
        figures = {}
        for program in ("smtpd", "pop3d", "maildrop"):
            wait_for(lambda: len(sessions(house, program)) >= CLIENTS)
            values = sorted(pss(pid) for pid in sessions(house, program))
            same(len(values) >= CLIENTS, True, f"{program}: a process for each client")
            figures[program] = values
            if program != "maildrop":
                ok(values[-1] <= CEILING, f"{program}: at most {CEILING} KiB PSS", values)
        print("# figure: " + ", ".join(f"{p} session {v[len(v) // 2]} KiB (most {v[-1]})"
                                       for p, v in figures.items()))
        for s in smtp:
            s.close()
        for box in pop3:
            box.quit()


main(run)
