#!/usr/bin/env python3
"""A storm: 2,000 local and 2,000 relayed messages while each program is killed again and again."""
import fcntl
import os
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import PROGRAMS, UID_USERS, USERS, Instance, enter_namespace, home, write
from storm import (ENV, PEERS, SINK, Clients, Ledger, Sink, check_arrived, check_clean,
                   check_gone, delivered, find_peers, gaps, kill, kill_main, main_pid, other_pids,
                   revive, seeded, source, story)
from tap import main, ok, same, wait_for

MESSAGES = int(os.environ.get("MESSAGES", "2000"))   # of each kind
EACH = 3                                             # kills of each program, at least
MAIN = [p for p in PROGRAMS if p not in ("conf", "keeper")]
CHILDREN = ["smtpd", "local", "remote", "pop3d", "maildrop"]
BOXES = USERS[:9]                                    # jo forwards to nobody
WORKERS = 20                                         # destination-workers
VIRTUAL = ["zoe@virtual0.example", "yan@virtual0.example"]


class Killer(threading.Thread):
    """Kills by plan, no faster than the mail flows, and malote itself halfway."""

    def __init__(self, house, rng, clients):
        super().__init__(daemon=True)
        self.house, self.rng, self.clients = house, rng, clients
        self.plan = [("main", p) for p in MAIN * EACH] + \
            [("child", p) for p in CHILDREN * (EACH * 2)]
        rng.shuffle(self.plan)
        self.plan.insert(len(self.plan) // 2, ("malote", "start"))
        self.killed, self.deaths, self.error = {}, [], None

    def run(self):
        try:
            for i, (kind, program) in enumerate(self.plan):
                end = time.monotonic() + 3
                while self.clients.done() < i / len(self.plan) and time.monotonic() < end:
                    time.sleep(0.01)
                time.sleep(self.rng.uniform(0, 0.3))
                self.strike(kind, program)
        except Exception as e:      # told by the test itself
            self.error = e

    def strike(self, kind, program):
        begun = time.time()         # malote's death is long over when it is back
        if kind == "main":
            hit = kill_main(self.house, program)
        elif kind == "child":
            choice = self.rng.random()
            pids = wait_for(lambda: sorted(other_pids(self.house, program)), 1)
            hit = bool(pids) and kill(pids[int(choice * len(pids))])
        else:
            self.deaths.append(time.time())     # of all; it may take a while until they are back
            self.attempts, self.away = revive(self.house)
            hit = True
        name = f"{program}, a child" if kind == "child" else program
        self.killed[name] = self.killed.get(name, 0) + hit
        if name in ("queue", "start", "remote, a child"):
            self.deaths += [begun, time.time()]


class Reader(threading.Thread):
    """Reads mailboxes meanwhile, so that its programs are killed at work."""

    def __init__(self, house):
        super().__init__(daemon=True)
        self.house, self.stop, self.read, self.broken = house, False, 0, 0

    def run(self):
        turn = 0
        while not self.stop:
            turn += 1
            try:
                box = self.house.pop3((BOXES + VIRTUAL)[turn % 11])
                if box.stat()[0]:
                    box.retr(1)
                box.quit()
                self.read += 1
            except Exception:       # that is what the storm does
                self.broken += 1
            time.sleep(0.05)


def fail_some(house, reports, stop):
    """Mail that fails behind the queue: jo sends it on to nobody.  One report each."""
    while not stop.is_set():
        source(house, reports, f"report{reports.next_batch()}.example", "jo@host0.example",
               sender="ivo@host0.example")
        time.sleep(0.3)


def warm_up(house):
    """The peers as they are meant to be used, without a storm."""
    p = subprocess.run([f"{PEERS}/usr/sbin/smtp-source", "-s", "20", "-m", "100", "-M",
                        "calm.example", "-t", "ben@host0.example", f"{house.ip}:2525"], env=ENV)
    same(p.returncode, 0, "smtp-source sends 100 messages in 20 sessions")
    same(len(house.wait_mail("ben", 100)), 100, "100 messages arrive")
    ok(wait_for(house.queue_is_empty), "the queue is empty")
    for name in os.listdir(f"{home('ben')}/Maildir/new"):
        os.unlink(f"{home('ben')}/Maildir/new/{name}")


def forward(user, to):
    path = f"{home(user)}/.forward"
    write(path, to + "\n")
    os.chown(path, UID_USERS + USERS.index(user), 0)


def former_house(house):
    """The queue of a killed malote may live a little longer: its heir waits for it."""
    house.start().stop(keep=True)
    folder = os.open(f"{house.state}/queue/log", os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)          # as that one holds it
    house.start(wait=False)
    ok(wait_for(lambda: main_pid(house, "queue")) and
       not wait_for(lambda: house.stderr().count("malote: ready") > 1, 0.5),
       "a new queue waits for the former one")
    os.close(folder)
    ok(wait_for(lambda: house.stderr().count("malote: ready") > 1), "and goes on behind it")


def run():
    find_peers()
    enter_namespace()
    rng = seeded()
    house = Instance(extra=f"route sink.example smtp {SINK[0]}:{SINK[1]}\n"
                           "route no.example reject \"nobody there\"\n"
                           "rest 1s\nsmtp-sessions-per-client 200\n",
                     users={v: "pw" for v in VIRTUAL})
    sink = Sink(f"{house.root}/sink")
    forward("jo", "ghost@no.example")
    former_house(house)
    warm_up(house)

    boxes = [f"{u}@host0.example" for u in BOXES] + VIRTUAL
    begin = time.monotonic()
    clients = Clients(house, {"local": (boxes, MESSAGES),
                              "relayed": (["someone@sink.example"], MESSAGES)})
    killer, reader, calm = Killer(house, rng, clients), Reader(house), threading.Event()
    clients.go_on = killer.is_alive
    reports = Ledger()
    failing = threading.Thread(target=fail_some, args=(house, reports, calm), daemon=True)
    for thread in (clients, killer, reader, failing):
        thread.start()
    clients.join()
    killer.join()
    calm.set()
    failing.join()
    print(f"# all were kept after {time.monotonic() - begin:.1f} s", flush=True)
    for name, count in sorted(killer.killed.items()):
        print(f"# killed: {name} {count}", flush=True)
    ok(killer.error is None, "the storm went as planned", killer.error)
    few = {p: killer.killed.get(p, 0) for p in MAIN if killer.killed.get(p, 0) < EACH}
    same(few, {}, f"each program was killed at least {EACH} times")
    same(killer.killed.get("start"), 1, "malote was killed, and started again "
         f"within {getattr(killer, 'away', -1):.1f} s ({getattr(killer, 'attempts', -1)} in vain)")

    check_clean(house, VIRTUAL, 60)
    print(f"# all was over after {time.monotonic() - begin:.1f} s", flush=True)
    reader.stop = True
    reader.join()
    ok(reader.read > 0,
       f"mail was read meanwhile, {reader.read} times ({reader.broken} broken off)")

    mail, told = delivered(house, VIRTUAL)
    # Whoever dies, a transaction in flight may be made again, and nothing else.
    in_flight = WORKERS * (killer.killed["queue"] + 1) + killer.killed.get("remote, a child", 0)
    odd = check_arrived("local", clients.ledgers["local"], mail)
    odd += check_arrived("relayed", clients.ledgers["relayed"], sink.marks(),
                         twice_allowed=in_flight)
    odd += check_arrived("reports", reports, told)
    # A disk that is busy may hold a program up for a second or two.
    late = [g for g in gaps(sink.first_of_twice(), killer.deaths) if g > 3]
    same(late, [], "relayed: what came twice was in flight when somebody died")
    for mark in odd[:3]:
        story(house, mark)
    house.send("ana@host0.example", "Subject: after\r\n\r\nall\r\n")
    ok(wait_for(lambda: any("Subject: after" in m for m in house.mail("ana"))), "mail flows on")

    same(house.stop(keep=True), 0, "malote ends with status 0")
    check_gone(house)
    sink.stop()
    house.stop()


main(run)
