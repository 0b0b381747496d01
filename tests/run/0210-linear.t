#!/usr/bin/env python3
"""PROMISES 7: 100,000 header lines or a line of 10 MB take the time their length takes."""
import os
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace
from tap import main, ok

LIMIT = 5.0             # seconds; the promise is 0.5, but this machine may be busy
MANY, LONG = 100_000, 10_000_000
figures = []


class Session:
    def __init__(self, house, port=2525):
        self.socket = socket.create_connection((house.ip, port), 60)
        self.file = self.socket.makefile("rb")
        self.hear()

    def hear(self):
        line = self.file.readline()
        while line[3:4] == b"-":
            line = self.file.readline()
        return line

    def say(self, line):
        self.socket.sendall(line + b"\r\n")
        return self.hear()

    def begin(self):
        """Up to the 354 of DATA."""
        self.say(b"HELO linear.example")
        self.say(b"MAIL FROM:<a@b.example>")
        self.say(b"RCPT TO:<ana@host0.example>")
        return self.say(b"DATA")


def check(session, octets, wanted, promise):
    """Sends, waits for the answer, and takes the time of both."""
    start = time.monotonic()
    try:
        session.socket.sendall(octets)
        reply = session.hear()
    except OSError as e:
        reply = str(e).encode()
    took = time.monotonic() - start
    figures.append(f"{took:.3f}")
    ok(reply[:1] in wanted and took < LIMIT, f"{promise}: answered within {LIMIT} s",
       f"{took:.3f} s, {reply!r}")


def smtp_data(house, octets, promise, last=False):
    """A message may be taken or refused, but at once; the next one is taken."""
    s = Session(house)
    s.begin()
    check(s, octets + b"\r\n.\r\n", (b"2", b"5"), promise)
    if last:
        s = Session(house)
    s.say(b"RSET")
    s.begin()
    reply = s.say(b"Subject: next\r\n\r\nhello\r\n.")
    ok(reply.startswith(b"250"), "and the next message is taken", reply)


def run():
    enter_namespace()
    with Instance() as house:
        smtp_data(house, b"".join(b"X-%d: value\r\n" % n for n in range(MANY)) + b"\r\nbody",
                  f"{MANY} header lines")
        smtp_data(house, b"Subject: x\r\n" + b" folded\r\n" * MANY + b"\r\nbody",
                  f"a header line folded {MANY} times")
        smtp_data(house, b"Subject: x\r\n\r\n" + b"line\r\n" * (LONG // 6),
                  f"{LONG} octets of short lines")
        smtp_data(house, b"Subject: x\r\n\r\n" + b".\n" * (LONG // 2),
                  f"{LONG} octets of dots and bare LF", last=True)
        smtp_data(house, b"Subject: x\r\n\r\n" + b"y" * LONG, f"a line of {LONG} octets")
        smtp_data(house, b"Subject: " + b"y" * LONG + b"\r\n\r\nx",
                  f"a header line of {LONG} octets")
        s = Session(house)
        check(s, b"y" * LONG + b"\r\n", (b"5", b"4"), f"an SMTP command of {LONG} octets")
        s = Session(house, 2110)
        check(s, b"y" * LONG + b"\r\n", (b"-",), f"a POP3 command of {LONG} octets")
        print("# figure: " + max(figures, key=float) + " s, the slowest of " +
              " ".join(figures))


main(run)
