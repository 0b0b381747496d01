#!/usr/bin/env python3
"""Many recipients: lists and long envelopes leave in full transactions, each recipient once."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace
from lying import Liar
from tap import main, ok, same, wait_for

MEMBERS = 2350
PIPES = "250-l\r\n250 PIPELINING"


def folded(members):
    return ",\n\t".join(", ".join(members[i:i + 20]) for i in range(0, len(members), 20))


def sizes(liar):
    return sorted(map(len, liar.taken), reverse=True)


def to_a_list(house, liar):
    house.send("list@host0.example")
    wait_for(lambda: sum(map(len, liar.taken)) >= MEMBERS, 30)
    ok(wait_for(house.queue_is_empty), "a list is sent to its members", house.events()[-3000:])
    got = [user for batch in liar.taken for user in batch]
    same(len(got), MEMBERS, "as many as it has")
    same(len(set(got)), MEMBERS, "each once, although one stands in it twice")
    same(sizes(liar), [100] * (MEMBERS // 100) + [MEMBERS % 100],
         "in transactions of a hundred")
    ok(liar.connections <= 20, "over a few connections", liar.connections)
    ok(house.wait_mail("ana"), "a member who lives here has it too")
    same(house.events().count(" relayed "), MEMBERS, "and each has its event")


def to_an_envelope(house, liar):
    """250 recipients of one RCPT each: alias is asked about each by itself."""
    liar.taken.clear()
    house.send([f"u{i}@far.example" for i in range(250)] + ["ben@host0.example"])
    ok(wait_for(house.queue_is_empty, 20), "a long envelope is sent", house.events()[-3000:])
    same(sizes(liar), [100, 100, 50], "in transactions that are as full as they can be")
    ok(house.wait_mail("ben"), "and the one who lives here has it")


def to_lists_of_lists(house, liar):
    """Each member of a list may be a list: what is known already is left out."""
    liar.taken.clear()
    house.send(["both@host0.example", "evens@host0.example"])
    ok(wait_for(house.queue_is_empty, 20), "lists that overlap are sent", house.events()[-3000:])
    got = sorted(user for batch in liar.taken for user in batch)
    same(got, sorted(f"n{i}" for i in range(40)), "each member once")


def run():
    enter_namespace()
    members = [f"m{i}@far.example" for i in range(MEMBERS)] + ["ana", "m7@FAR.example"]
    aliases = (f"list: {folded(members)}\n"
               "both: evens, odds\n"
               f"evens: {folded([f'n{i}@far.example' for i in range(0, 40, 2)])}\n"
               f"odds: {folded([f'n{i}@far.example' for i in range(1, 40, 2)])}, n0@far.example\n")
    house = Instance(extra="route far.example smtp 127.0.90.1:2500\n", aliases=aliases)
    liar = Liar(("127.0.90.1", 2500), {"ehlo": PIPES})
    with house:
        to_a_list(house, liar)
        to_an_envelope(house, liar)
        to_lists_of_lists(house, liar)


main(run)
