#!/usr/bin/env python3
"""Full disks: 452, nothing half-done, service again by itself, nothing lost."""
import os
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
    ok(" not-stored " in house.events(), "an event tells of it", house.events())
    os.unlink(filler)
    same(try_to_send(session, "ana@host0.example")[0], 250,
         "the same session goes on when there is room")
    ok(house.wait_mail("ana"), "and its mail arrives", house.events())
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
    ok(house.wait_mail("carla"), "and the mail arrives", house.events())
    wait_for(house.queue_is_empty)


def the_log_cannot_grow(house, session):
    """Room for messages, none for the states log, and its reserve is gone too."""
    log = f"{house.state}/queue/log"
    filler = fill(log)
    taken = [try_to_send(session, "dora@host0.example")[0] for _ in range(40)]
    same(taken, [250] * 40, "while the states log is full messages are taken")
    full = wait_for(lambda: "no room; nothing new is begun" in house.events() or
                    len(house.mail("dora")) == 40)
    ok(full, "the queue manager runs into the full disk or ends its work", house.events())
    shutil.copyfile("/dev/zero" if False else filler, f"{log}/second") if False else None
    second = fill_again(log)
    for _ in range(10):
        try_to_send(session, "emil@host0.example")
    ok(wait_for(lambda: "no room; nothing new is begun" in house.events()),
       "without the reserve nothing new is begun, and an event says so", house.events())
    os.unlink(second)
    os.unlink(filler)
    ok(wait_for(lambda: "there is room again" in house.events()),
       "room is noticed by itself", house.events())
    wait_for(lambda: len(house.mail("emil")) >= 10 and len(house.mail("dora")) >= 40, 20)
    wait_for(house.queue_is_empty)
    same((len(house.mail("dora")), len(house.mail("emil"))), (40, 10),
         "all are delivered then, each once")


def fill_again(folder):
    os.rename(f"{folder}/filler", f"{folder}/first")
    path = fill(folder)
    os.rename(path, f"{folder}/second")
    os.rename(f"{folder}/first", f"{folder}/filler")
    return f"{folder}/second"


def killed_without_room(house, session):
    """Both at once: the queue manager dies while its log is full."""
    log = f"{house.state}/queue/log"
    filler = fill(log)
    for _ in range(30):
        try_to_send(session, "fay@host0.example")
    second = fill_again(log)
    for pid in house.pids("queue"):
        os.kill(pid, signal.SIGKILL)
    same(try_to_send(session, "fay@host0.example")[0], 250,
         "killed with a full log, mail is still taken")
    os.unlink(filler)
    os.unlink(second)
    wait_for(lambda: len(house.mail("fay")) >= 31, 20)
    wait_for(house.queue_is_empty)
    same(len(house.mail("fay")), 31, "and nothing is lost or doubled", )


def no_events(house, session):
    filler = fill(f"{house.state}/events")
    for _ in range(20):
        same(try_to_send(session, "gus@host0.example")[0], 250,
             "events cannot be written: mail is taken") if _ == 0 else \
            try_to_send(session, "gus@host0.example")
    same(len(house.wait_mail("gus", 20)), 20, "and delivered")
    os.unlink(filler)
    try_to_send(session, "hana@host0.example")
    ok(house.wait_mail("hana"), "and goes on")
    ok(wait_for(lambda: " recorder " in house.events() and " lost " in house.events()),
       "how many events were lost is told when there is room", house.events()[-2000:])


def run():
    enter_namespace()
    house = Instance(extra="events-size 1M\n")
    mount(f"{house.state}/queue", "size=3M,nr_inodes=60")
    mount(f"{house.state}/queue/log", "size=1200k")
    mount(f"{house.state}/events", "size=1500k")
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
