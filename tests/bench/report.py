#!/usr/bin/env python3
"""The table of a run: report.py LINES.jsonl [FOLDER].  With FOLDER it writes
RESULTS.md and the plots there, else the table goes to standard output."""
import json
import os
import statistics
import sys
from collections import defaultdict

from cells import ABSENT, BOXES, CELLS, FIGURES, MAIL
from plot import Chart

NOISE = 0.2                     # CPUs that others used: above it a figure is doubted
PLOTS = (
    ("backlog", "Throughput beside a backlog", "messages that wait", "delivered/s",
     {0: ("w4", "base_per_s"), 20000: ("w4", "beside_per_s"),
      200000: ("w4-200k", "beside_per_s")}),
    ("connections", "Throughput by connections", "connections at a time", "delivered/s",
     {n: (f"w1-c{n}" if n != 20 else "w1", "msgs_per_s") for n in (1, 2, 5, 10, 20, 40)}),
    ("delay", "Throughput by what a sync takes", "milliseconds added to each sync",
     "delivered/s",
     {ms: (f"w9-{ms or 0.001}" if ms != 5 else "w9", "msgs_per_s")
      for ms in (0, 1, 2, 5, 10)}),
)


class Run:
    """The lines of one run of the suite."""

    def __init__(self, path):
        self.machine, self.disk, self.lines = {}, [], []
        with open(path) as f:
            for line in map(json.loads, f):
                if "machine" in line:
                    self.machine = line["machine"]
                elif "disk" in line:
                    self.disk.append(line["disk"])
                else:
                    self.lines.append(line)
        self.by = defaultdict(list)
        for line in self.lines:
            self.by[line["cell"], line["server"]].append(line)
        self.servers = list(dict.fromkeys(line["server"] for line in self.lines))

    def values(self, cell, server, key):
        return [line[key] for line in self.by[cell, server] if line.get(key) is not None]

    def why_not(self, cell, server):
        """What the cell says when there is no figure."""
        if server in ABSENT:
            return ABSENT[server]
        errors = [line["error"] for line in self.by[cell, server] if "error" in line]
        return errors[-1][:60].replace("|", "/") if errors else "–"

    def wrong(self, cell, server):
        """Messages of a cell that were not accounted for."""
        return sum(sum(self.values(cell, server, k)) for k in ("lost", "doubled", "strange"))

    def noisy(self, cell, server):
        """Whether others kept the machine busy in most of the cell's runs."""
        others = self.values(cell, server, "other_cpus")
        return bool(others) and statistics.median(others) > NOISE

    def is_durable(self, server):
        """Shown in this run: each of its 250s followed a sync."""
        lines = self.by["syncs", server]
        return bool(lines) and all(0 < line.get("accepted", 0) == line.get("synced")
                                   for line in lines)


def short(v):
    return f"{v:,.0f}" if abs(v) >= 100 else f"{v:.1f}" if abs(v) >= 10 else f"{v:.2f}"


def place(figure, server):
    """The cell where a server's figure stands."""
    return figure.beside if figure.beside and server != "malote" else figure.cell


def cell_text(run, figure, server):
    cell = place(figure, server)
    values = run.values(cell, server, figure.key)
    if not values:
        return run.why_not(cell, server)
    text = short(statistics.median(values))
    if len(values) > 1:
        text += f" [{short(min(values))}..{short(max(values))}]"
    wrong = run.wrong(cell, server)
    if wrong:
        text += f" **{wrong:,} not accounted for**"
    return text + (" ~" if run.noisy(cell, server) else "")


def judged(run, figure, columns):
    """(ratio to the best peer or None, its name)."""
    medians = {s: statistics.median(v) for s in columns
               for v in [run.values(place(figure, s), s, figure.key)] if v}
    peers = {s: m for s, m in medians.items()
             if s != "malote" and (figure.any_peer or run.is_durable(s))}
    if "malote" not in medians or not peers or not figure.better:
        return None, None
    best = (max if figure.better == "up" else min)(peers, key=peers.get)
    return (medians["malote"] / peers[best] if peers[best] else None), best


def verdict(run, figure, ratio):
    """The wanted figure, and whether it was reached."""
    if figure.goal is None:
        return ""
    mine = run.values(figure.cell, "malote", figure.key)
    value = ratio
    if figure.absolute:
        value = statistics.median(mine) if mine else None
    text = f"{'≥' if figure.better == 'up' else '≤'} {figure.goal:g}" + \
        ("" if figure.absolute else " ×")
    if value is None:
        return text
    reached = value >= figure.goal if figure.better == "up" else value <= figure.goal
    return text + (" yes" if reached and not run.wrong(figure.cell, "malote") else " **no**")


def title(run, figure):
    """A workload's first row bears its name, the others follow it."""
    counts = run.values(figure.cell, "malote", "n") or [0]
    words = figure.title.format(n=counts[0])
    return words if words[0] == "W" else "… " + words


def table(run, columns):
    """The rows of W6, or of all the others."""
    names = {c.name for c in CELLS if c.name.startswith("w6") == (columns is BOXES)}
    columns = [s for s in columns if s in run.servers or s in ABSENT]
    rows = [f for f in FIGURES if f.cell in names and
            any(run.by.get((f.cell, s)) for s in columns)]
    if not rows:
        return []
    out = ["| | " + " | ".join(columns) + " | best peer | ratio | wanted |",
           "|---|" + "---|" * (len(columns) + 3)]
    for figure in rows:
        ratio, best = judged(run, figure, columns)
        out.append("| " + " | ".join(
            [title(run, figure), *(cell_text(run, figure, s) for s in columns), best or "",
             f"{ratio:.2f}" if ratio is not None else "", verdict(run, figure, ratio)]) + " |")
    return out + [""]


