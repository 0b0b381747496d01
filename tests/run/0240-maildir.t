#!/usr/bin/env python3
"""Mailboxes that cannot be written: deferred with the reason, delivered when mended."""
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import UID_USERS, USERS, Instance, enter_namespace, home, write
from room import fill, mount
from tap import main, ok, same, wait_for

ZOE = "zoe@virtual0.example"
ZED = "zed@virtual0.example"


def uid(user):
    return UID_USERS + USERS.index(user)


def tail(house):
    return "\n".join(house.events().splitlines()[-25:])


def base_of(house, user):
    return f"{home(user)}/Maildir" if "@" not in user else \
        f"{house.state}/mail/virtual0.example/zoe"


def tmp_is_empty(house, user):
    folder = base_of(house, user) + "/tmp"
    return not os.path.isdir(folder) or os.listdir(folder) == []


def deferred(house, user, why, promise):
    """Sends; what `malote queue show` says must match why.  The id."""
    address = user if "@" in user else user + "@host0.example"
    seen = house.events().count(" deferred ")
    house.send(address, sender="jo@host0.example")
    wait_for(lambda: house.events().count(" deferred ") > seen)
    listed = house.malote("queue", "list", address).stdout.splitlines()[1:]
    name = listed[-1].split()[0] if listed else ""
    shown = house.malote("queue", "show", name).stdout
    ok(re.search(why, shown), f"{promise}: malote queue show tells why", shown + tail(house))
    ok("deferred" in shown, "and the message waits", shown)
    return name


def mended(house, user, count, name):
    house.malote("queue", "retry", name)
    same(len(house.wait_mail(user, count)), count, "mended and retried, it is delivered")
    ok(tmp_is_empty(house, user), "nothing is left in tmp", os.listdir(base_of(house, user)))


def names_tell_sizes(house, user, address):
    house.send(address, "Return-Path: <forged@x.example>\r\nSubject: sizes\r\n"
               "return-path : <forged@y.example>\r\n two\r\n\r\none\r\ntwo\r\n\r\n")
    text = house.wait_mail(user)[-1]
    folder = base_of(house, user) + "/new"
    name = sorted(os.listdir(folder))[-1]
    size = os.path.getsize(f"{folder}/{name}")
    sizes = re.search(r",S=(\d+),W=(\d+)$", name)
    same(sizes and tuple(map(int, sizes.groups())), (size, size + text.count("\n")),
         f"{address}: the name has the size as stored and with CRLF")
    same(len(re.findall(r"(?im)^return-path\s*:", text)), 1, "Return-Path stands once")
    same(text.count("Delivered-To: "), 1, "Delivered-To stands once")
    ok(text.endswith("\n\none\ntwo\n\n"), "the body is as it was", text)


def loop(house, address):
    before = len(house.mail("jo"))
    house.send(address, f"Delivered-To: {address.upper()}\r\nSubject: again\r\n\r\nx\r\n",
               sender="jo@host0.example")
    mail = house.wait_mail("jo", before + 1)
    ok(len(mail) == before + 1 and "5.4.6" in mail[-1] and "mail loop" in mail[-1],
       f"{address}: a message that was delivered there before is returned", tail(house))


def broken_folders(house):
    base = base_of(house, "ana")
    before = len(house.mail("ana"))

    os.chmod(f"{base}/tmp", 0o500)
    name = deferred(house, "ana", "4.2.0 .*Permission denied", "tmp may not be written")
    os.chmod(f"{base}/tmp", 0o700)
    mended(house, "ana", before + 1, name)

    os.chown(f"{base}/new", uid("ben"), uid("ben"))
    os.chmod(f"{base}/new", 0o777)
    name = deferred(house, "ana", "4.2.0 .*not the user's", "new belongs to another user")
    os.chown(f"{base}/new", uid("ana"), uid("ana"))
    mended(house, "ana", before + 2, name)

    os.rename(f"{base}/new", f"{base}/old")
    write(f"{base}/new", "a file\n")
    name = deferred(house, "ana", "4.2.0 .*Not a directory", "a file in the place of new")
    os.unlink(f"{base}/new")
    os.rename(f"{base}/old", f"{base}/new")
    mended(house, "ana", before + 3, name)

    os.rename(f"{base}/new", f"{base}/old")
    os.mkdir(f"{home('ana')}/elsewhere", 0o777)
    os.symlink(f"{home('ana')}/elsewhere", f"{base}/new")
    name = deferred(house, "ana", "4.2.0 .*(Not a directory|symbolic links)", "new is a link")
    same(os.listdir(f"{home('ana')}/elsewhere"), [], "the link is not followed")
    os.unlink(f"{base}/new")
    os.rename(f"{base}/old", f"{base}/new")
    mended(house, "ana", before + 4, name)


