#!/usr/bin/env python3
"""PROMISES 6: 100 dribbling and 500 idle clients do not keep a normal one waiting."""
import os
import resource
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace
from tap import main, ok, same, wait_for

IDLE, DRIBBLING = 500, 100
LIMIT = 5.0             # seconds; the promise is 0.5, but this machine may be busy


def connect(house, number, port=2525):
    """A client with an address of its own."""
    s = socket.socket()
    s.settimeout(60)
    s.bind((f"127.2.{number // 250}.{number % 250 + 1}", 0))
    s.connect((house.ip, port))
    return s


def hear(s):
    text = b""
    while not text.endswith(b"\n"):
        got = s.recv(4096)
        if not got:
            break
        text += got
    return text


def dribble(clients, stop, lost):
    """One octet of a message from each, round and round."""
    while not stop.wait(0.05):
        for s in list(clients):
            try:
                s.send(b"x")
            except OSError:
                lost.append(s)
                clients.remove(s)


def timed(what):
    start = time.monotonic()
    what()
    return time.monotonic() - start


def read_mail(house):
    box = house.pop3("ana")
    box.stat()
    box.quit()


def run():
    enter_namespace()
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    with Instance(extra="smtp-sessions 700\nsmtp-timeout 1h\n") as house:
        quiet = max(timed(lambda: house.send("ana@host0.example")) for _ in range(5))
        idle = [connect(house, n) for n in range(IDLE)]
        for s in idle:
            hear(s)
            s.sendall(b"HELO idle.example\r\n")
        greeted = sum(hear(s).startswith(b"250") for s in idle)
        same(greeted, IDLE, f"{IDLE} clients greet, and say nothing any more")
        slow = [connect(house, IDLE + n) for n in range(DRIBBLING)]
        for s in slow:
            hear(s)
            for line in (b"HELO slow.example", b"MAIL FROM:<a@b.example>",
                         b"RCPT TO:<ana@host0.example>", b"DATA"):
                s.sendall(line + b"\r\n")
                reply = hear(s)
            if not reply.startswith(b"354"):
                ok(False, "a slow client may begin its message", reply)
                break
        stop, lost = threading.Event(), []
        thread = threading.Thread(target=dribble, args=(slow, stop, lost))
        thread.start()
        try:
            times = []
            for _ in range(20):
                times.append(timed(lambda: house.send("ana@host0.example")))
                stop.wait(0.1)              # let them dribble on
            reads = [timed(lambda: read_mail(house)) for _ in range(5)]
        finally:
            stop.set()
            thread.join()
        print(f"# figure: {max(times):.3f} s for a whole SMTP session, {max(reads):.3f} s for one "
              f"of POP3 ({quiet:.3f} s for SMTP without the others), the slowest of 20 and 5")
        ok(max(times) < LIMIT, f"each of 20 SMTP sessions is over within {LIMIT} s", times)
        ok(max(reads) < LIMIT, f"each of 5 POP3 sessions is over within {LIMIT} s", reads)
        same((len(slow), lost), (DRIBBLING, []), "the slow ones are served all the while")
        same(len(house.wait_mail("ana", 25)), 25, "every message came, and none of the slow ones'")
        slow[0].sendall(b"\r\n.\r\n")
        ok(hear(slow[0]).startswith(b"250"), "a slow client that ends its message is told 250")
        for s in idle + slow:
            s.close()
        ok(wait_for(lambda: len(house.pids("smtpd")) < 20, 20),
           "their processes go with them", len(house.pids("smtpd")))


main(run)
