#!/usr/bin/env python3
"""The door of smtpd(8) and pop3d(8): who has not spoken costs no process, waits no longer than
the timeout, makes room when the house is full, and is told when it closes."""
import os
import resource
import signal
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import BIN, Instance, enter_namespace
from tap import main, ok, same, wait_for

SILENT = 500
SMTP, POP3 = 2525, 2110


def connect(house, port=SMTP, source="127.0.0.1"):
    s = socket.create_connection((house.ip, port), 30, source_address=(source, 0))
    s.settimeout(30)
    return s


def line(s):
    """The next line, or what came before the end."""
    text = b""
    while not text.endswith(b"\n"):
        try:
            got = s.recv(1)
        except ConnectionResetError:
            break
        if not got:
            break
        text += got
    return text.decode()


def sessions(house, program="smtpd"):
    return len(house.pids(program)) - 1


def talk(s, text):
    s.sendall(text)
    return line(s)


def pss(pid):
    with open(f"/proc/{pid}/smaps_rollup") as f:
        return int(next(l for l in f if l.startswith("Pss:")).split()[1])


def sanitized():
    with open(f"{BIN}/smtpd", "rb") as f:
        return b"__asan_init" in f.read()


def silent_ones(house):
    acceptor = house.pids("smtpd")[0]
    before = pss(acceptor)
    held = [connect(house, source=f"127.3.{n // 250}.{n % 250 + 1}") for n in range(SILENT)]
    same(sum(line(s).startswith("220 ") for s in held), SILENT, f"{SILENT} clients are greeted")
    same(sessions(house), 0, "and have no process")
    each = (pss(acceptor) - before) / SILENT
    print(f"# figure: {each:.2f} KiB for each client at the door")
    ok(each <= 8 or sanitized(), "at most 8 KiB each", each)
    house.send("ana@host0.example")
    same(len(house.wait_mail("ana")), 1, "another client is served")
    same(talk(held[7], b"NOOP\r\n")[:3], "250", "so is one of them, once it speaks")
    same(sessions(house), 1, "by a process of its own")
    ok(talk(held[8], b"QUIT\r\n").startswith("221"), "and another, to its end")
    ok(wait_for(lambda: sessions(house) == 1), "with which the process goes")
    return held


def early_talk(house):
    s = connect(house)
    s.sendall(b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<ana@host0.example>\r\nDATA\r\n"
              b"Subject: early\r\n\r\nx\r\n.\r\nQUIT\r\n")
    codes = [l[:4].decode() for l in s.makefile("rb")]
    same([c for c in codes if c[3] == " "],
         ["220 ", "250 ", "250 ", "250 ", "354 ", "250 ", "221 "],
         "who speaks at once is greeted and served")
    s.close()
    gone = connect(house)
    gone.close()
    half = connect(house)
    half.shutdown(socket.SHUT_WR)
    ok(line(half).startswith("220 ") and line(half) == "", "who closes is greeted and let go")


def reload(house, held):
    conf = f"{house.etc}/malote.conf"
    with open(conf) as f:
        text = f.read()
    with open(conf, "w") as f:
        f.write(text.replace("hostname host0.example", "hostname other.example") +
                "message-size 100K\n")
    done = house.malote("reload")
    ok(done.returncode == 0, "settings change while clients are at the door", done.stderr)
    ok(wait_for(lambda: (lambda s: (line(s), s.close())[0])(connect(house)).startswith(
        "220 other.example")), "new ones are greeted in the new name")
    ok(talk(held[20], b"HELO x\r\n").startswith("250 other.example"),
       "who was there before gets a session of today's settings")
    held[21].sendall(b"EHLO x\r\n")
    got = [line(held[21]) for _ in range(6)]
    ok("250-SIZE 102400\r\n" in got, "in all they say", got)


