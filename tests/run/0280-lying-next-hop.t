#!/usr/bin/env python3
"""Next hops that lie, stall and break off: the right fate, in bounded time and memory."""
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace, write
from lying import Liar, drip, endless, long_line, silent, taken_and_gone
from tap import main, ok, same, wait_for

PIPES = "250-l\r\n250 PIPELINING"

# What is wrong, the lie, and the fate of each recipient (a, b, c) with its reason.
LIES = [
    ("silence at the greeting", {"greet": silent}, ["deferred .*no.reply.in.time"]),
    ("silence at EHLO", {"ehlo": silent}, ["deferred .*no.reply.in.time"]),
    ("silence at MAIL", {"mail": silent}, ["deferred .*no.reply.in.time"]),
    ("silence at RCPT", {"rcpt": silent}, ["deferred .*no.reply.in.time"]),
    ("silence at DATA", {"data": silent}, ["deferred .*no.reply.in.time"]),
    ("silence after the dot", {"end": silent}, ["deferred .*no.reply.in.time"]),
    ("a greeting byte by byte", {"greet": drip}, ["deferred .*no.reply.in.time"]),
    ("an endless reply", {"ehlo": endless}, ["deferred .*too.many.lines"]),
    ("10 MB in a line", {"mail": long_line}, ["deferred .*(too.long|closed)"]),
    ("a NUL in a reply", {"rcpt": b"250 \0\r\n"}, ["deferred .*NUL"]),
    ("bare LF", {"mail": b"250 ok\n250 ok\r\n"}, ["deferred .*bare.CR"]),
    ("no SMTP at all", {"greet": "SSH-2.0-nothing"}, ["deferred .*no.SMTP.reply"]),
    ("codes that disagree", {"ehlo": "250-a\r\n550 b"}, ["deferred .*no.SMTP.reply"]),
    ("end at the greeting", {"greet": None}, ["deferred .*was.closed"]),
    ("end at EHLO", {"ehlo": None}, ["deferred .*(closed|failed)"]),
    ("end at MAIL", {"mail": None}, ["deferred .*(closed|failed)"]),
    ("end at RCPT", {"rcpt": None}, ["deferred .*(closed|failed)"]),
    ("end at DATA", {"data": None}, ["deferred .*(closed|failed)"]),
    ("end after the dot", {"end": None}, ["deferred .*(closed|failed)"]),
    ("greeting 554", {"greet": "554 5.7.1 not you"}, ["deferred .*not.you"]),
    ("greeting 250", {"greet": "250 hello"}, ["deferred"]),
    ("EHLO 502", {"ehlo": "502 5.5.1 what"}, ["relayed"]),
    ("EHLO and HELO 502", {"ehlo": "502 what", "helo": "502 what"}, ["deferred"]),
    ("MAIL 450", {"mail": "450 4.7.1 grey"}, ["deferred .*status=4.7.1 .*grey"]),
    ("MAIL 550", {"mail": "550 5.7.1 no"}, ["failed .*status=5.7.1"]),
    ("MAIL 354", {"mail": "354 go on"}, ["deferred .*unexpected"]),
    ("RCPT 450", {"rcpt": "450 4.2.1 busy"}, ["deferred .*status=4.2.1"]),
    ("RCPT 550", {"rcpt": "550 5.1.1 nobody"}, ["failed .*status=5.1.1"]),
    ("RCPT 354", {"rcpt": "354 go on"}, ["deferred .*unexpected"]),
    ("a class of status that disagrees", {"rcpt": "550 2.1.5 fine"}, ["failed .*status=5.0.0"]),
    ("DATA 451", {"data": "451 4.3.0 later"}, ["deferred .*status=4.3.0"]),
    ("DATA 554", {"data": "554 5.5.1 no valid recipients"}, ["failed .*status=5.5.1"]),
    ("DATA 250", {"data": "250 2.0.0 taken"}, ["deferred"]),
    ("452 after the dot", {"end": "452 4.3.1 full"}, ["deferred .*status=4.3.1"]),
    ("554 after the dot", {"end": "554 5.6.0 spam"}, ["failed .*status=5.6.0"]),
    ("354 after the dot", {"end": "354 go on"}, ["deferred .*unexpected"]),
    ("each recipient another", {"rcpt": {"a": "250 ok", "b": "550 5.1.1 nobody", "c": "450 4.2.1 busy"}},
     ["relayed", "failed .*status=5.1.1", "deferred .*status=4.2.1"]),
    ("the same, pipelined", {"ehlo": "250-l\r\n250 PIPELINING",
                             "rcpt": {"a": "550 5.1.1 nobody", "b": "250 ok",
                                      "c": "450 4.2.1 busy"}},
     ["failed .*status=5.1.1", "relayed", "deferred .*status=4.2.1"]),
    ("421 in the middle", {"rcpt": {"a": "450 4.2.1 busy", "b": "421 4.3.2 bye",
                                      "c": None}},
     ["deferred", "deferred .*status=4.(3.2|4.2)", "deferred"]),
    ("replies before the commands", {"mail": "250 a\r\n250 b\r\n354 c\r\n250 d"}, ["deferred"]),
    ("a reply too many at DATA", {"data": "354 go on\r\n250 2.0.0 taken already",
                                  "end": "554 5.6.0 not at all"}, ["deferred"]),
    ("replies before the commands, pipelined",
     {"ehlo": PIPES, "mail": "250 a\r\n250 b\r\n354 c\r\n250 d"}, ["deferred"]),
    ("a reply too many at DATA, pipelined",
     {"ehlo": PIPES, "data": "354 go on\r\n250 2.0.0 taken already",
      "end": "554 5.6.0 not at all"}, ["deferred"]),
    ("MAIL 550 and then 354", {"ehlo": PIPES, "mail": "550 5.7.1 no"}, ["failed .*status=5.7.1"] * 2),
    ("all refused and then 354", {"ehlo": PIPES, "rcpt": "550 5.1.1 nobody"},
     ["failed .*status=5.1.1"] * 3),
    ("DATA 554, pipelined", {"ehlo": PIPES, "data": "554 5.5.1 no valid recipients"},
     ["failed .*status=5.5.1"]),
    ("DATA 250, pipelined", {"ehlo": PIPES, "data": "250 2.0.0 taken"}, ["deferred"]),
    ("end at DATA, pipelined", {"ehlo": PIPES, "data": None}, ["deferred"]),
    ("a limit of size", {"ehlo": "250-l\r\n250 SIZE 10"}, ["failed .*status=5.3.4"]),
    ("nothing wrong", {}, ["relayed", "relayed", "relayed"]),
]


