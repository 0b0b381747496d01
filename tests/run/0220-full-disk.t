#!/usr/bin/env python3
"""Full disks: 452, nothing half-done, service again by itself, nothing lost."""
import contextlib
import os
import re
import shutil
import signal
import smtplib
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace
from room import fill, mount, names, use_inodes
from tap import main, ok, same, wait_for

TEXT = "Subject: test\r\n\r\nhello\r\n"
BIG = "Subject: big\r\n\r\n" + ("x" * 70 + "\r\n") * 60000    # 4 MB


def try_to_send(session, to, text=TEXT):
    """Code and words of the reply to the message, in a session that goes on."""
    session.mail("x@elsewhere.example")
    session.rcpt(to)
    try:
        return session.data(text)
    except smtplib.SMTPResponseException as e:
        return e.smtp_code, e.smtp_error


def nothing_left(house, what):
    same([names(f"{house.state}/queue/{f}") for f in ("tmp", "new")], [[], []],
         f"{what}: nothing of it is left in the queue")


def no_blocks(house, session):
    filler = fill(f"{house.state}/queue")
    code, words = try_to_send(session, "ana@host0.example")
    same(code, 452, "no room on the disk: 452")
    ok(words.startswith(b"4.3.1 "), "with status 4.3.1", words)
    nothing_left(house, "a message without room")
    ok(wait_for(lambda: " not-stored " in house.events()), "an event tells of it", tail(house))
    os.unlink(filler)
    same(try_to_send(session, "ana@host0.example")[0], 250,
         "the same session goes on when there is room")
    ok(house.wait_mail("ana"), "and its mail arrives", tail(house))
    same(try_to_send(session, "ben@host0.example", BIG)[0], 452,
         "a message larger than the room: 452")
    nothing_left(house, "what was written of it")
    same(try_to_send(session, "ben@host0.example")[0], 250, "a smaller one is taken")
    ok(house.wait_mail("ben"), "and arrives")
    wait_for(house.queue_is_empty)


def no_inodes(house, session):
    used = use_inodes(f"{house.state}/queue")
    code, words = try_to_send(session, "carla@host0.example")
    same((code, words[:6]), (452, b"4.3.1 "), "no inodes: 452 4.3.1")
    nothing_left(house, "a message without an inode")
    shutil.rmtree(used)
    same(try_to_send(session, "carla@host0.example")[0], 250, "service again by itself")
    ok(house.wait_mail("carla"), "and the mail arrives", tail(house))
    wait_for(house.queue_is_empty)


def tail(house):
    return "\n".join(house.events().splitlines()[-25:])


def one_delivery_each(house, count, promise):
    """The alias `many` has had count messages for its hundred recipients."""
    ok(wait_for(lambda: len(house.mail("dora")) >= 100 * count and house.queue_is_empty(), 10),
       promise, tail(house))
    same(len(house.mail("dora")), 100 * count, "and each recipient has it once")


def the_log_cannot_grow(house, session):
    """Room for messages, but none for what is recorded about them."""
    log = f"{house.state}/queue/log"
    filler = fill(log)
    same(try_to_send(session, "many@host0.example")[0], 250,
         "a message that is too much for the states log is taken")
    ok(wait_for(lambda: "no\\x20room;\\x20nothing\\x20new\\x20is\\x20begun" in house.events()),
       "an event says that the log is full", tail(house))
    same([try_to_send(session, "emil@host0.example")[0] for _ in range(10)], [250] * 10,
         "more messages are taken")
    same(len(house.mail("emil")), 0, "but not begun with")
    listed = house.malote("queue", "list")
    same(listed.returncode, 0, "malote queue list works")
    os.unlink(filler)
    one_delivery_each(house, 1, "when there is room the first is delivered")
    same(len(house.wait_mail("emil", 10)), 10, "and all others, each once")


def killed_without_room(house, session):
    """The queue manager dies while its log is full and its reserve used."""
    log = f"{house.state}/queue/log"
    first = fill(log)
    try_to_send(session, "many@host0.example")
    wait_for(lambda: "reserve" not in names(log))
    os.rename(first, f"{log}/first")
    second = fill(log)
    try_to_send(session, "many@host0.example")
    for pid in house.pids("queue"):
        with contextlib.suppress(ProcessLookupError):   # children end with the first
            os.kill(pid, signal.SIGKILL)
    same(try_to_send(session, "fay@host0.example")[0], 250,
         "killed without room for its log, mail is taken all the same")
    os.unlink(f"{log}/first")
    os.unlink(second)
    ok(house.wait_mail("fay"), "and delivered when there is room", tail(house))
    one_delivery_each(house, 3, "nothing is lost")


def no_events(house, session):
    fill(f"{house.state}/events")
    same([try_to_send(session, "gus@host0.example")[0] for _ in range(20)], [250] * 20,
         "events cannot be written: mail is taken")
    same(len(house.wait_mail("gus", 20)), 20, "and delivered")
    os.unlink(f"{house.state}/events/filler")
    ok(wait_for(lambda: len(re.findall(r" delivered .* to=gus@", house.events())) == 20),
       "what did happen is written when there is room", tail(house))


def run():
    enter_namespace()
    house = Instance(aliases="many: " +
                     ", ".join(f"dora+{i}" for i in range(100)) + "\n")
    mount(f"{house.state}/queue", "size=3M,nr_inodes=60")
    mount(f"{house.state}/queue/log", "size=1200k")
    mount(f"{house.state}/events", "size=4M")
    try:
        with house, house.smtp() as session:
            session.ehlo()
            for part in (no_blocks, no_inodes, the_log_cannot_grow, killed_without_room,
                         no_events):
                part(house, session)
    finally:
        for path in ("queue/log", "queue", "events"):
            os.system(f"umount -l {house.state}/{path}")
        house.stop()


main(run)
