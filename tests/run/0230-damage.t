#!/usr/bin/env python3
"""Damaged files: one stops nothing, nothing that is whole is lost by it."""
import os
import re
import shutil
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace, write
from tap import main, ok, same, wait_for

HEAD = 52


def names(house, folder):
    return sorted(os.listdir(f"{house.state}/queue/{folder}"))


def path(house, folder, name):
    return f"{house.state}/queue/{folder}/{name}"


def tail(house, n=25):
    return "\n".join(house.events().splitlines()[-n:])


def edit(file, change):
    """Rewrites the file in its place with change(bytes)."""
    with open(file, "r+b") as f:
        data = change(f.read())
        f.seek(0)
        f.truncate()
        f.write(data)


def hold(house, to, count):
    """Messages that stay in the queue; their names in the order they came."""
    before = set(names(house, "cur"))
    for i in range(count):
        house.send(to, f"Subject: {i}\r\n\r\nbody {i}\r\n", sender="ben@host0.example")
    wait_for(lambda: len(set(names(house, "cur")) - before) == count)
    return sorted(set(names(house, "cur")) - before)


def reason(house, name):
    file = path(house, "bad", name + ".reason")
    return open(file).read().strip() if os.path.exists(file) else None


def flip(at):
    return lambda data: data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


# What is done to a file, and the reason that malote-queue(5) gives for it.
DAMAGE = [
    (flip(HEAD + 20), "envelope checksum"),
    (flip(3), "not a message file"),
    (flip(31), "(short|long)er than its head says"),
    (flip(HEAD - 1), "malformed head"),
    (lambda data: data[:-5], "shorter than its head says"),
    (lambda data: data + b"more", "longer than its head says"),
    (lambda data: data[:30], "shorter than a head"),
    (lambda data: b"", "shorter than a head"),
    (lambda data: b"\0" * HEAD + data[HEAD:], "never finished"),
    (lambda data: b"no such thing\n" * 30, "not a message file"),
]


def in_cur(house):
    """Damage while malote is down, then a start."""
    ids = hold(house, "x@later.example", len(DAMAGE) + 2)
    house.stop(keep=True)
    for name, (change, _) in zip(ids, DAMAGE):
        edit(path(house, "cur", name), change)
    house.start()
    wait_for(lambda: len(names(house, "bad")) == 2 * len(DAMAGE))
    for name, (_, why) in zip(ids, DAMAGE):
        ok(name in names(house, "bad") and re.fullmatch(why, reason(house, name) or ""),
           f"set aside, with the reason: {why}", (name, names(house, "bad"), reason(house, name)))
    listed = house.malote("queue", "list")
    same((listed.returncode, sorted(l.split()[0] for l in listed.stdout.splitlines()[1:])),
         (0, ids[len(DAMAGE):]), "malote queue list shows the whole ones and no other")
    house.send("ana@host0.example")
    ok(house.wait_mail("ana"), "everything else goes on", tail(house))
    for name in ids[len(DAMAGE):]:
        house.malote("queue", "remove", name)
    wait_for(house.queue_is_empty)


def in_new(house):
    """Files that somebody put into new, while malote runs and before a start."""
    new = f"{house.state}/queue/new"
    with open(f"{new}/garbage0000000A", "wb") as f:
        f.write(os.urandom(1000))
    os.mkfifo(f"{new}/garbage0000000B")
    os.symlink("/etc/passwd", f"{new}/garbage0000000C")
    os.mkdir(f"{new}/garbage0000000D")
    for letter in "ABD":
        os.chown(f"{new}/garbage0000000{letter}", house.account("inject"), house.account("queue"))
        os.chmod(f"{new}/garbage0000000{letter}", 0o770)
    os.kill(house.pids("queue")[0], signal.SIGKILL)
    ok(wait_for(lambda: reason(house, "garbage0000000A") == "not a message file"),
       "garbage in new is set aside", (names(house, "bad"), tail(house)))
    house.send("ana@host0.example")
    ok(len(house.wait_mail("ana", 2)) == 2, "a FIFO, a link and a folder in new stop nothing",
       tail(house))
    for letter in "BC":
        os.unlink(f"{new}/garbage0000000{letter}")
    os.rmdir(f"{new}/garbage0000000D")


