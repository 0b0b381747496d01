#!/usr/bin/env python3
"""The arrivals log: what stands in it, and recovery from it when the machine was started anew."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from arrivals import logged, records, wait_for_log
from house import BUILD, Instance, boot_anew, enter_namespace, home
from tap import main, ok, same, skip_all, wait_for
from wishes import Wishes, prepare_programs

STEPS = ["recover-remade", "recover-placed", "recover-synced", "recover-low"]


def events(house, name):
    return [e for e in house.events().splitlines() if f" {name} " in e]


def queued(house, name, folder="cur"):
    return f"{house.state}/queue/{folder}/{name}"


def absent(user):
    os.rename(home(user), home(user) + ".away")


def back(user):
    os.rename(home(user) + ".away", home(user))


def rewrite(path, change):
    with open(path, "rb") as f:
        data = change(f.read())
    with open(path, "wb") as f:
        f.write(data)


def subjects(house, user):
    return sorted(line[9:] for text in house.mail(user) for line in text.splitlines()
                  if line.startswith("Subject: "))


def keep(house, subject, size=100):
    """Accepts a message for somebody who is away; its id once it is in charge."""
    before = set(os.listdir(f"{house.state}/queue/cur"))
    house.send("ana@host0.example", f"Subject: {subject}\r\n\r\n" +
               ("y" * 70 + "\r\n") * (size // 72))

    def came():
        return [n for n in set(os.listdir(f"{house.state}/queue/cur")) - before
                if f"Subject: {subject}\r\n" in
                open(queued(house, n), newline="", errors="replace").read()]
    return (wait_for(came, 20) or [None])[0]


def lose(house, ids):
    """What a power cut may do to files that were not synced."""
    os.unlink(queued(house, ids["missing"]))
    rewrite(queued(house, ids["short"]), lambda d: d[:len(d) // 2])
    rewrite(queued(house, ids["zeros"]), lambda d: bytes(len(d)))
    rewrite(queued(house, ids["changed"]), lambda d: d[:-5] + b"z" + d[-4:])
    os.rename(queued(house, ids["back"]), queued(house, ids["back"], "new"))
    os.rename(queued(house, ids["torn"]), queued(house, ids["torn"], "new"))
    rewrite(queued(house, ids["torn"], "new"), lambda d: d[:60])
    rewrite(queued(house, ids["large"]), lambda d: d[:-5] + b"z" + d[-4:])


def run():
    if not os.path.exists(f"{BUILD}/stop/queue"):
        skip_all("make tests builds what dies at stop points")
    enter_namespace()
    prepare_programs()
    wishes = Wishes()
    house = Instance(extra="arrivals-log 2M\narrivals-log-message 64K\n")
    house.start()
    ok(wait_for_log(house), "messages are written to the arrivals log")
    absent("ana")
    names = ["whole", "missing", "short", "zeros", "changed", "back", "torn"]
    ids = {n: keep(house, n, 20000 if n == "missing" else 100) for n in names}
    ids["large"] = keep(house, "large", 100000)
    same([n for n in names if ids[n] not in logged(house)], [], "each record names its message")
    ok(ids["large"] not in logged(house),
       "a message above arrivals-log-message is not in the log")
    same([n for n in names if [r[3] for mine in records(house).values() for r in mine
                               if r[2] == ids[n]] != [open(queued(house, ids[n]), "rb").read()]],
         [], "a record has the message file, byte for byte")
    seen = subjects(house, "ben")
    wait_for(lambda: len(events(house, "finished")) >= len(seen))

    house.stop(keep=True)
    house.start()
    same(events(house, "recovered"), [], "within one boot the log is not read")
    house.stop(keep=True)

    lose(house, ids)
    boot_anew()
    # A second power cut in the middle of it: dead at each step, and begun anew.
    for i, step in enumerate(STEPS):
        wishes.set(i, step, 1)
    house.start()
    wait_for(lambda: events(house, "recovered"), 30)
    same([s for i, s in enumerate(STEPS) if wishes.left(i) > 0], [], "recovery died at each step")
    back("ana")
    wait_for(lambda: len(subjects(house, "ana")) >= len(names), 30)
    wait_for(house.queue_is_empty, 20)
    same(subjects(house, "ana"), sorted(names),
         "what was missing or torn is delivered, all of it once")
    same(subjects(house, "ben"), seen, "what was finished stays so")
    same(open(queued(house, ids["large"] + ".reason", "bad")).read(), "body checksum\n",
         "a damaged file without a record goes to bad")

    times = len(events(house, "recovered"))
    house.stop(keep=True)
    house.start()
    same(len(events(house, "recovered")), times, "a boot is recovered from once")
    house.stop(keep=True)
    boot_anew()
    house.start()
    house.send("ben@host0.example", "Subject: after\r\n\r\nx\r\n")
    wait_for(lambda: "after" in subjects(house, "ben"), 20)
    same(subjects(house, "ben"), sorted(seen + ["after"]), "nothing comes back at the next one")
    same(subjects(house, "ana"), sorted(names), "to nobody")
    same(house.stop(), 0, "malote ends with status 0")


main(run)