def stop(house, held):
    s = connect(house)
    line(s)
    box = connect(house, POP3)
    ok(line(box).startswith("+OK "), "pop3d greets at its door")
    same(sessions(house, "pop3d"), 0, "and has no process for it either")
    served = connect(house)
    line(served)
    talk(served, b"HELO x\r\n")
    house.process.send_signal(signal.SIGTERM)
    same(line(s), "421 4.3.2 service shutting down\r\n", "SIGTERM: 421 to who is at the door")
    same(line(held[100])[:9], "421 4.3.2", "to all of them")
    same(line(served)[:9], "421 4.3.2", "and to who is served")
    same(line(box), "-ERR [SYS/TEMP] shutting down\r\n", "pop3d says its own")
    same((line(s), line(box)), ("", ""), "and the connections are closed")
    for c in [s, box, served, *held]:
        c.close()
    same(house.process.wait(20), 0, "malote ends")


def limits(house):
    first = [connect(house, source=f"127.4.0.{n}") for n in range(1, 5)]
    same([line(s)[:3] for s in first], ["220"] * 4, "smtp-waiting clients are at the door")
    fifth = connect(house, source="127.4.0.5")
    same(line(fifth)[:3], "220", "one more is let in")
    same((line(first[0]), line(first[0])), ("421 4.7.0 too many connections\r\n", ""),
         "for whom the oldest makes room")
    ok(wait_for(lambda: any(" too-many " in l and "client=127.4.0.1" in l and
                            "limit=smtp-waiting" in l for l in house.events().splitlines())),
       "an event tells of it", house.events())
    same(talk(first[1], b"NOOP\r\n")[:3], "250", "the others may speak")
    # Both count: who speaks, and who is at the door.
    twice = connect(house, source="127.4.0.2")
    same(line(twice)[:3], "220", "a client may have as many as smtp-sessions-per-client says")
    third = connect(house, source="127.4.0.2")
    same(line(third)[:9], "421 4.7.0", "at the door and in sessions together")
    for s in [*first, fifth, twice, third]:
        s.close()
    ok(wait_for(lambda: sessions(house) == 0), "all of them go")
    held = [connect(house, source=f"127.4.1.{n}") for n in range(1, 5)]
    for s in held:
        line(s)
    same([talk(s, b"NOOP\r\n")[:3] for s in held[:2]], ["250"] * 2, "smtp-sessions are served")
    same(talk(held[2], b"NOOP\r\n")[:9], "421 4.7.0", "who speaks past that is sent away")
    refused = connect(house, source="127.4.1.9")
    same(line(refused)[:9], "421 4.7.0", "who comes then, at once")
    for s in [*held, refused]:
        s.close()
    ok(wait_for(lambda: sessions(house) == 0), "and these go, too")


def timeout(house):
    s = connect(house, source="127.5.0.1")
    line(s)
    box = connect(house, POP3, "127.5.0.1")
    line(box)
    same((line(s), line(s)), ("421 4.4.2 nothing heard for too long\r\n", ""),
         "who says nothing for smtp-timeout is told 421 and let go")
    ok(wait_for(lambda: any(" silent " in l and "client=127.5.0.1" in l
                            for l in house.events().splitlines())),
       "an event tells of it", house.events())
    same(line(box), "", "by POP3 without a word")
    same((sessions(house), sessions(house, "pop3d")), (0, 0), "no process was needed")


def crash(house):
    """A crash may be a guess at the memory's layout: nobody at the door meets the same again."""
    acceptor = house.pids("smtpd")[0]
    waiting = connect(house, source="127.6.0.1")
    line(waiting)
    served = connect(house, source="127.6.0.2")
    line(served)
    talk(served, b"NOOP\r\n")
    os.kill(max(house.pids("smtpd")), signal.SIGSEGV)
    same(line(waiting)[:9], "421 4.3.2", "a session crashes: who is at the door is told to come back")
    ok(wait_for(lambda: acceptor not in house.pids("smtpd") and sessions(house) == 0),
       "the acceptor is executed anew")
    again = connect(house, source="127.6.0.1")
    same(line(again)[:3], "220", "and greets")
    same(talk(again, b"NOOP\r\n")[:3], "250", "and serves")


def run():
    enter_namespace()
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    with Instance() as house:
        held = silent_ones(house)
        early_talk(house)
        reload(house, held)
        stop(house, held)
    with Instance(extra="smtp-waiting 4\nsmtp-sessions 2\nsmtp-sessions-per-client 2\n") as house:
        limits(house)
    with Instance(extra="smtp-timeout 2s\npop3-timeout 2s\n") as house:
        timeout(house)
    with Instance() as house:
        crash(house)


main(run)
