#!/usr/bin/env python3
"""DNS decides where mail goes: MX by preference, fallbacks, and all its failures."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from fakedns import FakeDns
from house import Instance, enter_namespace, write
from lying import Liar, taken_and_gone
from tap import main, ok, same, wait_for

FAR, ALSO, DEAD, US = "127.0.78.1", "127.0.79.1", "127.0.99.99", "127.0.77.1"

ZONE = {
    "far.example": {"MX": [(20, "far-mx.example."), (10, "dead.example.")]},
    "far-mx.example": {"A": [FAR]},
    "also-mx.example": {"A": [ALSO]},
    "dead.example": {"A": [DEAD]},
    "two.example": {"MX": [(10, "far-mx.example."), (10, "also-mx.example.")]},
    "plain.example": {"A": [FAR]},
    "alias.example": {"CNAME": ["far.example."]},
    "null.example": {"MX": [(0, ".")]},
    "halfnull.example": {"MX": [(0, "."), (10, "far-mx.example.")]},
    "broken.example": "SERVFAIL",
    "refused.example": "REFUSED",
    "silent.example": "SILENT",
    "garbage.example": "GARBAGE",
    "big.example": "TRUNCATED",
    "big.example.full": {"MX": [(10, "far-mx.example.")] +
                         [(20 + i, f"dead{i}-{'x' * 40}.example.") for i in range(30)]},
    "nobodyhome.example": {"MX": [(10, "nowhere.example.")]},
    "unsure.example": {"MX": [(10, "broken.example.")]},
    "ours.example": {"MX": [(10, "far-mx.example."), (20, "host0.example."),
                            (30, "dead.example.")]},
    "best.example": {"MX": [(10, "host0.example."), (20, "far-mx.example.")]},
    "host0.example": {"A": [US]},
    "textless.example": {},
}


def fate(house, address):
    found = re.findall(rf" (deferred|failed|relayed) (id=\S+ to={re.escape(address)} .*)",
                       house.events())
    return [" ".join(f).replace("\\x20", " ") for f in found]


# Where mail goes, and what becomes of it.
FATES = [
    ("far.example", rf"relayed .*{FAR}", "a dead first exchanger: the next one has it"),
    ("plain.example", rf"relayed .*{FAR}", "no MX: the address of the domain itself"),
    ("alias.example", rf"relayed .*{FAR}", "a CNAME is followed"),
    ("big.example", rf"relayed .*{FAR}", "a truncated answer is asked for by TCP"),
    ("halfnull.example", rf"relayed .*{FAR}", "a null MX beside another is no null MX"),
    ("ours.example", rf"relayed .*{FAR}", "we and those behind us are left out"),
    ("[127.0.78.1]", rf"relayed .*{FAR}", "an address literal needs no DNS"),
    ("best.example", "failed .*status=5.4.6 .*best mail host is this one",
     "we as the best exchanger of a domain we do not know"),
    ("null.example", "failed .*status=5.1.10", "a null MX"),
    ("missing.example", "failed .*status=5.1.2", "a domain that does not exist"),
    ("textless.example", "failed .*status=5.4.4", "a domain with no address at all"),
    ("nobodyhome.example", "failed .*status=5.4.4", "an exchanger that does not exist"),
    ("broken.example", "deferred .*status=4.4.3", "SERVFAIL is not taken for no"),
    ("refused.example", "deferred .*status=4.4.3", "REFUSED is not taken for no"),
    ("garbage.example", "deferred .*status=4.4.3", "garbage is not taken for no"),
    ("unsure.example", "deferred .*status=4.4.3", "an exchanger whose address is not known now"),
]


def fates(house):
    house.send("x@silent.example", sender="ana@host0.example")
    for domain, _, _ in FATES:
        house.send(f"x@{domain}", sender="ana@host0.example")
    wait_for(lambda: all(fate(house, f"x@{d}") for d, _, _ in FATES), 20)
    for domain, want, promise in FATES:
        got = fate(house, f"x@{domain}")
        ok(len(got) == 1 and re.match(want, got[0]), f"{promise} ({domain})",
           got)


def bounces(house):
    wait_for(lambda: all(s in "".join(house.mail("ana")) for s in ("5.1.10", "5.1.2", "5.4.4")))
    text = "".join(house.mail("ana"))
    ok(all(f"Status: {s}" in text for s in ("5.1.10", "5.1.2", "5.4.4", "5.4.6")),
       "each failure comes back as a report", re.findall("Status: .*", text))


def by_chance(house, liars):
    before = [len(l.bodies) for l in liars]
    for i in range(24):
        house.send(f"user{i}@two.example")
        wait_for(lambda: fate(house, f"user{i}@two.example"))
        if i >= 5 and all(len(l.bodies) > b for l, b in zip(liars, before)):
            break
    got = [len(l.bodies) - b for l, b in zip(liars, before)]
    ok(min(got) > 0, "exchangers of equal preference share the mail", got)


def run():
    enter_namespace()
    FakeDns(("127.0.0.53", 5353), ZONE)
    liars = [Liar((ip, 25), {"end": taken_and_gone}) for ip in (FAR, ALSO)]
    house = Instance(extra="stub-zone example 127.0.0.53:5353\ntrust-anchor none\n"
                           "connect-timeout 2s\nreply-timeout 5s\nworker-idle 1s\n")
    text = open(f"{house.etc}/malote.conf").read()
    write(f"{house.etc}/malote.conf", text.replace("retry 1s 1s 2s 4s", "retry 1h"))
    with house:
        fates(house)
        bounces(house)
        by_chance(house, liars)
        silent = wait_for(lambda: fate(house, "x@silent.example"), 5)
        shown = house.malote("queue", "list", "x@silent.example").stdout
        ok(shown.count("\n") == 2 and (not silent or silent[0].startswith("deferred")),
           "mail for a domain whose server is silent waits", (shown, silent))


main(run)