def fate(house, address):
    found = re.findall(rf" (deferred|failed|relayed) (id=\S+ to={re.escape(address)} .*)",
                       house.events())
    return [" ".join(f).replace("\\x20", " ") for f in found]


def memory(house):
    """The most that a process of remote has had, in MB."""
    most = 0
    for pid in house.pids("remote"):
        try:
            with open(f"/proc/{pid}/status") as f:
                most = max(most, *(int(l.split()[1]) for l in f if l.startswith("VmHWM")))
        except (OSError, TypeError, ValueError):
            pass
    return most / 1024


def lies(house, liars):
    start = time.monotonic()
    for i, (_, _, fates) in enumerate(LIES):
        house.send([f"{'abc'[k]}@lie{i}.example" for k in range(len(fates))], sender="")
    house.send("ana@host0.example")
    ok(house.wait_mail("ana", 1, 5), "mail for others is not held up")
    most = 0

    def all_decided():
        nonlocal most
        most = max(most, memory(house))
        return all(fate(house, f"{'abc'[k]}@lie{i}.example")
                   for i, row in enumerate(LIES) for k in range(len(row[2])))
    ok(wait_for(all_decided, 15), "each recipient has a fate in bounded time")
    ok(time.monotonic() - start < 12, "that is soon", time.monotonic() - start)
    ok(most < 40, "no process of remote needed more than 40 MB", most)
    for i, (name, _, fates) in enumerate(LIES):
        got = [fate(house, f"{'abc'[k]}@lie{i}.example") for k in range(len(fates))]
        ok(all(len(g) == 1 and re.match(want, g[0]) for g, want in zip(got, fates)),
           f"{name}: {', '.join(f.split()[0] for f in fates)}", got)
    ok(" ended " not in house.events(), "no program died", house.events())


