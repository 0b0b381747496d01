#!/usr/bin/env python3
"""Neighbours that were taken over, greedy accounts, a damaged file, a curious .forward program."""
import os
import pty
import select
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import BIN, PROGRAMS, Instance, enter_namespace, home, write
from tap import main, ok, same, wait_for

ASK, SUBMIT_OPEN, SUBMIT_FROM = 0x0501, 0x0301, 0x0302
ASK_RCPT, ASK_DELIVER = 1, 2


def text(s):
    return struct.pack(">I", len(s) + 1) + s.encode() + b"\0"


def frame(verb, body):
    return struct.pack(">IH", len(body) + 6, verb) + body


def edge(house, path):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.settimeout(5)
    s.connect(f"{house.state}/run/{path}")
    return s


def question(tag, address, purpose):
    return frame(ASK, struct.pack(">I", tag) + text(address) + text("x@far.example") +
                 struct.pack(">II", purpose, 0))


def asks_without_listening(house, count):
    s = edge(house, "smtpd/ask")
    sent = 0
    try:
        for tag in range(count):
            s.settimeout(1)
            s.send(question(tag, "crowd@host0.example", ASK_DELIVER))
            sent += 1
    except OSError:
        pass
    return s, sent


def crowded_alias(house):
    deaf, sent = asks_without_listening(house, 6000)
    ok(sent > 1000, "one session asks without listening", sent)
    s = edge(house, "smtpd/ask")
    s.send(question(1, "ana@host0.example", ASK_RCPT))
    ok(b"system:ana" in s.recv(65536), "another session is answered all the same")
    before = len(house.mail("ana"))
    replies = house.transcript(["EHLO x", "MAIL FROM:<x@far.example>", "RCPT TO:<ana@host0.example>",
                                "DATA", b"Subject: x\r\n\r\nx\r\n.\r\n", "QUIT"])
    ok(len(house.wait_mail("ana", before + 1)) > before, "and mail goes its way", replies)
    deaf.close()
    s.close()


# --- the public socket -----------------------------------------------------

def hold_places(house, uid, count):
    """A child of that account with open messages; it tells how many it got."""
    read, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        held = []
        for _ in range(count):
            s = edge(house, "public/submit")
            try:
                s.send(frame(SUBMIT_OPEN, text("") * 7))
                s.send(frame(SUBMIT_FROM, text("a@host0.example") + text("")))
                s.settimeout(0.05)
                if s.recv(10) == b"":
                    continue
            except TimeoutError:
                held.append(s)
            except OSError:
                continue
        os.write(write_end, str(len(held)).encode())
        time.sleep(60)
        os._exit(0)
    os.close(write_end)
    got = int(os.read(read, 10) or b"0")
    os.close(read)
    return pid, got


def sendmail(house, uid, to):
    pid = os.fork()
    if pid == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        read, write_end = os.pipe()
        os.write(write_end, b"Subject: by sendmail\n\nx\n")
        os.close(write_end)
        os.dup2(read, 0)
        os.execve(f"{BIN}/sendmail", ["sendmail", to], house.environment())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def greedy_accounts(house):
    held = [hold_places(house, 310001 + i, 70) for i in range(5)]
    print("# places held:", [n for _, n in held])
    same(held[0][1], 64, "one account gets 64 connections and no more")
    same(sendmail(house, 310008, "ana@host0.example"), 0,
         "five accounts that take what they get leave room for a sixth")
    same(sendmail(house, 0, "ana@host0.example"), 0, "and for root")
    for pid, _ in held:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


# --- descriptors and become --------------------------------------------------

def as_account(uid, act):
    """What act() returns in a child of that account."""
    read, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setgroups([uid])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        os.write(write_end, repr(act()).encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read) as f:
        said = f.read()
    os.waitpid(pid, 0)
    return said


def descriptors(house, program):
    return len(os.listdir(f"/proc/{min(house.pids(program))}/fd"))


