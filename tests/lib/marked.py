"""Messages that say who they are, and the clients that send them.

A mark names a message and its size; everything from the header field with the
mark to the last byte follows from it, so that whoever holds a message can tell
whether it is whole.
"""
import re
import socket
import threading
import time

CLIENTS = 8
FIELD = re.compile(rb"^X-Mark: (\S+)\r?$", re.M)


def text_of(mark):
    """From the field of the mark to the end, with LF."""
    size = int(mark.rsplit(".", 1)[1])
    lines = [f"X-Mark: {mark}\nSubject: {mark}\n\n"]
    lines += [f"{n:08d} {mark} all that was sent must come, once, as it was\n"
              for n in range(max(1, size // (len(mark) + 56)))]
    return "".join(lines).encode()


def mark_of(data):
    found = FIELD.search(data)
    return found.group(1).decode() if found else "-"


def is_whole(data, mark):
    """data: with LF, whatever was put in front of it on its way."""
    return mark != "-" and data.endswith(text_of(mark)) and b"\0" not in data


class Message:
    """One message, and what its client knows about it."""

    def __init__(self, mark, to, places):
        self.mark, self.to, self.places = mark, to, places
        self.begun = None               # just before its session was
        self.sent = False               # the last dot left
        self.kept = None                # when the 250 was read
        self.waited = None              # seconds for it


def pick_size(rng):
    """Mostly small; one in forty goes the way of large messages."""
    chance = rng.random()
    if chance < 0.025:
        return rng.randint(1 << 20, 3 << 19)
    return rng.randint(200, 6000) if chance < 0.8 else rng.randint(6000, 60000)


class Client(threading.Thread):
    """One session after another, each of a few messages, until it is told to stop."""

    def __init__(self, load, number, rng):
        super().__init__(daemon=True)
        self.load, self.number, self.rng = load, number, rng
        self.messages, self.broken, self.begun = [], 0, None

    def run(self):
        while not self.load.over:
            self.begun = time.monotonic()
            try:
                with socket.create_connection(self.load.address, 10) as s:
                    self.session(s, s.makefile("rb"))
            except (OSError, ValueError):
                self.broken += 1
                time.sleep(0.02)

    def session(self, sock, replies):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.expect(replies, "2")
        sock.sendall(b"EHLO client.example\r\n")
        self.expect(replies, "2")
        for _ in range(self.rng.randint(1, 20)):
            if self.load.over:
                return
            self.send(sock, replies)

    def send(self, sock, replies):
        to, places = self.load.pick(self.rng)
        mark = f"{self.load.name}.{self.number}.{len(self.messages)}.{self.load.size(self.rng)}"
        m = Message(mark, to, places)
        text = text_of(mark).replace(b"\n", b"\r\n")
        sock.sendall(b"MAIL FROM:<sender@elsewhere.example>\r\n" +
                     b"".join(b"RCPT TO:<%s>\r\n" % t.encode() for t in to) + b"DATA\r\n")
        for _ in range(len(to) + 1):
            self.expect(replies, "2")
        self.expect(replies, "3")
        m.begun = self.begun
        self.messages.append(m)
        sock.sendall(text)
        m.sent = True
        begin = time.monotonic()
        sock.sendall(b".\r\n")
        self.expect(replies, "2")
        m.kept = time.monotonic()
        m.waited = m.kept - begin

    @staticmethod
    def expect(replies, wanted):
        line = replies.readline()
        while line[3:4] == b"-":
            line = replies.readline()
        if not line.endswith(b"\n") or not line.startswith(wanted.encode()):
            raise ValueError(line)


class Load:
    """CLIENTS sessions at a time.  kinds: [(weight, [[recipient...]...])]; places:
    recipient -> where its mail must turn up; size: chance -> octets."""

    def __init__(self, address, name, kinds, places, rng, size=pick_size):
        self.size = size
        self.address, self.name, self.kinds, self.places = address, name, kinds, places
        self.over = False
        self.clients = [Client(self, n, type(rng)(rng.random())) for n in range(CLIENTS)]
        for c in self.clients:
            c.start()

    def pick(self, rng):
        lists = rng.choices([k[1] for k in self.kinds], [k[0] for k in self.kinds])[0]
        to = rng.choice(lists)
        return to, sorted({p for t in to for p in self.places(t)})

    def stop(self):
        self.over = True
        for c in self.clients:
            c.join()
        return [m for c in self.clients for m in c.messages]

    def kept(self):
        """How many have been acknowledged up to now."""
        return sum(m.kept is not None for c in self.clients for m in list(c.messages))
