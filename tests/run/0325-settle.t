#!/usr/bin/env python3
"""Settling: many deliveries, few syncs; and what happens when nobody syncs, or a sync fails."""
import os
import re
import shutil
import smtplib
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import house as houses
from house import HOMES, USERS, Instance, enter_namespace, home, is_user
from lyingsettle import LyingSettle
from storm import kill, kill_main, main_pid
from tap import main, ok, same, wait_for

SESSIONS, EACH = 20, 25
ALL = SESSIONS * EACH


def burst(house, to, each=EACH):
    """Many at once: a lone message is synced by its worker."""
    def one(n):
        with smtplib.SMTP(house.ip, 2525, timeout=60) as s:
            for i in range(each):
                s.sendmail("s@elsewhere.example", [to[(n + i) % len(to)]],
                           f"Subject: {n}-{i}\r\n\r\nbody {n} {i}\r\n")
    threads = [threading.Thread(target=one, args=(n,)) for n in range(SESSIONS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def subjects(house, to):
    found = []
    for address in to:
        user = address if "virtual" in address else address.split("@")[0]
        found += [re.search(r"^Subject: (\S+)", m, re.M).group(1) for m in house.mail(user)]
    return sorted(found)


def finished(house, count):
    return wait_for(lambda: house.events().count(" finished ") >= count, 60)


def check_all(house, to, before, promise, each=EACH):
    ok(finished(house, before + SESSIONS * each), f"{promise}: all is finished",
       "\n".join(house.events().splitlines()[-20:]))
    want = sorted(f"{n}-{i}" for n in range(SESSIONS) for i in range(each))
    got = subjects(house, to)
    ok(got == want, f"{promise}: each message is there once",
       f"missing {sorted(set(want) - set(got))[:5]}, {len(got)} of {len(want)}")
    left = [f for a in to for f in os.listdir(base(house, a) + "/tmp")]
    same(left, [], f"{promise}: nothing stays in tmp")


def base(house, address):
    user, domain = address.split("@")
    return f"{house.state}/mail/{domain}/{user}" if "virtual" in domain else \
        f"{home(user)}/Maildir"


def clear(house, to):
    for a in to:
        for sub in ("new", "cur"):
            for f in os.listdir(f"{base(house, a)}/{sub}"):
                os.unlink(f"{base(house, a)}/{sub}/{f}")


def clear_homes(to):
    for a in to:
        shutil.rmtree(f"{home(a.split('@')[0])}/Maildir", ignore_errors=True)


def kill_workers(house):
    """All there are, as soon as there is one."""
    for pid in wait_for(lambda: [p for p in house.pids("local") if is_user(p)], 8) or []:
        kill(pid)


def real(to):
    """The program itself; killed in the middle, and taken away."""
    with Instance(users={to[-1]: "pw"}) as house:
        burst(house, to)
        check_all(house, to, 0, "two file systems, settle runs")
        clear(house, to)
        hand = threading.Thread(target=lambda: [kill_main(house, "settle") for _ in range(3)])
        hand.start()
        burst(house, to)
        hand.join()
        check_all(house, to, ALL, "settle is killed")
        clear(house, to)
        hand = threading.Thread(target=lambda: [kill_workers(house) for _ in range(3)])
        hand.start()
        burst(house, to)
        hand.join()
        check_all(house, to, 2 * ALL, "workers are killed")
        clear(house, to)
        wait_for(lambda: main_pid(house, "settle"))
        with open(f"{house.etc}/malote.conf") as f:
            text = f.read()
        with open(f"{house.etc}/malote.conf", "w") as f:
            f.write(text.replace(f"maildir-filesystem {HOMES}\n", ""))
        first = main_pid(house, "settle")
        same(house.malote("reload").returncode, 0, "a reload that changes the list")
        ok(wait_for(lambda: main_pid(house, "settle") not in (first, None)),
           "executes settle anew")
        burst(house, to)
        check_all(house, to, 3 * ALL, "a file system that is not listed")


def lied_to(to):
    """One that says what we want: the syncs are counted, failed and hung."""
    settle = LyingSettle([os.stat(HOMES).st_dev])
    houses.BIN = settle.bin
    with Instance() as house:
        burst(house, to)
        check_all(house, to, 0, "syncs are counted")
        ok(0 < settle.asked() < ALL / 4, "a sync serves many deliveries", settle.asked())
        clear(house, to)

        settle.say("fail")
        burst(house, to, 5)
        wait_for(lambda: "syncing a file system" in house.events())
        ok("Input/output" in house.events(),
           "a failed sync is an event")
        asked = settle.asked()
        check_all(house, to, ALL, "a sync fails", 5)
        same(settle.asked(), asked, "and the device is not synced as a whole for a while")
        clear(house, to)
        kill_main(house, "settle")
    clear_homes(to)
    settle.say("hang")
    with Instance() as house:
        before = settle.asked()
        burst(house, to, 5)
        check_all(house, to, 0, "a sync hangs", 5)
        ok(settle.asked() > before, "it was asked for")
        settle.say("well")
        kill_main(house, "settle")
    clear_homes(to)
    settle.say("once")
    with Instance() as house:
        burst(house, to, 5)
        check_all(house, to, 0, "a sync fails after others were placed", 5)


def run():
    enter_namespace()
    to = [f"{u}@host0.example" for u in USERS[:3]] + ["zoe@virtual0.example"]
    real(to)
    clear_homes(to[:3])
    lied_to(to[:3])


main(run)
