#!/usr/bin/env python3
"""Limits and time: too many, too large, too late; each has its answer."""
import email
import os
import re
import smtplib
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace, write
from lying import Liar
from tap import main, ok, same, wait_for


def reply_of(what):
    try:
        return what()
    except smtplib.SMTPResponseException as e:
        return e.smtp_code, e.smtp_error


def recipients(house):
    with house.smtp() as s:
        s.ehlo()
        s.mail("x@elsewhere.example")
        codes = [s.rcpt(f"ana+{i}@host0.example") for i in range(105)]
        same([c[0] for c in codes], [250] * 100 + [452] * 5, "recipients-max: 452 past it")
        ok(codes[-1][1].startswith(b"4.5.3 "), "with status 4.5.3", codes[-1])
        same(s.data("Subject: many\r\n\r\nx\r\n")[0], 250, "and the message goes to the others")
    ok(len(house.wait_mail("ana", 100)) == 100, "each has it")


def sizes(house):
    with house.smtp() as s:
        s.ehlo()
        same(s.esmtp_features["size"], str(64 * 1024), "SIZE tells message-size")
        same(reply_of(lambda: s.mail("x@e.example", ["SIZE=70000"]))[0], 552,
             "a size that is announced and too large: 552 at MAIL")
        s.mail("x@e.example")
        s.rcpt("ben@host0.example")
        same(reply_of(lambda: s.data("x" * 70 + "\r\n" + ("y" * 70 + "\r\n") * 1000))[0], 552,
             "one that is not announced: 552 after the dot")
        s.mail("x@e.example")
        s.rcpt("ben@host0.example")
        same(reply_of(lambda: s.data("Subject: small\r\n\r\nx\r\n"))[0], 250,
             "and the session goes on")
    same(len(house.wait_mail("ben")), 1, "with its mail alone")


def greeting(house, source="127.0.0.1"):
    """A connection and what it is greeted with."""
    s = socket.create_connection((house.ip, 2525), 10, source_address=(source, 0))
    s.settimeout(10)
    try:
        return s, s.recv(1000)
    except ConnectionResetError:
        return s, b""


def sessions(house):
    held = [greeting(house) for _ in range(5)]
    ok(all(g.startswith(b"220") for _, g in held), "five sessions of a client are served", held)
    last = greeting(house)
    ok(last[1].startswith(b"421 4.7.0"), "smtp-sessions-per-client: 421 past it", last[1])
    other = greeting(house, "127.0.0.2")
    ok(other[1].startswith(b"220"), "another client is served", other[1])
    ok(wait_for(lambda: " too-many " in house.events()), "an event tells of it")
    held[0][0].close()
    again = wait_for(lambda: (lambda g: g[1].startswith(b"220") and g)(greeting(house)))
    ok(again, "when one has gone there is room again")
    for s, _ in held + [last, other] + ([again] if again else []):
        s.close()


def bad_commands(house):
    wait_for(lambda: greeting(house)[1].startswith(b"220"))
    s, _ = greeting(house, "127.0.0.3")
    s.sendall(b"BOGUS\r\n" * 20)
    got = [line[:9].decode() for line in s.makefile("rb")]
    same(got, ["500 5.5.2"] * 20 + ["421 4.7.0"], "the twentieth bad command ends the session")
    s.close()


def report(house, user, word):
    """The report in the mailbox that has word: its parts."""
    wait_for(lambda: any(word in m for m in house.mail(user)), 12)
    text = next((m for m in house.mail(user) if word in m), "")
    message = email.message_from_string(text)
    parts = message.get_payload() if message.is_multipart() else []
    return text, parts[1].get_payload() if len(parts) > 1 else []


def attempts(house, address):
    """Seconds between the attempts for a recipient, and the delays announced."""
    lines = [l for l in house.events().splitlines() if f"to={address}" in l and
             " deferred " in l]
    times = [float(l[17:19]) + 60 * float(l[14:16]) + float(l[19:26]) for l in lines]
    return [round((b - a) % 3600, 1) for a, b in zip(times, times[1:])], \
        [int(n) for l in lines for n in re.findall(r" next=(\d+)", l)]


def too_late(house):
    liar = Liar(("127.0.90.1", 2500), {"rcpt": "450 4.2.1 come back later"})
    house.send("x@later.example", "Subject: late\r\n\r\nx\r\n", sender="carla@host0.example")
    warned, status = report(house, "carla", "delayed")
    ok(len(status) > 1 and status[1]["Action"] == "delayed" and
       status[1]["Status"].startswith("4."), "delay-warning: the sender is told of a delay",
       warned or house.events()[-2000:])
    text, status = report(house, "carla", "5.4.7")
    ok(len(status) > 1 and status[1]["Action"] == "failed" and
       status[1]["Status"].startswith("5.4.7"), "queue-lifetime: then a report with 5.4.7",
       text or house.events()[-2000:])
    ok("come back later" in text, "which has the last words of the next hop", text)
    same(sum("elayed" in m for m in house.mail("carla")), 1, "the warning came once")
    gaps, announced = attempts(house, "x@later.example")
    same(announced[:3], [1, 1, 2], "retry: the delays are those of the list")
    ok(gaps[:2] and all(want <= got < want + 1.5 for got, want in zip(gaps, announced)),
       "and are kept", gaps)
    ok(liar.connections >= 3, "each attempt asked the next hop", liar.connections)
    ok(wait_for(house.queue_is_empty), "nothing is left in the queue")


def report_too_late(house):
    """A report that cannot be sent is dropped after report-lifetime, without a report."""
    before = len(house.mail("jo"))
    house.send("nobody@later.example", sender="")
    ok(wait_for(lambda: re.search(r" failed .*to=nobody@later.example .*5.4.7", house.events()),
                12), "report-lifetime: mail of the null sender is given up sooner",
       house.events()[-1500:])
    ok(wait_for(house.queue_is_empty), "and nobody gets a report of it")
    same(len(house.mail("jo")), before, "not even the postmaster")


def run():
    enter_namespace()
    house = Instance(extra="recipients-max 100\nmessage-size 64K\nsmtp-sessions-per-client 5\n"
                           "queue-lifetime 5s\nreport-lifetime 2s\ndelay-warning 2s\nrest 1s\n"
                           "postmaster jo\nroute later.example smtp 127.0.90.1:2500\n")
    with house:
        recipients(house)
        sizes(house)
        sessions(house)
        bad_commands(house)
        too_late(house)
        report_too_late(house)


main(run)