def broken_homes(house):
    os.rename(home("ben"), home("ben") + ".away")
    name = deferred(house, "ben", "4.2.0 .*No such file", "the home is missing")
    ok(not os.path.exists(home("ben")), "it is not made")
    os.rename(home("ben") + ".away", home("ben"))
    mended(house, "ben", 1, name)

    os.chown(home("ben"), 0, 0)
    name = deferred(house, "ben", "4.(2.0|3.5) .*(not the user's|Permission denied)",
                    "the home is not the user's")
    os.chown(home("ben"), uid("ben"), uid("ben"))
    mended(house, "ben", 2, name)

    shutil.rmtree(base_of(house, "ben"))
    os.symlink("/tmp", base_of(house, "ben"))
    name = deferred(house, "ben", "4.2.0 .*(Not a directory|symbolic links)",
                    "the Maildir is a link out of the home")
    os.unlink(base_of(house, "ben"))
    mended(house, "ben", 1, name)


def full_home(house):
    mount(home("carla"), "size=64k")
    os.chown(home("carla"), uid("carla"), uid("carla"))
    filler = fill(home("carla"))
    name = deferred(house, "carla", "4.3.1 .*No space left", "a full home")
    os.unlink(filler)
    mended(house, "carla", 1, name)
    house.send("carla@host0.example", "Subject: big\r\n\r\n" + ("x" * 76 + "\r\n") * 2000,
               sender="jo@host0.example")
    house.send("dora@host0.example")
    ok(house.wait_mail("dora"), "a mail too large for one mailbox holds up nobody else")
    ok(wait_for(lambda: " deferred " in house.events().rsplit("size=156", 1)[-1]), "it waits")
    ok(tmp_is_empty(house, "carla"), "and leaves no half file")
    subprocess.run(["mount", "-o", "remount,size=1M", home("carla")], check=True)
    house.malote("queue", "retry", "--all")
    same(len(house.wait_mail("carla", 2)), 2, "with more room it is delivered")


def virtual_mailbox(house):
    base = base_of(house, ZOE)
    before = len(house.mail(ZOE))
    os.chmod(f"{base}/new", 0)
    name = deferred(house, ZOE, "4.2.0 .*Permission denied", "virtual: new is closed")
    os.chmod(f"{base}/new", 0o700)
    mended(house, ZOE, before + 1, name)
    os.symlink("/tmp", f"{house.state}/mail/virtual0.example/zed")
    deferred(house, ZED, "4.2.0 .*(Not a directory|symbolic links)",
             "virtual: the mailbox is a link")
    os.unlink(f"{house.state}/mail/virtual0.example/zed")
    house.malote("queue", "retry", "--all")
    ok(wait_for(lambda: house.mail(ZED)), "mended and retried, it is delivered", tail(house))


def run():
    enter_namespace()
    house = Instance(users={ZOE: "pw", ZED: "pw"})
    text = open(f"{house.etc}/malote.conf").read()
    write(f"{house.etc}/malote.conf", text.replace("retry 1s 1s 2s 4s", "retry 1h"))
    with house:
        names_tell_sizes(house, "ana", "ana@host0.example")
        names_tell_sizes(house, ZOE, ZOE)
        loop(house, "ana@host0.example")
        loop(house, ZOE)
        broken_folders(house)
        broken_homes(house)
        full_home(house)
        virtual_mailbox(house)
        ok(wait_for(house.queue_is_empty), "the queue is empty at the end",
           house.malote("queue", "list").stdout)


main(run)