def empty_packets(house):
    """A packet of no bytes looks like the end of the edge, but brings a descriptor."""
    def send(path):
        for _ in range(50):
            s = edge(house, path)
            socket.send_fds(s, [b""], [0])
            s.close()

    auth = house.uid + 1 + PROGRAMS.index("auth")
    for path, uid, server in (("public/submit", 310001, "inject"), ("auth/become", auth, "become"),
                              ("auth/files", auth, "start"), ("auth/become", auth, "become")):
        before = descriptors(house, server)
        as_account(uid, lambda p=path: send(p))
        ok(wait_for(lambda: descriptors(house, server) <= before + 3, 5),
           f"{server}: empty packets leave no descriptor behind",
           f"{before} before, {descriptors(house, server)} now")


def start(house, path, program):
    s = edge(house, path)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    socket.send_fds(s, [frame(0x0701, struct.pack(">I", 1) + text(program) + text("system:ana") +
                              text("Maildir"))], [theirs.fileno()])
    theirs.close()
    return s.recv(65536)[5]             # the lower half of the verb: 2 STARTED, 3 FAILED


def whose_worker(house):
    for owner, mine, other in (("queue", "local", "maildrop"), ("auth", "maildrop", "local")):
        uid = house.uid + 1 + PROGRAMS.index(owner)
        same(as_account(uid, lambda: start(house, f"{owner}/become", mine)), "2",
             f"become starts {mine} for {owner}")
        same(as_account(uid, lambda: start(house, f"{owner}/become", other)), "3",
             f"but not {other}")


# --- a terminal ------------------------------------------------------------

THIEF = """#!/usr/bin/env python3
import os
try:
    os.open("/dev/tty", os.O_RDWR)
    said = "has it"
except OSError as e:
    said = "refused"
with open("/srv/ana/said.new", "w") as f:
    f.write(said)
os.rename("/srv/ana/said.new", "/srv/ana/said")
"""


def on_a_terminal(house):
    """malote start as an administrator types it."""
    pid, master = pty.fork()
    if pid == 0:
        os.execve(f"{BIN}/malote", ["malote", "start", "-u", house.first_accounts()],
                  house.environment())
    said = b""
    while b"ready" not in said and select.select([master], [], [], 30)[0]:
        said += os.read(master, 4096)
    return pid, master


def curious_program():
    house = Instance(index=1, name="host1.example")
    pid, master = on_a_terminal(house)
    write(f"{home('ana')}/thief", THIEF, 0o755)
    write(f"{home('ana')}/.forward", f"|{home('ana')}/thief\n", 0o600)
    for name in ("thief", ".forward"):
        os.chown(f"{home('ana')}/{name}", 310000, 310000)
    house.send("ana@host1.example")
    said = f"{home('ana')}/said"
    ok(wait_for(lambda: os.path.exists(said), 20), "a program of .forward ran")
    same(open(said).read() if os.path.exists(said) else None, "refused",
         "it cannot open the terminal malote was started from")
    os.kill(pid, 15)
    os.waitpid(pid, 0)
    os.close(master)


# --- a damaged file ----------------------------------------------------------

def mute_host(listener):
    """A next hop that greets and says nothing more."""
    kept = []
    while True:
        try:
            kept.append(listener.accept()[0])
            kept[-1].sendall(b"220 mute.example\r\n")
        except OSError:
            return


def damaged_while_tried():
    """Its sender is owed a warning, but the file cannot be read any more."""
    with socket.create_server(("127.0.0.1", 2600)) as listener, \
            Instance(index=2, name="host2.example", extra="delay-warning 2s\n"
                     "route far.example smtp 127.0.0.1:2600\n") as house:
        threading.Thread(target=mute_host, args=(listener,), daemon=True).start()
        house.send("x@far.example", sender="ben@host2.example")
        cur = f"{house.state}/queue/cur"
        wait_for(lambda: os.listdir(cur) and len(house.pids("remote")) > 1)
        os.truncate(f"{cur}/{os.listdir(cur)[0]}", 60)
        ok(wait_for(lambda: "bad-file" in house.events(), 10), "the damage is noticed")
        before = len(house.mail("ana"))
        house.send("ana@host2.example")
        ok(len(house.wait_mail("ana", before + 1)) > before, "and the queue goes on")


def run():
    enter_namespace()
    members = ", ".join(f"m{i}@far.example" for i in range(2000))
    with Instance(aliases=f"crowd: {members}\n") as house:
        crowded_alias(house)
        greedy_accounts(house)
        empty_packets(house)
        whose_worker(house)
    damaged_while_tried()
    curious_program()


main(run)
