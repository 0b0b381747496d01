#!/usr/bin/env python3
"""Aliases: expansion to many, loops ended with a bounce, includes, postmaster."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace, write
from tap import main, ok, same, wait_for

ALIASES = """# comment
both: ana, ben
nested: both, carla, ana
gus: gus, hana
loop-a: loop-b
loop-b: loop-a
self: self
half: ivo, loop-a
listed: :include:members
postmaster: jo
long: ana,
  ben
"quoted name": dora
full@host0.example: emil
owner-club: fay
club: ana, ben
"""


def run():
    enter_namespace()
    house = Instance(aliases=ALIASES, users={"zoe@virtual0.example": "pw"})
    write(f"{house.etc}/members", "dora\nzoe@virtual0.example, emil\n")
    with house:
        at = "@host0.example"

        def counts(users, want, promise, seconds=10):
            wait_for(lambda: [len(house.mail(u)) for u in users] == want, seconds)
            same([len(house.mail(u)) for u in users], want, promise)

        house.send("both" + at)
        counts(["ana", "ben"], [1, 1], "an alias of two reaches both")
        house.send("nested" + at)
        counts(["ana", "ben", "carla"], [2, 2, 1], "nested aliases reach everybody once")
        house.send("gus" + at)
        counts(["gus", "hana"], [1, 1], "a name in its own alias means the mailbox")
        house.send("listed" + at)
        counts(["dora", "emil", "zoe@virtual0.example"], [1, 1, 1], ":include: reads a file")
        house.send("postmaster" + at)
        house.send("postmaster@virtual0.example")
        counts(["jo"], [2], "postmaster is there in every domain")
        house.send('"quoted name"' + at)
        house.send("full" + at)
        counts(["dora", "emil"], [2, 2], "quoted names and full addresses are aliases too")

        begin = time.monotonic()
        refused = None
        try:
            house.send("loop-a" + at, sender="ana" + at)
        except Exception as e:
            refused = str(e)
        if refused is None:
            mail = house.wait_mail("ana", 3)
            ok(len(mail) == 3 and "loop" in mail[-1], "a loop ends with a bounce",
               house.events())
        else:
            ok("loop" in refused, "a loop is refused at the door", refused)
        ok(time.monotonic() - begin < 10, "and does not hang")
        house.send("half" + at, sender="fay" + at)
        counts(["ivo"], [1], "a loop in one branch does not stop the other")
        ok("loop" in "".join(house.wait_mail("fay", 1)), "and its sender is told",
           house.events())
        house.send("club" + at, sender="x@elsewhere.example")
        wait_for(lambda: len(house.mail("ben")) == 3)
        text = next((m for m in house.mail("ben") if "owner-club" in m), "")
        ok(text.startswith("Return-Path: <owner-club@host0.example>"),
           "owner-NAME becomes the reverse-path of a list", "\n".join(house.mail("ben")))
        ok(wait_for(house.queue_is_empty), "the queue is empty at the end",
           house.malote("queue", "list").stdout)

        house.aliases(ALIASES + "fresh: hana\n")
        ok(wait_for(lambda: "name=aliases" in house.events().split("fresh")[0] and
                    accepted(house, "fresh" + at), 10), "a changed text is in force by itself")
        house.aliases(ALIASES + "fresh: hana\nbroken line\nx: ana@@b\n")
        ok(wait_for(lambda: "aliases:" in house.stderr()), "a faulty text is told with its line",
           house.stderr())
        ok(accepted(house, "fresh" + at), "and the old table stays in force")


def accepted(house, address):
    with house.smtp() as s:
        s.ehlo()
        s.mail("x@elsewhere.example")
        return s.rcpt(address)[0] == 250


main(run)
