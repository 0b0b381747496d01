#!/usr/bin/env python3
"""local: .forward, programs, Maildirs that cannot be used; malote explain."""
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace, home, write
from tap import main, ok, same, wait_for


def forward(user, text, mode=0o600):
    path = f"{home(user)}/.forward"
    write(path + ".new", text, mode)
    owner = os.stat(home(user))
    os.chown(path + ".new", owner.st_uid, owner.st_gid)
    os.rename(path + ".new", path)


def reason(house):
    """What the queue says of all that waits."""
    ids = house.malote("queue", "list").stdout.split()
    return "".join(house.malote("queue", "show", i).stdout
                   for i in ids if len(i) == 16 and i.isalnum())


def deferred(house, user, word, promise):
    """Mail for user waits with a reason; once mended, it arrives."""
    house.send(f"{user}@host0.example")
    ok(wait_for(lambda: word in reason(house), 10), promise, reason(house))


def forwards(house, at):
    forward("ana", "\\ana, ben@host0.example\n")
    house.send("ana" + at)
    same([len(house.wait_mail(u)) for u in ("ana", "ben")], [1, 1],
         "a copy is kept and one sent on")
    forward("carla", "dora\n")
    forward("dora", "carla\n")
    house.send("carla" + at, sender="ben" + at)
    ok(wait_for(house.queue_is_empty, 20), "two users who forward to each other hold nothing up",
       house.malote("queue", "list").stdout)
    ok("mail loop" in "".join(house.wait_mail("ben", 2)), "and the sender is told",
       house.events())
    forward("fay", "./Maildir/.lists/\n")
    house.send("fay+news" + at)
    lists = f"{home('fay')}/Maildir/.lists/new"
    ok(wait_for(lambda: os.path.isdir(lists) and os.listdir(lists)), "a Maildir can be named")


def programs(house, at):
    out = f"{home('gus')}/out"
    forward("gus", f"\"|sh -c 'cat > {out}; env | sort >> {out}'\"\n")
    house.send("gus+tag" + at, sender="s@elsewhere.example")
    ok(wait_for(lambda: os.path.exists(out) and "USER=gus" in open(out).read()),
       "a program gets the message")
    text = open(out).read()
    ok(text.startswith("Return-Path: <s@elsewhere.example>\nDelivered-To: gus+tag@host0.example\n"),
       "as it would stand in the mailbox", text)
    same(sorted(l.split("=")[0] for l in text.split("hello\n")[1].splitlines()
                if not l.startswith(("PWD=", "SHLVL=", "_="))),
         ["EXTENSION", "HOME", "LOGNAME", "PATH", "RECIPIENT", "SENDER", "SHELL", "USER"],
         "and this environment alone")
    same(os.stat(out).st_uid, os.stat(home("gus")).st_uid, "as the user")
    forward("gus", "|sh -c 'echo go away; exit 67'\n")
    house.send("gus" + at, sender="hana" + at)
    ok("go away" in "".join(house.wait_mail("hana")), "what it says comes back to the sender",
       house.events())


def obstacles(house, at):
    forward("ivo", "bob@@far\n")
    deferred(house, "ivo", ".forward:1", "a fault in .forward is told with its line")
    os.unlink(f"{home('ivo')}/.forward")
    ok(house.wait_mail("ivo"), "and the mail is there once it is mended")
    forward("emil", "ana@host0.example\n", 0o666)
    deferred(house, "emil", "others may write", "a .forward that others may write to is not used")
    os.unlink(f"{home('emil')}/.forward")
    ok(house.wait_mail("emil"), "and that mail comes, too")
    os.mkdir(f"{home('jo')}/Maildir")
    deferred(house, "jo", "not the user's", "a Maildir of somebody else is left alone")
    shutil.rmtree(f"{home('jo')}/Maildir")
    ok(house.wait_mail("jo"), "and made anew when it is gone")
    ok(wait_for(house.queue_is_empty, 20), "nothing is left in the queue", reason(house))


def explains(house, at):
    shown = house.malote("explain", "both" + at)
    ok(shown.returncode == 0 and "system:ana" in shown.stdout and "aliases:1" in shown.stdout,
       "malote explain tells who and by which line", shown.stdout + shown.stderr)
    shown = house.malote("explain", "nosuch" + at)
    ok(shown.returncode == 1 and "5.1.1" in shown.stdout, "and who does not exist",
       shown.stdout + shown.stderr)


def run():
    enter_namespace()
    house = Instance(aliases="both: ana, ben\n")
    with house:
        for part in (forwards, programs, obstacles, explains):
            part(house, "@host0.example")


main(run)
