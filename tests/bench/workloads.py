"""The workloads.  Each takes a prepared server and gives a dict of figures."""
import json
import os
import subprocess
import threading
import time

import servers
from servers import Failure

REMOTE, DEAD = "r%d@sink.example", "d%d@dead.example"


class Peak(threading.Thread):
    """Samples the group's memory while a workload runs."""

    def __init__(self, group, every):
        super().__init__(daemon=True)
        self.group, self.every, self.kib, self.count = group, every, 0, 0
        self.over = threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(self.every):
            kib, count = self.group.pss()
            self.kib, self.count = max(self.kib, kib), max(self.count, count)

    def end(self):
        self.over.set()
        self.join()
        return {"peak_pss_mib": round(self.kib / 1024, 1), "peak_processes": self.count}


class Bench:
    """One server, one run: the tools and what they are told."""

    def __init__(self, server, options):
        self.server, self.group, self.o = server, server.group, options

    def tool(self, name, *words, **more):
        return subprocess.Popen([f"{self.o.place}/bin/{name}", *map(str, words)],
                                stdout=subprocess.PIPE, text=True, **more)

    def load(self, count, to, users, *more, per=1, clients=None, size=None):
        return self.tool("smtpload", "-n", count, "-c", clients or self.o.clients, "-m", per,
                         "-s", size or self.o.size, "-t", to, "-u", users,
                         "-T", self.o.timeout, "-R", *more, servers.SMTP)

    def sink(self, recipients):
        sink = self.tool("smtpsink", "-N", recipients, "-T", self.o.timeout, servers.SINK)
        if not servers.wait_for(lambda: listens(servers.SINK), 5):
            raise Failure("the sink does not listen")
        return sink

    def watch(self, users):
        """The options that make the load client watch these users' new/."""
        return [w for i in range(users) for w in ("-w", f"{self.server.maildir(f'u{i}')}/new")]

    def cpu(self, since, count):
        """CPU seconds for 1,000 messages, once the server is quiet."""
        return round((self.group.quiet() - since) * 1000 / max(count, 1), 3)


def listens(address):
    port = f":{int(address.split(':')[1]):04X}"
    with open("/proc/net/tcp") as f:
        return any(line.split()[1].endswith(port) and line.split()[3] == "0A"
                   for line in f.readlines()[1:])


def result(process):
    out, _ = process.communicate()
    try:
        return json.loads(out.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise Failure(f"{os.path.basename(process.args[0])} ended with "
                      f"{process.returncode}") from None


def w1(b, count=None):
    """Messages to local users' Maildirs."""
    count = count or b.o.n or 5000
    before = b.group.cpu()
    r = result(b.load(count, "u%d@test.example", b.o.users, *b.watch(b.o.users),
                      per=b.o.per_conn))
    r.update(msgs_per_s=r.get("deliver_per_s"), cpu_s_per_1000=b.cpu(before, count),
             complete=r.get("delivered") == count)
    return r


def w2(b):
    """Messages relayed to one next hop, one recipient each."""
    count = b.o.n or 5000
    sink = b.sink(count)
    before, start = b.group.cpu(), time.monotonic()
    r = result(b.load(count, REMOTE, 100000, per=b.o.per_conn))
    if r["accepted"] < count:
        b.group.quiet(60)
        sink.terminate()
    s = result(sink)
    seconds = s["t_last"] - start
    return dict(msgs_per_s=round(s["recipients"] / seconds, 1) if seconds > 0 else 0,
                sink_connections=s["connections"], sink_peak=s["peak_connections"],
                transactions=s["transactions"], relay_s=round(seconds, 3),
                accept_per_s=r["accept_per_s"], lat_p50_ms=r["lat_p50_ms"],
                lat_p99_ms=r["lat_p99_ms"], failed=r["failed"],
                cpu_s_per_1000=b.cpu(before, count), complete=s["recipients"] == count)


def w3(b):
    """One message to a list of 10,000 recipients at one next hop."""
    sink = b.sink(servers.LIST)
    peak = Peak(b.group, 0.1)
    before, start = b.group.cpu(), time.monotonic()
    r = result(b.load(1, "list@test.example", 1, clients=1))
    s = result(sink)
    return dict(done_s=round(s["t_last"] - start, 3), sink_connections=s["connections"],
                sink_peak=s["peak_connections"], transactions=s["transactions"],
                recipients=s["recipients"], accepted=r["accepted"],
                cpu_s=round(b.group.quiet() - before, 3),
                complete=s["recipients"] == servers.LIST, **peak.end())


def w8(b):
    """Messages one at a time to an idle server."""
    count = b.o.n or 200
    before = b.group.cpu()
    r = result(b.load(count, "u%d@test.example", b.o.users, *b.watch(b.o.users), "-S",
                      clients=1))
    r.update(cpu_ms_per_msg=b.cpu(before, count), complete=r.get("delivered") == count)
    return r


WORKLOADS = {"w1": w1, "w2": w2, "w3": w3, "w8": w8}
