"""The queue's files as malote-queue(5) has them, written without malote: a long past in a moment."""
import os
import struct

TABLE = []
for i in range(256):
    for _ in range(8):
        i = i >> 1 ^ (0x82f63b78 if i & 1 else 0)
    TABLE.append(i)


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc = TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xffffffff


def message(name, arrival, sender, rcpts, body=b"Subject: past\r\n\r\ntext\r\n"):
    fields = [f"id {name}", f"arrival {arrival}", f"sender {sender}"] + [f"rcpt {r}" for r in rcpts]
    envelope = "".join(f"{len(f)}:{f},\n" for f in fields).encode()
    return (f"malote1 {len(envelope):08d} {len(body):016d} {crc32c(envelope):08x} "
            f"{crc32c(body):08x}\n").encode() + envelope + body


def text(value):
    return struct.pack(">I", len(value) + 1) + value.encode() + b"\0"


def record(kind, *fields):
    """Fields: int is a number, (int,) a time, str a text."""
    data = b"".join(text(f) if isinstance(f, str) else
                    struct.pack(">Q", *f) if isinstance(f, tuple) else struct.pack(">I", f)
                    for f in fields)
    frame = struct.pack(">IH", 6 + len(data), kind) + data
    return struct.pack(">I", crc32c(frame)) + frame


def done(name, index):
    return record(0x5104, name, index, 0)


def deferred(name, index, last, then, why="the past says so"):
    return record(0x5105, name, index, 1, (last,), (then,), "", 451, "4.0.0", why)


def finished(name):
    return record(0x510b, name)


def log(records):
    return b"malote states 1\n" + b"".join(records)


class Writer:
    """Writes below queue/, as the account of the queue manager."""

    def __init__(self, house):
        self.queue, self.account = f"{house.state}/queue", house.account("queue")

    def write(self, name, data):
        path = f"{self.queue}/{name}"
        with open(path, "wb") as f:
            f.write(data)
        os.chown(path, self.account, self.account)
        os.chmod(path, 0o440 if name.startswith("cur/") else 0o600)

    def log(self):
        """The file of the states log, when there is one."""
        names = [n for n in os.listdir(f"{self.queue}/log") if n.startswith("states.")]
        return f"{self.queue}/log/{names[0]}" if names else None
