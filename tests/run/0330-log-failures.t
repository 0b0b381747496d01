#!/usr/bin/env python3
"""When the arrivals log fails: a sync, a checkpoint, no segment left."""
import os
import shutil
import smtplib
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from arrivals import logged, records, wait_for_log
from house import BUILD, Instance, boot_anew, enter_namespace, home
from tap import main, ok, same, skip_all, wait_for
from wishes import Wishes, prepare_programs


def events(house, *words):
    return [e for e in house.events().splitlines() if all(w in e for w in words)]


def send(house, subject):
    """The answer to a message: 250, or the refusal."""
    try:
        house.send("ben@host0.example", f"Subject: {subject}\r\n\r\nx\r\n")
        return 250
    except smtplib.SMTPDataError as e:
        return e.smtp_code


def subjects(house):
    return [line[9:] for text in house.mail("ben") for line in text.splitlines()
            if line.startswith("Subject: ") and line != "Subject: probe"]


def away(house):
    """Nothing that was refused is left anywhere."""
    return sum((os.listdir(f"{house.state}/queue/{f}") for f in ("tmp", "new", "cur")), [])


def a_sync_fails(house, wishes):
    ok(wait_for_log(house), "the log is in use")
    same(send(house, "first"), 250, "a message is taken")
    generation = max(r[1] for mine in records(house).values() for r in mine)
    wishes.set(0, "fail fdatasync", 1)
    same(send(house, "refused"), 451, "one whose sync fails is refused")
    wait_for(house.queue_is_empty, 20)
    same(away(house), [], "and nothing of it is left in the queue")
    same(send(house, "between"), 250, "the next one is taken")

    def cuts():
        return [r for mine in records(house).values() for r in mine
                if r[0] == "cut" and r[1] > generation]
    ok(wait_for(cuts), "the log says in a later segment what counts")
    same(send(house, "next"), 250, "which takes messages")
    ok(wait_for(lambda: [e for e in events(house, " checkpoint ")
                         if f"generation={generation} " in e], 20),
       "what was taken before is synced by itself", events(house, " checkpoint "))


def recovery_believes_the_cut(house):
    """The records of the failed batch are whole, as it were on a disk that wrote them after all."""
    house.stop(keep=True)
    shutil.copytree(f"{house.state}/queue/arrivals", f"{house.root}/segments")
    log = f"{house.state}/queue/log"
    for name in os.listdir(log):        # as if no checkpoint had been
        if name.startswith("states"):
            os.unlink(f"{log}/{name}")
    shutil.rmtree(f"{home('ben')}/Maildir")
    boot_anew()
    house.start()
    ok(wait_for(lambda: "next" in subjects(house), 20), "recovery brings what was taken")
    wait_for(house.queue_is_empty, 20)
    same(sorted(subjects(house)), ["first", "next"], "and not what was refused")


def checkpoints_fail(house, wishes):
    """Then nothing is set free any more, the log fills up, and each message is synced itself."""
    ok(wait_for_log(house), "the log is in use again")
    last = len(events(house, " checkpoint "))
    wishes.set(0, "fail syncfs", 1)
    end = time.monotonic() + 60
    while not events(house, " trouble ", "checkpoint") and time.monotonic() < end:
        send(house, "fill")
    ok(events(house, " trouble ", "checkpoint"), "a checkpoint that fails is told")
    while time.monotonic() < end + 30:
        before = len(logged(house))
        if [send(house, "fill") for _ in range(5)] == [250] * 5 and \
                len(logged(house)) == before:
            break
    else:
        before = -1
    ok(before >= 0, "when all segments are used, mail is taken without the log")
    same([send(house, "full") for _ in range(20)], [250] * 20, "as much as comes")
    full = logged(house)
    house.stop(keep=True)
    house.start()
    same([send(house, "restarted") for _ in range(20)], [250] * 20, "after a restart, too")
    wait_for(lambda: subjects(house).count("restarted") == 20, 30)
    same(subjects(house).count("full"), 20, "all of it is delivered")
    ok(logged(house) == full, "what cannot be set free is not overwritten in this boot")
    same(len(events(house, " checkpoint ")), last, "no checkpoint is made in this boot")
    house.stop(keep=True)
    boot_anew()
    house.start()
    ok(wait_for_log(house) and logged(house) != full, "after another boot the log is used again")


def run():
    if not os.path.exists(f"{BUILD}/stop/inject"):
        skip_all("make tests builds programs whose syncs fail")
    enter_namespace()
    prepare_programs()
    wishes = Wishes()
    house = Instance(extra="arrivals-log 1M\n")
    house.start()
    a_sync_fails(house, wishes)
    recovery_believes_the_cut(house)
    checkpoints_fail(house, wishes)
    same(house.stop(), 0, "malote ends with status 0")


main(run)
