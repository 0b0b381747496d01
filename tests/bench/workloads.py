"""The workloads (README.md).  Each takes a Bench and gives a dict of figures."""
import json
import os
import re
import smtplib
import subprocess
import threading
import time

import servers
from bench import ANY, Peak, result
from group import read
from servers import Failure


def per_1000(r, count):
    r["cpu_s_per_1000"] = round(r["cpu_s"] * 1000 / max(count, 1), 3)
    return r


def w1(b):
    """Messages to local users' Maildirs."""
    b.begin()
    r = b.local(b.o.n, per=b.o.per_conn)
    r["msgs_per_s"] = r["deliver_per_s"]
    return per_1000(r, b.o.n)


def w2(b):
    """Messages relayed to one next hop, one recipient each."""
    b.begin()
    return per_1000(b.remote(b.o.n, "r%d@sink.example", ANY, b.o.n, per=b.o.per_conn), b.o.n)


def w2b(b):
    """The same to 200 next hops."""
    b.begin()
    return per_1000(b.remote(b.o.n, "r%d@hop%d.example", servers.HOPS, b.o.n,
                             sink=["-a"], per=b.o.per_conn), b.o.n)


def w3(b):
    """One message to a list of 10,000 recipients at one next hop."""
    b.begin()
    peak = Peak(b.group)
    r = b.remote(1, "list@test.example", 1, servers.LIST, expand=range(servers.LIST), clients=1)
    r.update(done_s=r["relay_s"], **peak.end())
    return r


def queue_dead(b):
    """A backlog: messages for a destination where nobody listens."""
    r = result(b.load(b.o.backlog, "d%d@dead.example", ANY, per=50))
    b.group.quiet(20)
    return r


def w4(b):
    """W1 beside a backlog: without it, with it, and after a restart with it."""
    b.begin()
    base = b.local(b.o.n)
    queued = queue_dead(b)
    beside = b.local(b.o.n)
    pss = b.group.pss()[0]
    waiting = b.server.waiting()
    b.server.stop()
    first = b.load(1, "u0@test.example", 1, "-w", f"{b.server.maildir('u0')}/new")
    b.server.start()
    first = result(first)
    b.group.quiet(20)
    after = b.local(b.o.n)
    return dict(
        base_per_s=base["deliver_per_s"], beside_per_s=beside["deliver_per_s"],
        ratio=round(beside["deliver_per_s"] / max(base["deliver_per_s"], 0.1), 3),
        after_per_s=after["deliver_per_s"], queueing_per_s=queued["accept_per_s"],
        cpu_s_per_1000=round(beside["cpu_s"] * 1000 / b.o.n, 3),
        restart_s=first.get("deliver_s"), pss_mib=round(pss / 1024, 1),
        accepted=sum(r["accepted"] for r in (base, beside, after)),
        lost=sum(r["lost"] for r in (base, beside, after)) +
        max(0, queued["accepted"] - waiting),
        doubled=sum(r["doubled"] for r in (base, beside, after)) +
        max(0, waiting - queued["accepted"]),
        strange=sum(r["strange"] for r in (base, beside, after)))


def kernel_kib():
    """Page tables, kernel stacks and slab of the whole machine."""
    return sum(int(n) for n in re.findall(
        r"^(?:PageTables|KernelStack|Slab):\s+(\d+)", read("/proc/meminfo"), re.M))


def w5(b):
    """Idle connections: held at the door, or after EHLO."""
    b.begin(sessions=b.o.n + 300)
    (pss, count), kernel = b.group.pss(), kernel_kib()
    hold = b.tool("hold", "-n", b.o.n, "-T", b.o.timeout, *(["-b"] if b.o.door else []),
                  servers.SMTP, stdin=subprocess.PIPE)
    r = json.loads(hold.stdout.readline())
    b.group.quiet()
    (held, processes), slab = b.group.pss(), kernel_kib()
    hold.stdin.close()
    hold.wait()
    n = max(r["held"], 1)
    return dict(r, kib_per_conn=round((held - pss) / n, 2),
                kernel_kib_per_conn=round((slab - kernel) / n, 1),
                pss_mib=round(held / 1024, 1), processes=processes - count)


