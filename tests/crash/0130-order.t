#!/usr/bin/env python3
"""What is promised has been synced before: the order of the system calls."""
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import crash
import house
from calls import Order, Tracer
from house import BUILD, Instance, enter_namespace
from marked import Load
from tap import main, ok, same, wait_for

MESSAGES = 100
ARRIVALS = ("arrivals/arrivals.", "log/arrivals.")
TAKEN = b"\x03\x07"             # the verb, common/wire_submit.h


def size(rng):
    """A batch of small ones is seen whole (calls.SEEN); larger ones go alone."""
    return rng.choice([rng.randint(100, 500)] * 8 + [rng.randint(20000, 60000), 1 << 20])


def others():
    return [int(p) for p in os.listdir("/proc") if p.isdigit() and int(p) != os.getpid()]


def watch(h):
    """The order of a house's calls while it takes and delivers MESSAGES."""
    tracer = Tracer(others())
    load = Load((h.ip, 2525), "order", crash.LOCAL[:2], crash.places, random.Random(1),
                size)
    wait_for(lambda: load.kept() >= MESSAGES, 60)
    messages = load.stop()
    kept = sum(m.kept is not None for m in messages)
    wait_for(h.queue_is_empty, 60)
    return Order(tracer.stop()), kept


def taken(order):
    """[(id, instant)]: what inject promised to keep."""
    return [(s[10:].rstrip(b"\0").decode(), c.begin) for c in order.calls if c.name == "sendmsg"
            for s in c.strings[:1] if s[4:6] == TAKEN]


def not_kept(order, queue):
    """Promises that were made before the message was durable."""
    promises = taken(order)
    ids = [i for i, _ in promises]
    wrong = []
    for number, when in promises:
        made = order.named(f"{queue}/new/{number}")
        in_file = made is not None and made.end <= when and \
            order.is_safe(f"{queue}/tmp/{number}", when) and \
            order.synced(f"{queue}/new", made.end, when)
        if not in_file and not any(order.is_logged(f"{queue}/{log}", number, ids, when)
                                   for log in ARRIVALS):
            wrong.append(number)
    return wrong


def in_maildirs(order):
    return [c for c in order.names if "/Maildir/new/" in c.target() or
            "/mail/" in c.target() and "/new/" in c.target()]


def torn(order):
    """Names in a Maildir whose file was not synced before."""
    return [c.target() for c in in_maildirs(order) if not order.is_safe(c.source(), c.begin)]


def forgotten(order, queue):
    """Messages removed before their deliveries and the log's last word were synced."""
    ids, wrong = [i for i, _ in taken(order)], []
    for gone in order.removed:
        folder, _, number = gone.target().rpartition("/")
        if folder != f"{queue}/cur":
            continue
        wrong += [f"{number}: {c.target()}" for c in in_maildirs(order)
                  if number in c.target() and
                  not order.synced(os.path.dirname(c.target()), c.end, gone.begin)]
        if not order.is_logged(f"{queue}/log/states.", number, ids, gone.begin):
            wrong.append(f"{number}: its finished mark")
    return wrong


def new_house():
    # A small log: making it ready fills the trace with noughts.
    return Instance(users={v: "pw" for v in crash.VIRTUAL}, aliases=crash.ALIASES,
                    extra="arrivals-log 8M\n" if crash.has_log() else "")


def unsynced():
    """The same with syncs left out, so that it is seen to be noticed."""
    if not os.path.exists(f"{BUILD}/nosync/inject"):
        return
    no_sync = crash.NoSync("inject fsync", "inject fdatasync")
    no_sync.set(1)
    with new_house() as h:
        order, kept = watch(h)
        wrong = not_kept(order, f"{h.state}/queue")
        ok(wrong, f"without the syncs of inject {len(wrong)} of {kept} are promised too early")


def run():
    enter_namespace()
    with new_house() as h:
        order, kept = watch(h)
        queue = f"{h.state}/queue"
        promises, boxes = taken(order), in_maildirs(order)
        ok(len(promises) >= kept, f"{kept} messages were kept; TAKEN was seen for each",
           f"{len(promises)}")
        same(not_kept(order, queue)[:20], [],
             "each TAKEN follows the sync of what the message lies in")
        ok(len(boxes) >= kept, f"{len(boxes)} names were seen made in Maildirs")
        same(torn(order)[:20], [], "a file was synced before it got its name in a Maildir")
        same(forgotten(order, queue)[:20], [],
             "a message is removed after its deliveries and its finished mark were synced")
    unsynced()


main(run)
