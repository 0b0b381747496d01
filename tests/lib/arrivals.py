"""The arrivals log as malote-queue(5) describes it, read by other code than malote's."""
import os
import struct

from tap import wait_for

HEAD = struct.Struct(">4sIQQII32s")     # of a record, as malote-queue(5) says
KINDS = {b"arvM": "message", b"arvC": "cut", b"arvV": "void"}


def records(house):
    """{place: [(kind, generation, id, contents)]} of the segments, up to the end of each."""
    found = {}
    folder = f"{house.state}/queue/arrivals"
    for name in sorted(os.listdir(folder)):
        with open(f"{folder}/{name}", "rb") as f:
            data = f.read()
        at, mine, expected = 0, [], None
        while at + HEAD.size <= len(data):
            magic, _, generation, sequence, length, _, mid = HEAD.unpack_from(data, at)
            if magic not in KINDS or (expected and expected != (generation, sequence)):
                break
            at += HEAD.size
            mine.append((KINDS[magic], generation, mid.rstrip(b"\0").decode(),
                         data[at:at + length]))
            at += length
            expected = generation, sequence + 1
        found[int(name.split(".")[1])] = mine
    return found


def logged(house):
    """The ids of messages in the log, in the order of the log."""
    every = [r for mine in records(house).values() for r in mine]
    return [r[2] for r in sorted(every, key=lambda r: r[1]) if r[0] == "message"]


def wait_for_log(house):
    """Until the log takes messages: before it each one is synced itself."""
    def taken():
        house.send("ben@host0.example", "Subject: probe\r\n\r\nx\r\n")
        return logged(house)
    return wait_for(taken, 20)