def fill(maildir, uid, count, size):
    """Messages with names that are not the server's own."""
    head = "From: a@b.example\nTo: c@test.example\nSubject: pop %d\nMessage-ID: <%d@b.example>\n\n"
    line = ("abcdefghijklmnopqrstuvwxyz" * 3)[:76] + "\n"
    for i in range(count):
        text = head % (i, i)
        path = f"{maildir}/new/{1700000000 + i}.M{i}P1.host"
        with open(path, "w") as f:
            f.write(text + line * ((size - len(text)) // len(line)))
        os.chown(path, uid, uid)


def w6(b):
    """A large mailbox: messages with foreign names, or (--own) delivered by the server."""
    count, big = b.o.n, b.server.maildir("big")
    b.begin(before=None if b.o.own else lambda: fill(big, servers.USERS["big"], count, b.o.size))
    if b.o.own:
        sent = result(b.load(count, "big@test.example", 1, "-w", f"{big}/new", per=50))
        if sent["delivered"] < count:
            raise Failure(f"{sent['delivered']} of {count} were delivered")
        b.group.quiet()
    first = b.pop3("-u", "big")
    peak, before = Peak(b.group), b.group.cpu()
    quick = b.pop3("-Q", "-u", "big", "-l", "-r", b.o.retr)
    cpu = b.group.quiet() - before
    again = b.pop3("-Q", "-u", "big", "-l")
    plain = b.pop3("-u", "big", "-r", b.o.retr // 10)
    return dict(first_ms=first["login_stat_p50_ms"], again_ms=again["login_stat_p50_ms"],
                list_ms=again["list_p50_ms"], uidl_ms=again["uidl_p50_ms"],
                retr_per_s=quick["retr_per_s"], retr_plain_per_s=plain["retr_per_s"],
                lost=max(0, count - again["messages"]), doubled=max(0, again["messages"] - count),
                strange=sum(r["failed"] for r in (first, quick, again, plain)),
                cpu_s=round(cpu, 3), **peak.end())


def w6s(b):
    """50 clients at a time, each its mailbox of 200: login, STAT, 10 RETR, QUIT."""
    def boxes():
        for i in range(50):
            fill(b.server.maildir(f"u{i}"), servers.USERS[f"u{i}"], 200, b.o.size)
    b.begin(before=boxes)
    b.pop3("-U", 50, "-c", 50, "-n", 50)        # new/ to cur/, indexes made
    before = b.group.quiet()
    quick = b.pop3("-Q", "-U", 50, "-c", 50, "-n", b.o.n, "-r", 10)
    cpu = b.group.quiet() - before
    plain = b.pop3("-U", 50, "-c", 50, "-n", max(b.o.n // 5, 50), "-r", 10)
    return dict(sessions_per_s=quick["sessions_per_s"], plain_per_s=plain["sessions_per_s"],
                p50_ms=quick["session_p50_ms"], p99_ms=quick["session_p99_ms"],
                failed=quick["failed"] + plain["failed"], redone=quick["redone"],
                cpu_s_per_1000=round(cpu * 1000 / b.o.n, 3))


def w6h(b):
    """Logins with the hash that the server makes by default, not the cheap one of all."""
    b.server.hash = servers.default_hash("pw")
    b.begin()
    r = b.pop3("-Q", "-U", 50, "-c", 20, "-n", b.o.n)
    return dict(sessions_per_s=r["sessions_per_s"], p50_ms=r["session_p50_ms"],
                failed=r["failed"])


def w7(b):
    """One message of 50 MiB."""
    b.begin()
    peak = Peak(b.group, 0.02)
    size = 50 << 20
    r = b.local(1, users=1, clients=1, size=size)
    return dict(r, accept_mb_per_s=round(size / 1e6 / r["accept_s"], 1),
                mb_per_s=round(size / 1e6 / r["deliver_s"], 1), **peak.end())


def w8(b):
    """Messages one at a time to an idle server."""
    b.begin()
    r = b.local(b.o.n, "-S", clients=1)
    r["cpu_ms_per_msg"] = round(r["cpu_s"] * 1000 / b.o.n, 3)
    return r


class Samples(threading.Thread):
    """The largest process of each program, second by second."""

    def __init__(self, group):
        super().__init__(daemon=True)
        self.group, self.taken = group, []
        self.over = threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(1):
            self.taken.append(self.group.largest())

    def end(self):
        self.over.set()
        self.join()
        return self.taken


def w10(b):
    """Many messages through: does the memory of a program grow?"""
    b.begin()
    samples = Samples(b.group)
    r = b.local(b.o.n, per=50)
    r.update(flat(samples.end()), msgs_per_s=r["deliver_per_s"])
    return per_1000(r, b.o.n)


def flat(samples):
    """Each program's largest process early and late; by how much the worst of them grew."""
    fifth = max(len(samples) // 5, 1)
    early, late = samples[fifth:2 * fifth] or samples[:1], samples[-fifth:]
    programs = {p for m in samples for p in m}

    def most(part, program):
        return max((m.get(program, 0) for m in part), default=0)
    growth = {p: most(late, p) - most(early, p) for p in programs}
    worst = max(growth, key=growth.get, default=None)
    return dict(early_kib={p: most(early, p) for p in sorted(programs)},
                late_kib={p: most(late, p) for p in sorted(programs)},
                grown_most=worst, grown_kib=growth.get(worst, 0))


def syncs(b):
    """Whether a sync ends between the end of data and its 250, message by message."""
    b.server.trace = f"{b.files}/strace"
    b.begin()
    windows = []
    for i in range(b.o.n):
        b.group.quiet(2)                # the one before it is delivered and settled
        with smtplib.SMTP(*servers.SMTP.split(":"), timeout=30) as s:
            s.ehlo("client.example")
            s.mail("bench@client.example")
            s.rcpt("u0@test.example")
            s.docmd("DATA")
            sent = time.time()
            s.send(f"Message-ID: <{i}.sync@client.example>\r\n\r\nhello\r\n.\r\n")
            code, _ = s.getreply()
            if code == 250:
                windows.append((sent, time.time()))
    b.server.stop()
    ends = synced(b.server.trace)
    return dict(accepted=len(windows),
                synced=sum(any(sent <= t <= kept for t, _ in ends) for sent, kept in windows),
                calls=sorted({call for t, call in ends
                              if any(s <= t <= k for s, k in windows)}))


def synced(path):
    """(when it ended, name) of each sync that succeeded, from strace -ttt -T."""
    ends = []
    for line in read(path).splitlines():
        m = re.match(r"\d+ +(\d+\.\d+) (?:<\.\.\. )?(\w+).*= 0 <([\d.]+)>$", line)
        if m:
            begun = float(m[1])
            # A resumed call's line bears the time of its end.
            ends.append((begun if "<..." in line else begun + float(m[3]), m[2]))
    return ends


WORKLOADS = {f.__name__: f for f in
             (w1, w2, w2b, w3, w4, w5, w6, w6s, w6h, w7, w8, w10, syncs)}
# Messages, connections or sessions when nothing is said.
COUNTS = {"w1": 5000, "w2": 5000, "w2b": 5000, "w3": 1, "w4": 2000, "w5": 500, "w6": 10000,
          "w6s": 1000, "w6h": 200, "w7": 1, "w8": 200, "w10": 200000, "syncs": 10}