def closed_while_idle(house):
    """The next hop hangs up between two messages: not its fault."""
    liar = Liar(("127.0.90.200", 2500), {"end": taken_and_gone})
    for i in range(2):
        house.send(f"user{i}@idle.example")
        wait_for(lambda: fate(house, f"user{i}@idle.example"))
    same([fate(house, f"user{i}@idle.example")[0].split()[0] for i in range(2)],
         ["relayed", "relayed"], "a connection that was closed while idle is made anew")
    same(liar.connections, 2, "the second message went over a second one")


def refused_then_taken(house):
    """Everything of a transaction goes together, and so does what undoes the last one."""
    liar = Liar(("127.0.90.202", 2500), {
        "ehlo": PIPES, "rcpt": {"nobody": "550 5.1.1 nobody", "ana": "250 ok"},
        "data": ["503 5.5.1 nobody to send to", "354 go on"]})
    for user in ("nobody", "ana"):
        house.send(f"{user}@pipes.example")
        wait_for(lambda: fate(house, f"{user}@pipes.example"))
    same([fate(house, f"{u}@pipes.example")[0].split()[0] for u in ("nobody", "ana")],
         ["failed", "relayed"], "a refused message is followed by one that is taken")
    same((liar.connections, len(liar.bodies), liar.resets), (1, 1, 1),
         "over the same connection, after RSET")


MIXED = {"a": "250 2.1.5 stored", "b": "552 5.2.2 over quota", "c": "450 4.2.0 locked"}


def lmtp(house):
    Liar(("127.0.90.201", 2424), {"end": MIXED}, lmtp=True)
    Liar(f"{house.state}/run/remote/boxes", {"end": MIXED}, lmtp=True)
    for domain in ("lmtp.example", "boxes.example"):
        house.send([f"{u}@{domain}" for u in "abc"])
        wait_for(lambda: all(fate(house, f"{u}@{domain}") for u in "abc"))
        got = [fate(house, f"{u}@{domain}") for u in "abc"]
        ok(all(len(g) == 1 and re.match(want, g[0]) for g, want in zip(got, [
            "relayed", "failed .*status=5.2.2", "deferred .*status=4.2.0"])),
           f"{domain}: LMTP has a reply for each recipient", got)


def run():
    enter_namespace()
    routes = "".join(f"route lie{i}.example smtp 127.0.90.{i + 1}:2500\n"
                     for i in range(len(LIES)))
    house = Instance(extra=routes + "route idle.example smtp 127.0.90.200:2500\n"
                     "route pipes.example smtp 127.0.90.202:2500\n"
                     "route lmtp.example lmtp 127.0.90.201:2424\n"
                     "route boxes.example lmtp boxes\n"
                     "connect-timeout 2s\nreply-timeout 2s\ndata-timeout 3s\n")
    text = open(f"{house.etc}/malote.conf").read()
    write(f"{house.etc}/malote.conf", text.replace("retry 1s 1s 2s 4s", "retry 1h"))
    liars = [Liar((f"127.0.90.{i + 1}", 2500), lie) for i, (_, lie, _) in enumerate(LIES)]
    with house:
        lies(house, liars)
        closed_while_idle(house)
        for i, (name, _, _) in enumerate(LIES):
            if "then 354" in name:
                ok(not any(liars[i].bodies), f"{name}: nothing was sent", liars[i].bodies)
        refused_then_taken(house)
        lmtp(house)


main(run)