def durability(run):
    out = ["| | 250s | each after a sync | calls |", "|---|---|---|---|"]
    for server in run.servers:
        for line in run.by.get(("syncs", server), []):
            if "error" in line:
                out.append(f"| {server} | {line['error'][:60]} | | |")
                continue
            out.append(f"| {server} | {line['accepted']} | {line['synced']}"
                       f"{'' if run.is_durable(server) else ': no measure for the others'} | "
                       f"{', '.join(line.get('calls', [])) or 'none'} |")
    return out + [""] if len(out) > 2 else []


def accounts(run):
    """What was promised and what came."""
    keys = ("accepted", "lost", "doubled", "strange", "redone", "failed", "events_lost")
    out = ["| | " + " | ".join(k.replace("_", " ") for k in keys) + " |",
           "|---|" + "---|" * len(keys)]
    for server in run.servers:
        lines = [line for line in run.lines if line["server"] == server]
        out.append(f"| {server} | " + " | ".join(
            f"{sum(line.get(k) or 0 for line in lines):,}"
            if any(line.get(k) is not None for line in lines) else "" for k in keys) + " |")
    return out + [""]


def failures(run):
    failed = [line for line in run.lines if "error" in line]
    if not failed:
        return []
    return ["## What failed", ""] + [f"- {line['cell']}, {line['server']}: {line['error'][:200]}"
                                     for line in failed] + [""]


def disk(run):
    """The disk's limits: medians over the run."""
    if not run.disk:
        return []
    rows = (("append_1", "append 4 KiB to a log, one sync each", "/s"),
            ("append_20", "the same, 20 for a sync", "/s"),
            ("deliver_1", "Maildir delivery, file and folder synced, 1 writer", "/s"),
            ("deliver_20", "the same, 20 writers", "/s"),
            ("two_files_20", "queue file and Maildir file, 20 writers", "/s"),
            ("settle_100", "Maildir deliveries, one syncfs for 100", "/s"),
            ("fork", "fork, exit, wait", "/s"))
    out = ["| the machine's limits in this run | |", "|---|---|"]
    for key, title, unit in rows:
        v = [d[key] for d in run.disk if key in d]
        if v:
            out.append(f"| {title} | {short(statistics.median(v))} "
                       f"[{short(min(v))}..{short(max(v))}]{unit} |")
    return out + [""]


def noise(run):
    others = [line["other_cpus"] for line in run.lines if line.get("other_cpus") is not None]
    if not others:
        return []
    return [f"CPUs used by neither server nor harness: median {statistics.median(others):.2f}, "
            f"worst {max(others):.2f} of {run.machine.get('cpus', '?')}; `~` marks a figure "
            f"with more than {NOISE} in most of its runs.", ""]


def head(run):
    machine = run.machine
    versions = {line["server"]: line["version"] for line in run.lines if "version" in line}
    out = ["# Speed, beside the peers", "",
           "Written by tests/bench/report.py; what each row is: tests/bench/README.md.", ""]
    out += [f"- {k}: {v}" for k, v in machine.items()]
    counts = {line["cell"]: line["n"] for line in run.lines
              if "n" in line and line["server"] == BOXES[0]}
    out += ["- messages, connections or sessions: " +
            ", ".join(f"{c} {n:,}" for c, n in counts.items() if n > 1)]
    out += ["- versions: " + ", ".join(f"{s} {v}" for s, v in versions.items()), ""]
    return out + ["Cells are median [lowest..highest] of the interleaved repetitions; the best "
                  "peer is the best of those whose 250 was seen to follow a sync (for W5 and W6: "
                  "of all).", ""]


def text(run):
    parts = [head(run), ["## Mail comes in and goes on", ""],
             table(run, [*MAIL, *ABSENT]), ["## Mail is read", ""], table(run, BOXES),
             ["## What a 250 is worth", ""], durability(run),
             ["## Every message accounted for", "",
              "lost: promised and not there; doubled: there once more; strange: there, never "
              "promised; redone: connections made again after a refusal; events lost: by the "
              "recorder.", ""], accounts(run), failures(run), ["## The machine", ""], disk(run), noise(run)]
    return "\n".join(line for part in parts for line in part)


def plots(run):
    """{file name: SVG} of what was measured."""
    files = {}
    for name, title, x_title, y_title, points in PLOTS:
        lines = {}
        for server in run.servers:
            line = [(x, min(v), statistics.median(v), max(v)) for x, (cell, key) in
                    points.items() for v in [run.values(cell, server, key)] if v]
            if len(line) > 1:
                lines[server] = line
        if not lines:
            continue
        chart = Chart(title, x_title, y_title, list(points),
                      max(p[3] for line in lines.values() for p in line))
        for server, line in lines.items():
            chart.line(server, line)
        files[f"{name}.svg"] = chart.svg()
    return files


def main():
    run = Run(sys.argv[1])
    if len(sys.argv) < 3:
        print(text(run))
        return
    folder, files = sys.argv[2], plots(run)
    os.makedirs(folder, exist_ok=True)
    for name, svg in files.items():
        with open(f"{folder}/{name}", "w") as f:
            f.write(svg)
    with open(f"{folder}/RESULTS.md", "w") as f:
        f.write(text(run) + "\n" + "".join(f"![{n[:-4]}]({n})\n" for n in files))


if __name__ == "__main__":
    main()
