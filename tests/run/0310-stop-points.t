#!/usr/bin/env python3
"""Death at each stop point: before and after the syncs, the renames, TAKEN, PLACED, the marks."""
import os
import re
import shutil
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import house as houses
from house import BUILD, HOMES, TOP, USERS, Instance, enter_namespace, home, write
from storm import (SINK, Clients, Sink, check_arrived, check_clean, check_gone, delivered,
                   find_peers, seeded, story)
from tap import main, ok, same, skip_all
from wishes import Wishes, prepare_programs

# 0315-past.t and 0320-recovery.t die there; linked is for other file systems.
NEVER = {"states-rename", "states-renamed", "states-replaced", "compact-begun", "compact-copied",
         "compact-joined", "linked", "recover-remade", "recover-placed", "recover-synced",
         "recover-low"}
# Passed only without the arrivals log, and only with it.
ALONE = {"spool-sync", "spool-synced", "spool-folder-sync", "spool-folder-synced"}
LOGGED = ("log-", "checkpoint")
DEATHS = int(os.environ.get("DEATHS", "3"))     # at each point
PATIENCE = 40               # seconds until they must have happened
VIRTUAL = ["zoe@virtual0.example"]


def points(program):
    """The stop points in a program's sources, as conf/programs names them."""
    with open(f"{TOP}/conf/programs") as f:
        objects = re.search(rf"^{program}\b[^:]*:(.*)", f.read(), re.M).group(1).split()
    found = []
    for name in objects:
        with open(f"{TOP}/{name.replace('-os', '-linux')}.c") as f:
            found += re.findall(r'stop_point\("([^"]+)"\)', f.read())
    return [p for p in found if p not in NEVER]


class Fate(threading.Thread):
    """Sees to it that somebody dies DEATHS times at each of some points."""

    def __init__(self, wishes, names, rng):
        super().__init__(daemon=True)
        self.wishes, self.names, self.rng = wishes, names, rng
        self.deaths = dict.fromkeys(names, 0)

    def arm(self, slot, name):
        self.wishes.set(slot, name, self.rng.randint(1, 12))

    def run(self):
        end = time.monotonic() + PATIENCE
        for slot, name in enumerate(self.names):
            self.arm(slot, name)
        while time.monotonic() < end and min(self.deaths.values()) < DEATHS:
            time.sleep(0.01)
            for slot, name in enumerate(self.names):
                if self.deaths[name] < DEATHS and self.wishes.left(slot) <= 0:
                    self.deaths[name] += 1
                    if self.deaths[name] < DEATHS:
                        self.arm(slot, name)
        for slot, name in enumerate(self.names):
            self.wishes.set(slot, name, 0)


def of(kind, found):
    return [f for f in found if re.search(rf"@{kind}\d", f[0])]


def check_round(clients, mail, far):
    """The same promises for each kind of mail; a pair goes to both sides."""
    in_flight = 20 * DEATHS
    odd = check_arrived("local", clients.ledgers["local"], of("local", mail))
    odd += check_arrived("relayed", clients.ledgers["relayed"], of("relayed", far), in_flight)
    odd += check_arrived("pair, here", clients.ledgers["pair"], of("pair", mail))
    odd += check_arrived("pair, there", clients.ledgers["pair"], of("pair", far), in_flight)
    return odd


def one_round(wishes, names, rng):
    print(f"# --- {', '.join(names)}", flush=True)
    for user in USERS:
        shutil.rmtree(f"{home(user)}/Maildir", ignore_errors=True)
    forward = f"{home('ben')}/.forward"     # what goes where it says is synced alone
    write(forward, "./Maildir/\n")
    os.chown(forward, houses.UID_USERS + USERS.index("ben"), 0)
    size = "0" if ALONE & set(names) else "1M"
    house = Instance(extra=f"route sink.example smtp {SINK[0]}:{SINK[1]}\nrest 1s\n"
                     f"arrivals-log {size}\n",
                     aliases="pair: dora, far@sink.example\n", users={VIRTUAL[0]: "pw"})
    sink = Sink(f"{house.root}/sink")
    house.start()
    fate = Fate(wishes, names, rng)
    clients = Clients(house, {
        "local": (["ana@host0.example", "ben@host0.example", *VIRTUAL], 60),
        "relayed": (["r@sink.example"], 30),
        "pair": (["pair@host0.example"], 30)}, sessions=10, batch=2)
    clients.go_on = fate.is_alive
    fate.start()
    clients.start()
    clients.join()
    fate.join()
    print(f"# deaths: {fate.deaths}", flush=True)
    same([n for n in names if fate.deaths[n] == 0], [], f"somebody died at {', '.join(names)}")
    check_clean(house, VIRTUAL, 40)
    odd = check_round(clients, delivered(house, VIRTUAL)[0], sink.marks())
    for mark in odd[:3]:
        story(house, mark)
    same(house.stop(keep=True), 0, "malote ends with status 0")
    check_gone(house)
    sink.stop()
    house.stop()


def run():
    if not os.path.exists(f"{BUILD}/stop/queue"):
        skip_all("make tests builds what dies at stop points")
    find_peers()
    enter_namespace()
    rng = seeded()
    prepare_programs()
    wishes = Wishes()
    columns = [points(p) for p in ("inject", "queue", "local")]
    only = os.environ.get("POINT")
    for i in range(max(map(len, columns))):
        names = [only] if only else [c[i % len(c)] for c in columns]
        logged = [n for n in names if n.startswith(LOGGED)]
        if logged and ALONE & set(names):
            one_round(wishes, logged, rng)
            names = [n for n in names if n not in logged]
        one_round(wishes, names, rng)
        if only:
            break


main(run)
