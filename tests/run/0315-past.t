#!/usr/bin/env python3
"""A long past: read beside new mail, and the states log written anew, dying at each step of it."""
import os
import shutil
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import house as houses
from house import BIN, BUILD, HOMES, Instance, enter_namespace, wait_for
from queue_files import Writer, deferred, done, finished, log, message
from tap import main, ok, same, skip_all

WAITING = 6000              # messages whose time has not come
OLD = 40                    # … of which nothing was decided
POINTS = ["compact-begun", "compact-copied", "compact-joined", "states-rename", "states-renamed",
          "states-replaced"]
WISHES = f"{HOMES}/stop-point"


def name_of(i):
    return f"00Past{i:010d}"


def make_past(house):
    """ana has each message of the past already, dora shall have it tomorrow."""
    files, records, now = Writer(house), [], int(time.time())
    for i in range(WAITING):
        name = name_of(i)
        files.write(f"cur/{name}", message(name, now - 60, "past@x.example",
                                           ["ana@host0.example", "dora@host0.example"]))
        records += [done(name, 0), deferred(name, 1, now, now + 86400)]
    for i in range(WAITING, WAITING + OLD):
        name = name_of(i)
        files.write(f"{['cur', 'new'][i % 2]}/{name}",
                    message(name, now - 60, "past@x.example", ["ben@host0.example"]))
    over = name_of(WAITING + OLD)
    files.write(f"cur/{over}", message(over, now, "past@x.example", ["ana@host0.example"]))
    records += [done(over, 0), finished(over)]
    records += [finished(name_of(WAITING + OLD + 1 + i)) for i in range(WAITING)]
    os.unlink(files.log())
    files.write("log/states.7", log(records)[:-5])      # torn, as a crash leaves it
    return files


def waiting(house):
    """Messages of the past that are not over."""
    listed = house.malote("queue", "list", "past@x.example").stdout.splitlines()
    return len([l for l in listed if name_of(0)[:6] in l])


def read_beside_new_mail(house):
    house.start()
    house.send("carla@host0.example")
    while house.malote("queue", "show", "nobody").stderr.find("still being read") != -1:
        house.send("carla@host0.example")
    sent = house.events().count(" accepted ")
    ok(len(house.wait_mail("carla", sent)) == sent, "new mail is delivered")
    ok(len(house.wait_mail("ben", OLD)) == OLD, "what was never tried goes on")
    wait_for(lambda: waiting(house) == WAITING)
    same(waiting(house), WAITING, "what waits still waits")
    same((len(house.mail("ana")), len(house.mail("dora")), len(house.mail("ben"))), (0, 0, OLD),
         "nobody gets anything twice, or too early")
    ok("damaged" not in house.events(), "the end of the last run is no damage")
    events = house.events()
    first = events.find(" delivered "), events.find("to=ben@")
    print(f"# new mail overtook: {events[first[0]:].find('to=carla') < events[first[0]:].find('to=ben')}")


def damage(house):
    """Something between two records: the log is written anew at the next start."""
    with open(Writer(house).log(), "ab") as f:
        f.write(b"damage" + done(name_of(0), 0))


def dies_at(house, point, counts):
    house.stop(keep=True)
    damage(house)
    with open(WISHES, "r+b") as f:
        f.write(struct.pack("=i60s", 1, point.encode()))
    house.start()
    while struct.unpack("=i", open(WISHES, "rb").read(4))[0] > 0 and counts["carla"] < 500:
        house.send("carla@host0.example")
        counts["carla"] += 1
    same(struct.unpack("=i", open(WISHES, "rb").read(4))[0], 0, f"queue died at {point}")
    house.send("carla@host0.example")
    counts["carla"] += 1
    ok(wait_for(lambda: len(house.mail("carla")) == counts["carla"], 30),
       "mail flows on, each message once", (len(house.mail("carla")), counts))
    damaged(house)


def damaged(house):
    files = Writer(house)
    ok(wait_for(lambda: b"damage" not in open(files.log(), "rb").read(), 30),
       "the log was written anew", house.events()[-2000:])
    ok(wait_for(lambda: [n for n in os.listdir(f"{house.state}/queue/log")
                         if n.startswith("states.")] == [os.path.basename(files.log())], 30),
       "and is alone")


def dies_while_compacting(house):
    shutil.copytree(BIN, f"{HOMES}/bin", symlinks=True)
    shutil.copy2(f"{BUILD}/stop/queue", f"{HOMES}/bin/queue")
    with open(WISHES, "wb") as f:
        f.write(bytes(4 * 64))
    os.chmod(WISHES, 0o666)
    houses.BIN = f"{HOMES}/bin"
    counts = {"carla": len(house.mail("carla"))}
    for point in POINTS:
        dies_at(house, point, counts)
    house.stop(keep=True)
    house.start()
    wait_for(lambda: house.malote("queue", "show", "nobody").stderr.find("being read") == -1)
    wait_for(lambda: waiting(house) == WAITING)
    same(waiting(house), WAITING, "what waits still waits")
    same((len(house.mail("ana")), len(house.mail("dora")), len(house.mail("ben"))), (0, 0, OLD),
         "nobody gets anything twice, or too early")
    ok("contradict" not in house.events(), "no record contradicts another")
    same(house.stop(keep=True), 0, "malote ends with status 0")


def run():
    if not os.path.exists(f"{BUILD}/stop/queue"):
        skip_all("make tests builds what dies at stop points")
    enter_namespace()
    with Instance() as house:
        house.stop(keep=True)
        make_past(house)
        read_beside_new_mail(house)
        dies_while_compacting(house)


main(run)
