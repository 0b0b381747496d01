"""A next hop that lies by the book: says the right thing at every step but those
that its table names.

A lie is {step: what}, where the steps are greet ehlo helo mail rcpt data end quit,
and what is one of

    text        said instead of the right reply (CRLF is added)
    [what, …]   one for each time the step comes; the last one stays
    {user: …}   by the local part of the recipient
    function    called with the connection; whatever it returns is said
    None        the connection is closed
"""
import os
import socket
import threading
import time

RIGHT = {"greet": "220 liar.example", "ehlo": "250-liar.example\r\n250 8BITMIME",
         "helo": "250 liar.example", "mail": "250 2.1.0 ok", "rcpt": "250 2.1.5 ok",
         "data": "354 go on", "end": "250 2.0.0 taken", "rset": "250 2.0.0 ok",
         "quit": "221 2.0.0 bye"}


class Gone(Exception):
    pass


class Liar:
    """Listens at (ip, port) or on a Unix socket; keeps what it was told."""

    def __init__(self, address, lie, lmtp=False):
        self.lie = lie
        self.lmtp = lmtp
        self.bodies = []            # of messages for which it heard the dot
        self.connections = 0
        self.resets = 0
        self.taken = []             # the recipients of each of them
        family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
        self.server = socket.socket(family)
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.server.bind(address)
        if family == socket.AF_UNIX:
            os.chmod(address, 0o666)
        self.server.listen(50)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.server.accept()
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            self.dialogue(connection)
        except (OSError, Gone):
            pass
        finally:
            connection.close()

    def say(self, connection, times, step, user=None):
        what = self.lie.get(step, RIGHT[step])
        if isinstance(what, dict):
            what = what[user]
        if isinstance(what, list):
            what = what[min(times.get(step, 0), len(what) - 1)]
        times[step] = times.get(step, 0) + 1
        if callable(what):
            what = what(connection)
        if what is None:
            raise Gone
        data = what if isinstance(what, bytes) else what.encode() + b"\r\n"
        connection.sendall(data)
        return data

    def dialogue(self, connection):
        file = connection.makefile("rb")
        times = {}
        accepted = []
        self.say(connection, times, "greet")
        while True:
            line = file.readline()
            if not line:
                return
            verb = line[:4].decode(errors="replace").lower().strip()
            step = {"lhlo": "ehlo"}.get(verb, verb)
            if step not in RIGHT:
                connection.sendall(b"500 what\r\n")
                continue
            user = line.decode(errors="replace").partition("<")[2].partition("@")[0]
            said = self.say(connection, times, step, user)
            if step in ("mail", "rset"):
                accepted = []
                self.resets += step == "rset"
            if step == "rcpt" and said.startswith(b"2"):
                accepted.append(user)
            if step == "data" and said.startswith(b"354"):
                self.body(file)
                self.taken.append(accepted)
                for user in accepted if self.lmtp else [None]:
                    self.say(connection, times, "end", user)
            if step == "quit":
                return

    def body(self, file):
        lines = []
        while True:
            line = file.readline()
            if not line:
                raise Gone
            if line == b".\r\n":
                break
            lines.append(line)
        self.bodies.append(b"".join(lines))


# --- lies that are more than one wrong word -----------------------------------

def silent(connection):
    """Nothing, until the other side has gone."""
    connection.settimeout(60)
    while connection.recv(65536):
        pass


def drip(connection):
    """An endless reply, a byte at a time."""
    for byte in b"220-" + b"slow" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def endless(connection):
    """A reply without a last line."""
    while True:
        connection.sendall(b"250-and more\r\n" * 1000)


def long_line(connection):
    """10 MB without a line end."""
    for _ in range(160):
        connection.sendall(b"250 " + b"x" * 65532)


def taken_and_gone(connection):
    """The message is taken, and the connection closed at once."""
    connection.sendall(b"250 2.0.0 taken\r\n")
