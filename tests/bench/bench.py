"""One run of one workload on one server: the tools, the clocks, the accounts."""
import json
import os
import subprocess
import threading
import time

import account
import servers
from servers import Failure
from tap import wait_for

ANY = 10000000                          # more recipients than messages: each its own


class Peak(threading.Thread):
    """Samples the group's memory while a workload runs."""

    def __init__(self, group, every=0.05):
        super().__init__(daemon=True)
        self.group, self.every, self.kib = group, every, 0
        self.before = group.pss()[0]
        self.over = threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(self.every):
            self.kib = max(self.kib, self.group.pss()[0])

    def end(self):
        self.over.set()
        self.join()
        return {"peak_pss_mib": round(self.kib / 1024, 1),
                "more_pss_mib": round(max(0, self.kib - self.before) / 1024, 1)}


def busy():
    """CPU seconds spent by everything on this machine, and by this harness."""
    with open("/proc/stat") as f:
        v = [int(x) for x in f.readline().split()[1:9]]
    t = os.times()
    return (sum(v) - v[3] - v[4]) / os.sysconf("SC_CLK_TCK"), \
        t.user + t.system + t.children_user + t.children_system


def result(process):
    """A tool's line, once it has ended."""
    out, _ = process.communicate()
    try:
        return json.loads(out)
    except ValueError:
        raise Failure(f"{os.path.basename(process.args[0])} ended with "
                      f"{process.returncode}") from None


class Bench:
    def __init__(self, server, options):
        self.server, self.group, self.o = server, server.group, options
        self.files = f"{options.place}/run.{time.time_ns()}"
        os.makedirs(self.files)
        self.loads = 0

    def begin(self, sessions=servers.SESSIONS, before=None):
        """A new server that answers and has come to rest; `before` fills its homes."""
        self.server.prepare(sessions)
        if before:
            before()
        os.sync()
        self.server.run()
        self.group.quiet()
        self.at = busy(), self.group.cpu(), time.monotonic()

    def end(self):
        """How noisy the machine was: CPUs used by neither the server nor this harness."""
        (all1, ours1), cpu1, now = busy(), self.group.cpu(), time.monotonic()
        (all0, ours0), cpu0, start = self.at
        other = (all1 - all0) - (ours1 - ours0) - (cpu1 - cpu0)
        return {"other_cpus": round(max(0, other) / (now - start), 2),
                "events_lost": self.server.lost_events()}

    def tool(self, name, *words, **more):
        process = subprocess.Popen([f"{servers.TOOLS}/bench_{name}", *map(str, words)],
                                   stdout=subprocess.PIPE, text=True, **more)
        self.group.not_ours(process.pid)
        return process

    def load(self, count, to, users, *more, per=1, clients=None, size=None):
        """SMTP load under a new mark; the fates of its messages go to a file."""
        self.loads += 1
        return self.tool("smtp", "-n", count, "-c", clients or self.o.clients, "-m", per,
                         "-s", size or self.o.size, "-t", to, "-u", users, "-i", f"bench{self.loads}",
                         "-T", self.o.timeout, "-o", f"{self.files}/fates", *more, servers.SMTP)

    def local(self, count, *more, users=None, **how):
        """Load on Maildirs that are watched; what came of it, and that all is there."""
        users = users or self.o.users
        watch = [w for i in range(users) for w in ("-w", f"{self.server.maildir(f'u{i}')}/new")]
        before = self.group.cpu()
        r = result(self.load(count, "u%d@test.example", users, *watch, *more, **how))
        r["pss_mib"] = round(self.group.pss()[0] / 1024, 1)
        r["cpu_s"] = round(self.group.quiet() - before, 3)
        promised, unsure = account.sent(f"{self.files}/fates", users)
        boxes = {i: self.server.maildir(f"u{i}") for i in range(users)}
        r.update(account.account(promised, unsure, account.in_maildirs(boxes, f"bench{self.loads}")))
        return r

    def remote(self, count, to, users, recipients, expand=None, sink=(), **how):
        """Load on the sink.  expand: the recipients' numbers of each message, when a list
        makes many of one."""
        drain = self.tool("sink", "-n", recipients, "-T", self.o.timeout,
                          "-o", f"{self.files}/ledger", *sink, servers.SINK)
        if not wait_for(lambda: listens(servers.SINK), 5):
            raise Failure("the sink does not listen")
        before, start = self.group.cpu(), time.monotonic()
        r = result(self.load(count, to, users, **how))
        if r["accepted"] < count:       # the sink would wait for the rest
            self.group.quiet(60)
            drain.terminate()
        s = result(drain)
        r["pss_mib"] = round(self.group.pss()[0] / 1024, 1)
        r["cpu_s"] = round(self.group.quiet() - before, 3)
        promised, unsure = account.sent(f"{self.files}/fates", users)
        if expand is not None:
            promised = {(n, r) for n, _ in promised for r in expand}
        r.update(account.account(promised, unsure, account.in_ledger(f"{self.files}/ledger")))
        seconds = max(s["last"] - start, 1e-9)
        r.update(relay_s=round(seconds, 3), relayed=s["recipients"],
                 msgs_per_s=round(s["recipients"] / seconds, 1), transactions=s["transactions"],
                 sink_connections=s["connections"], sink_peak=s["peak_connections"])
        return r

    def pop3(self, *words):
        return result(self.tool("pop3", "-T", self.o.timeout, *words, servers.POP3))


def listens(address):
    port = f":{int(address.split(':')[1]):04X}"
    with open("/proc/net/tcp") as f:
        return any(line.split()[1].endswith(port) and line.split()[3] == "0A"
                   for line in f.readlines()[1:])
