#!/usr/bin/env python3
"""Sessions that an administrator can read: tests/run/transcripts/*.txt.

    # a comment                    C: what the client sends (CRLF is added)
    S: 250 the start of a reply    X: what the client sends as it is (\\r \\n \\0)
    gone                           the server has closed the connection
    mail USER N                    USER's Maildir holds N messages by now
"""
import glob
import os
import re
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace
from tap import main, ok

HERE = os.path.dirname(os.path.abspath(__file__))


class Session:
    def __init__(self, ip, port):
        self.socket = socket.create_connection((ip, port), 20)
        self.file = self.socket.makefile("rb")

    def reply(self):
        """All lines of the next reply, joined by |."""
        lines = []
        while True:
            line = self.file.readline().decode(errors="replace")
            lines.append(line.rstrip("\r\n"))
            if not line or not re.match(r"\d\d\d-", line):
                return "|".join(lines)


def play(house, path):
    port = 2110 if os.path.basename(path).startswith("pop3") else 2525
    session = Session(house.ip, port)
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        line = line.rstrip("\n")
        kind, _, text = line.partition(" ")
        if kind == "C:":
            session.socket.sendall(text.encode() + b"\r\n")
        elif kind == "X:":
            session.socket.sendall(text.encode().decode("unicode_escape").encode("latin-1"))
        elif kind == "S:":
            got = session.reply()
            if not got.startswith(text):
                return f"line {number}: wanted {text!r}, got {got!r}"
        elif kind == "gone":
            try:
                rest = session.file.read()
            except ConnectionResetError:
                rest = b""
            if rest:
                return f"line {number}: the connection is open and says {rest!r}"
        elif kind == "mail":
            user, count = text.split()
            got = len(house.wait_mail(user, int(count)))
            if got != int(count):
                return f"line {number}: {user} has {got} messages, not {count}\n{house.events()}"
    return None


def run():
    enter_namespace()
    with Instance(aliases="both: ana, ben\npostmaster: jo\n") as house:
        for path in sorted(glob.glob(f"{HERE}/transcripts/*.txt")):
            fault = play(house, path)
            ok(fault is None, os.path.basename(path), fault)


main(run)