def mended(house):
    """A file that was set aside is mended and put back: its message goes on."""
    name = hold(house, "y@later.example", 1)[0]
    house.stop(keep=True)
    os.chown(path(house, "cur", name), 0, 0)
    os.chmod(path(house, "cur", name), 0)
    house.start()
    same(reason(house, name), "Permission denied", "a file that cannot be opened is set aside")
    house.send("ana@host0.example")
    ok(len(house.wait_mail("ana", 3)) == 3, "and stops nothing")
    for restart in range(2):
        if restart == 0:
            os.chown(path(house, "bad", name), house.account("inject"), house.account("queue"))
            os.chmod(path(house, "bad", name), 0o440)
            os.rename(path(house, "bad", name), path(house, "new", name))
        house.stop(keep=True)
        house.start()
        shown = house.malote("queue", "show", name)
        ok(shown.returncode == 0 and "y@later.example" in shown.stdout,
           ["put back into new, its message is in the queue", "and stays there"][restart],
           (shown, tail(house)))
    house.malote("queue", "remove", name)
    wait_for(house.queue_is_empty)


def log_file(house):
    return path(house, "log", next(n for n in names(house, "log") if n.startswith("states.")))


def damaged_log(house, change, promise):
    """Two of three recipients have it; the log is damaged; the third gets it later."""
    counts = {u: len(house.mail(u)) for u in ("carla", "dora")}
    house.send(["carla@host0.example", "dora@host0.example", "emil@host0.example"],
               f"Subject: {promise}\r\n\r\ntext\r\n", sender="ben@host0.example")
    for user, n in counts.items():
        house.wait_mail(user, n + 1)
    wait_for(lambda: "to=emil" in house.events().split("Subject")[0] and
             " deferred " in house.events())
    house.stop(keep=True)
    edit(log_file(house), change)
    house.start()
    waiting = house.malote("queue", "list", "emil@host0.example").stdout
    ok("ben@host0.example" in waiting, f"{promise}: the message is still in the queue",
       (waiting, tail(house)))
    same({u: len(house.mail(u)) for u in counts}, {u: n + 1 for u, n in counts.items()},
         "nobody has it twice")


def last_recipient(house, count):
    os.chmod("/srv/emil", 0o700)
    # An attempt under way when we ask may still meet the closed home.
    wait_for(lambda: house.malote("queue", "retry", "--all") and
             len(house.mail("emil")) == count, 20)
    same(len(house.mail("emil")), count, "and the last recipient gets all of them")
    ok(wait_for(house.queue_is_empty), "the queue is empty at the end",
       (house.malote("queue", "list").stdout, tail(house)))
    same({u: len(house.mail(u)) for u in ("carla", "dora")}, {"carla": count, "dora": count},
         "the others still have each message once")


def a_missing_file(house):
    name = hold(house, "z@later.example", 1)[0]
    os.unlink(path(house, "cur", name))
    os.kill(house.pids("queue")[0], signal.SIGKILL)
    house.send("ana@host0.example")
    ok(len(house.wait_mail("ana", 4)) == 4, "a message file that is gone stops nothing")
    ok(house.malote("queue", "show", name).returncode != 0, "and is not listed")


def run():
    enter_namespace()
    house = Instance(extra="route later.example smtp 127.0.0.9:9\n"
                           "rest 1h\n")
    text = open(f"{house.etc}/malote.conf").read()
    write(f"{house.etc}/malote.conf", text.replace("retry 1s 1s 2s 4s", "retry 1h"))
    with house:
        in_cur(house)
        in_new(house)
        mended(house)
        os.chmod("/srv/emil", 0)
        damaged_log(house, lambda d: d[:-3], "a torn end of the states log")
        damaged_log(house, lambda d: d + b"\0" * 5000, "zeros behind the states log")
        damaged_log(house, lambda d: d[:len(d) // 2] + b"\xff" * 8 + d[len(d) // 2 + 8:],
                    "damage in the middle of the states log")
        damaged_log(house, lambda d: b"", "an emptied states log")
        last_recipient(house, 4)
        a_missing_file(house)


main(run)
