#!/usr/bin/env python3
"""A user stops the processes that serve him, for ever: he uses up his own places,
and everybody else's mail goes on."""
import os
import poplib
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace, home, is_user
from tap import main, ok, wait_for

WORKERS = 4                 # the setting
MAILDROPS = 20              # LIMIT_USER_WORKERS


def of_users(house, program):
    return {p for p in house.pids(program) if is_user(p)}


def stop_locals(house):
    """As often as the queue starts one: which it stops to do."""
    stopped = set()
    for i in range(WORKERS + 1):
        house.send("ana@host0.example")
        if not wait_for(lambda: len(house.mail("ana")) > i, 3):
            break
        for pid in of_users(house, "local") - stopped:
            os.kill(pid, signal.SIGSTOP)
            stopped.add(pid)
        wait_for(lambda: False, 1.5)    # worker-idle: the queue lets go of it
    ok(0 < len(stopped) < WORKERS, f"only {len(stopped)} workers are there to be stopped")
    house.send("ben@host0.example")
    ok(len(house.wait_mail("ben", 1)) == 1, "another user gets his mail")
    for pid in stopped:
        os.kill(pid, signal.SIGKILL)
    ok(wait_for(lambda: not house.malote("queue", "list", "ana@*").stdout.splitlines()[1:], 60),
       "and he his own, once they are gone", house.malote("queue", "list").stdout)


def log_in(house, user):
    box = poplib.POP3(house.ip, 2110, timeout=20)
    box.user(user)
    box.pass_("pw")
    return box


def stop_maildrops(house):
    stopped, why = set(), None
    for _ in range(MAILDROPS + 1):
        try:
            box = log_in(house, "ana")
        except poplib.error_proto as e:
            why = str(e)
            break
        for pid in of_users(house, "maildrop") - stopped:
            os.kill(pid, signal.SIGSTOP)
            stopped.add(pid)
        box.close()
        os.unlink(f"{home('ana')}/Maildir/.malote-lock")
    ok(len(stopped) == MAILDROPS and why is not None,
       f"{MAILDROPS} maildrops are there to be stopped", (len(stopped), why))
    log_in(house, "ben").quit()
    ok(True, "another user reads his mail")
    for pid in stopped:
        os.kill(pid, signal.SIGKILL)


def run():
    enter_namespace()
    with Instance(extra=f"workers {WORKERS}\nworker-idle 1s\n") as house:
        stop_locals(house)
        stop_maildrops(house)


main(run)
