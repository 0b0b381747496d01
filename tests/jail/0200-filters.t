#!/usr/bin/env python3
"""PROMISES 4: the system calls left to each process, from the filters the kernel holds."""
import os
import platform
import socket
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from filters import allowed, allows, names, roles
from house import PROGRAMS, Instance, enter_namespace
from tap import main, ok, same, skip_all, wait_for

CEILINGS = {"smtpd session": 30, "pop3d session": 30, "auth": 30, "auth session": 30,
            "queue": 35, "remote session": 35, "local session": 40}
# Those that read what a client sent.
CLIENTS = ["smtpd session", "pop3d session", "auth session"]
READ, WRITE, OPEN, SOCKET, EXECVE, OPENAT, EXECVEAT, OPENAT2 = 0, 1, 2, 41, 59, 257, 322, 437
PTRACE, KILL, MOUNT = 101, 62, 165
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK = 1, 2, 10, 16


def mute_host(listener):
    """A next hop that greets and says nothing more."""
    kept = []
    while True:
        try:
            s, _ = listener.accept()
        except OSError:
            return
        s.sendall(b"220 mute.example\r\n")
        kept.append(s)


def measure(house):
    """Each role once, with a session of each sort under way."""
    house.send("ana@host0.example")
    house.wait_mail("ana")
    box = house.pop3("ana")
    session = house.smtp()
    session.ehlo()                  # only who speaks gets a process
    house.send("x@far.example")
    wait_for(lambda: len(house.pids("remote")) > 1)
    house.send("ana@host0.example")
    house.wait_mail("ana", 2)
    found = roles(house, [p for p in PROGRAMS if p != "conf"])
    box.quit()
    session.quit()
    return found


def run():
    if platform.machine() != "x86_64":
        skip_all("the calls are counted by their numbers on x86-64")
    enter_namespace()
    with socket.create_server(("127.0.0.1", 2600)) as listener:
        threading.Thread(target=mute_host, args=(listener,), daemon=True).start()
        with Instance(extra="route far.example smtp 127.0.0.1:2600\n") as house:
            found = measure(house)
    counts = {role: len(allowed(f)) for role, f in found.items()}
    print("# figure: " + ", ".join(f"{role} {n}" for role, n in sorted(counts.items())))
    same([r for r in CEILINGS if r not in found], [], "each process was seen at work")
    for role, most in CEILINGS.items():
        if role in found:
            ok(counts[role] <= most, f"{role}: {most} system calls at most",
               f"{counts[role]}: " + " ".join(names(allowed(found[role]))))
    for role, f in sorted(found.items()):
        same([n for n in (EXECVE, EXECVEAT, PTRACE, MOUNT, OPENAT2) if allows(f, n)], [],
             f"{role}: no execve, ptrace, mount")
        ok(allows(f, READ) and allows(f, WRITE), f"{role}: the count is not of an empty filter")
    for role in CLIENTS:
        f = found.get(role, [])
        same([n for n in (OPEN, OPENAT, KILL) if allows(f, n)], [], f"{role}: no open, no kill")
        same([a for a in (AF_INET, AF_INET6, AF_NETLINK) if allows(f, SOCKET, {0: a})], [],
             f"{role}: no socket but Unix ones")
    ok(allows(found["smtpd session"], SOCKET, {0: AF_UNIX}), "but those it is left")


main(run)
