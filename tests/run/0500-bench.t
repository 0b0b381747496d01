#!/usr/bin/env python3
"""tests/bench/README.md: what the benchmark would not forgive, it sees: a lost, a doubled
and a strange message.  The tools themselves run too: load into sink, and once malote."""
import json
import os
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [f"{TOP}/tests/lib", f"{TOP}/tests/bench"]
import account
import cells
import report
from house import BUILD, write
from tap import main, ok, same, skip_all

TOOLS = os.path.abspath(f"{BUILD}/bench")
NOTHING = {"lost": 0, "doubled": 0, "strange": 0}
MESSAGE = "From: a@b.example\nMessage-ID: <%s@client.example>\n\nhello\n"


def maildirs(folder, users):
    boxes = {u: f"{folder}/u{u}" for u in range(users)}
    for box in boxes.values():
        for part in ("new", "cur"):
            os.makedirs(f"{box}/{part}")
    return boxes


def judge(folder, boxes):
    return account.account(*account.sent(f"{folder}/fates", len(boxes)),
                           account.in_maildirs(boxes, "bench1"))


def in_maildirs(folder):
    """Four messages for two users: two promised, one unsure, one refused."""
    boxes = maildirs(folder, 2)
    write(f"{folder}/fates", "0 +\n1 +\n2 ?\n3 !\n4 -\n")
    write(f"{boxes[0]}/new/a", MESSAGE % "0.bench1")
    write(f"{boxes[1]}/cur/b", MESSAGE % "1.bench1")
    same(judge(folder, boxes), NOTHING, "what was promised is there: nothing is wrong")
    write(f"{boxes[1]}/new/other", MESSAGE % "7.bench2")
    same(judge(folder, boxes), NOTHING, "another load's messages are its own")
    write(f"{boxes[0]}/new/unsure", MESSAGE % "2.bench1")
    same(judge(folder, boxes), NOTHING, "what got no reply may be there")
    os.rename(f"{boxes[0]}/new/a", f"{folder}/a")
    same(judge(folder, boxes), NOTHING | {"lost": 1}, "a message that is gone is lost")
    write(f"{boxes[1]}/new/a", MESSAGE % "0.bench1")
    same(judge(folder, boxes), NOTHING | {"lost": 1, "strange": 1},
         "in another's mailbox it is lost and strange")
    os.rename(f"{boxes[1]}/new/a", f"{boxes[0]}/new/a")
    write(f"{boxes[0]}/cur/again", MESSAGE % "0.bench1")
    same(judge(folder, boxes), NOTHING | {"doubled": 1}, "a copy is a doubled message")
    os.unlink(f"{boxes[0]}/cur/again")
    write(f"{boxes[1]}/new/refused", MESSAGE % "3.bench1")
    same(judge(folder, boxes), NOTHING | {"strange": 1}, "a refused message that came is strange")


def to_the_sink(folder):
    """The load client's fates against the sink's ledger."""
    ledger, fates, address = f"{folder}/ledger", f"{folder}/fates", "127.0.0.1:2599"
    sink = subprocess.Popen([f"{TOOLS}/bench_sink", "-n", "60", "-T", "30", "-o", ledger,
                             address], stdout=subprocess.PIPE, text=True)
    p = subprocess.run([f"{TOOLS}/bench_smtp", "-n", "60", "-c", "5", "-m", "7", "-T", "30",
                        "-t", "r%d@sink.example", "-u", "1000", "-o", fates, address],
                       capture_output=True, text=True)
    load, drained = json.loads(p.stdout), json.loads(sink.communicate()[0])
    same((load["accepted"], drained["recipients"]), (60, 60), "load runs into the sink")
    promised, unsure = account.sent(fates, 1000)
    same(account.account(promised, unsure, account.in_ledger(ledger)), NOTHING,
         "and each message came there, once")
    with open(ledger) as f:
        lines = f.readlines()
    write(ledger, "".join(lines[1:-1] + lines[-1:] * 3))
    same(account.account(promised, unsure, account.in_ledger(ledger)),
         NOTHING | {"lost": 1, "doubled": 2}, "a line less and two too many are seen")


def refusals():
    """No load leaves the machine."""
    for tool in ("smtp", "sink", "hold", "pop3"):
        p = subprocess.run([f"{TOOLS}/bench_{tool}", "192.0.2.1:25"], capture_output=True,
                           text=True, timeout=10)
        ok(p.returncode == 2 and "not a loopback address" in p.stderr,
           f"bench_{tool} refuses an address that is not loopback", p.stderr)


def the_table(folder):
    """What is told of a run: a peer that answers before it syncs is no measure."""
    def line(server, speed, synced, **more):
        return [{"cell": "syncs", "server": server, "accepted": 5, "synced": synced},
                {"cell": "w1", "server": server, "msgs_per_s": speed, "lost": 0, **more}]
    lines = [*line("malote", 2000, 5, lost=1), *line("postfix", 500, 5),
             *line("opensmtpd", 4000, 4), {"cell": "w1", "server": "exim", "error": "it died"}]
    write(f"{folder}/lines", "".join(json.dumps(l) + "\n" for l in lines))
    run = report.Run(f"{folder}/lines")
    figure = next(f for f in cells.FIGURES if (f.cell, f.key) == ("w1", "msgs_per_s"))
    same(report.judged(run, figure, cells.MAIL), (4.0, "postfix"),
         "the ratio is to the best peer whose 250s followed a sync")
    same(report.verdict(run, figure, 4.0), "≥ 2.5 × **no**", "which a lost message undoes")
    run.by["w1", "malote"][0]["lost"] = 0
    same(report.verdict(run, figure, 4.0), "≥ 2.5 × yes", "and what was wanted is compared")
    run.by["w1", "malote"][0]["lost"] = 1
    same([report.cell_text(run, figure, s) for s in cells.MAIL],
         ["2,000 **1 not accounted for**", "500", "4,000", "it died"],
         "a lost message and a failure stand in their cells")
    ok("it died" in report.text(run), "and the whole table is written")


def malote(folder):
    """One short run, as `make bench` makes it."""
    env = dict(os.environ, BENCH_DIR=folder, BENCH_TOOLS=TOOLS, BUILD=BUILD)
    env.pop("MALOTE_NAMESPACE", None)
    p = subprocess.run([f"{TOP}/tests/bench/run", "malote", "w1", "--n", "40", "--timeout", "60"],
                       capture_output=True, text=True, env=env, timeout=150)
    line = json.loads(p.stdout) if p.stdout else {}
    same({k: line.get(k) for k in ("accepted", "delivered", *NOTHING, "events_lost")},
         NOTHING | {"accepted": 40, "delivered": 40, "events_lost": 0},
         "a run on malote tells that everything arrived")
    p = subprocess.run([f"{TOP}/tests/bench/run", "postfix", "w1"], capture_output=True,
                       text=True, env=env, timeout=60)
    line = json.loads(p.stdout) if p.stdout else {}
    ok("absent" in line.get("error", ""), "a peer that is not there is said to be absent", line)


def run():
    if not os.path.exists(f"{TOOLS}/bench_smtp"):
        skip_all("the tools are not built")
    from house import enter_namespace
    enter_namespace()
    with tempfile.TemporaryDirectory(prefix="malote-bench-") as folder:
        os.chmod(folder, 0o755)
        os.mkdir(f"{folder}/boxes")
        in_maildirs(f"{folder}/boxes")
        to_the_sink(folder)
        the_table(folder)
        refusals()
        malote(f"{folder}/place")


main(run)
