"""What `make bench` measures and what is told of it: the one list of both."""
from typing import NamedTuple

MAIL = ("malote", "postfix", "opensmtpd", "exim")
BOXES = ("malote", "dovecot", "courier")
PEERS = MAIL[1:] + BOXES[1:]
# Peers that people ask about but that cannot be measured here.
ABSENT = {"qmail": "not packaged"}


class Cell(NamedTuple):
    """One measurement: `run SERVER WORKLOAD --n N OPTIONS`, for each server in turn."""
    name: str
    workload: str
    servers: tuple
    n: int
    options: str = ""
    runs: int = 3               # at most
    quick: int = 0              # n of `make bench-quick`; 0: not there
    seconds: int = 180          # what the tools may take


CELLS = (
    Cell("syncs", "syncs", MAIL, 10, runs=1, quick=5),
    Cell("w1", "w1", MAIL, 5000, quick=2000),
    Cell("w1-50", "w1", MAIL, 5000, "--per-conn 50", quick=2000),
    Cell("w2", "w2", MAIL, 5000, quick=2000),
    Cell("w2b", "w2b", MAIL, 2000),
    Cell("w3", "w3", MAIL, 1, quick=1),
    Cell("w4", "w4", MAIL, 2000, "--backlog 20000", runs=2, seconds=400),
    Cell("w4-200k", "w4", MAIL[:2], 2000, "--backlog 200000", runs=1, seconds=900),
    Cell("w5-500", "w5", MAIL, 500),
    Cell("w5-500-door", "w5", MAIL, 500, "--door"),
    Cell("w5-2000", "w5", MAIL, 2000, runs=2),
    Cell("w5-5000", "w5", MAIL, 5000, runs=1),
    Cell("w5-5000-door", "w5", MAIL, 5000, "--door", runs=1),
    Cell("w6", "w6", BOXES, 10000, quick=2000),
    Cell("w6-own", "w6", BOXES[:1], 10000, "--own"),
    Cell("w6-100k", "w6", BOXES, 100000, runs=1),
    Cell("w6s", "w6s", BOXES, 1000, quick=300),
    Cell("w6h", "w6h", BOXES, 200),
    Cell("w7", "w7", MAIL, 1, quick=1),
    Cell("w8", "w8", MAIL, 200, quick=100),
    Cell("w9", "w1", MAIL, 1000, "--slow 5"),
    Cell("w10", "w10", MAIL[:1], 200000, runs=1, seconds=900),
    # for the plots
    *(Cell(f"w1-c{c}", "w1", MAIL, 300 + 60 * c, f"--clients {c}", runs=2)
      for c in (1, 2, 5, 10, 40)),
    *(Cell(f"w9-{ms}", "w1", MAIL[:2], 1000, f"--slow {ms}", runs=2)
      for ms in (0.001, 1, 2, 10)),
)
# Servers that would take an hour for a figure that 1,000 messages show as well.
FEWER = {"exim": 0.4, "opensmtpd": 0.4}
FEWER_CELLS = ("w1", "w1-50", "w2", "w2b", "w9")


class Figure(NamedTuple):
    """A row of the table.  {n} in the title is the cell's count; better: up, down, or None.
    goal: the wanted ratio to the best peer, or with `absolute` the wanted figure."""
    cell: str
    key: str
    title: str
    better: str = None
    goal: float = None
    absolute: bool = False
    any_peer: bool = False      # durability plays no part
    beside: str = None          # the cell where the peers' figure stands, if another


FIGURES = (
    Figure("w1", "msgs_per_s", "W1 1 per connection: delivered/s", "up", 2.5),
    Figure("w1", "cpu_s_per_1000", "CPU s per 1,000", "down", 0.45),
    Figure("w1", "lat_p50_ms", "accept p50 ms", "down"),
    Figure("w1", "lat_p99_ms", "accept p99 ms", "down", 0.5),
    Figure("w1", "pss_mib", "MiB PSS at its end", "down"),
    Figure("w1-50", "msgs_per_s", "W1 50 per connection: delivered/s", "up", 4),
    Figure("w1-50", "cpu_s_per_1000", "CPU s per 1,000", "down", 0.3),
    Figure("w1-50", "lat_p50_ms", "accept p50 ms", "down"),
    Figure("w1-50", "lat_p99_ms", "accept p99 ms", "down"),
    Figure("w2", "msgs_per_s", "W2 one next hop: relayed/s", "up", 4),
    Figure("w2", "cpu_s_per_1000", "CPU s per 1,000", "down", 0.35),
    Figure("w2", "pss_mib", "MiB PSS at its end", "down"),
    Figure("w2", "sink_peak", "connections at a time", "down", 25, True),
    Figure("w2", "sink_connections", "connections in all"),
    Figure("w2b", "msgs_per_s", "W2b 200 next hops: relayed/s", "up"),
    Figure("w2b", "cpu_s_per_1000", "CPU s per 1,000", "down"),
    Figure("w2b", "sink_peak", "connections at a time"),
    Figure("w3", "done_s", "W3 10,000 recipients: s", "down", 1),
    Figure("w3", "cpu_s", "CPU s", "down"),
    Figure("w3", "more_pss_mib", "MiB PSS more than before", "down"),
    Figure("w3", "peak_pss_mib", "MiB PSS in all", "down"),
    Figure("w3", "transactions", "transactions"),
    Figure("w4", "base_per_s", "W4 nothing waits: delivered/s", "up"),
    Figure("w4", "beside_per_s", "20,000 wait: delivered/s", "up"),
    Figure("w4", "ratio", "with / without", "up", 0.95, True),
    Figure("w4", "queueing_per_s", "queueing them: accepted/s", "up", 3),
    Figure("w4", "restart_s", "restart to first delivery s", "down", 0.2, True),
    Figure("w4", "after_per_s", "after the restart: delivered/s", "up"),
    Figure("w4", "cpu_s_per_1000", "20,000 wait: CPU s per 1,000", "down"),
    Figure("w4", "pss_mib", "20,000 wait: MiB PSS", "down"),
    Figure("w4-200k", "beside_per_s", "W4 200,000 wait: delivered/s", "up"),
    Figure("w4-200k", "ratio", "with / without", "up", 0.95, True),
    Figure("w4-200k", "queueing_per_s", "queueing them: accepted/s", "up", 3),
    Figure("w4-200k", "restart_s", "restart to first delivery s", "down", 0.2, True),
    Figure("w4-200k", "pss_mib", "200,000 wait: MiB PSS", "down"),
    *(Figure(f"w5-{n}{door}", key, title, "down", *goal, any_peer=True)
      for n in (500, 2000, 5000) for door in ("", "-door") if (n, door) != (2000, "-door")
      for key, title, goal in (
          ("kib_per_conn", f"W5 {n:,} {'at the door' if door else 'after EHLO'}: KiB PSS each",
           (8 if door else 60, True)),
          ("kernel_kib_per_conn", "the kernel's KiB each", ()))),
    Figure("w5-5000", "held", "W5 5,000: held", "up", any_peer=True),
    Figure("w5-5000", "open_s", "W5 5,000: s to open", "down", any_peer=True),
    Figure("w6", "first_ms", "W6 {n:,} foreign, first login+STAT ms", "down", 0.5, any_peer=True),
    Figure("w6", "again_ms", "login+STAT again ms", "down", 0.5, any_peer=True),
    Figure("w6-own", "first_ms", "W6 {n:,} own, first login+STAT ms (peers: foreign)", "down",
           0.4, any_peer=True, beside="w6"),
    Figure("w6-own", "again_ms", "login+STAT again ms", "down", any_peer=True, beside="w6"),
    Figure("w6", "list_ms", "W6 LIST ms", "down", any_peer=True),
    Figure("w6", "uidl_ms", "UIDL ms", "down", 1, any_peer=True),
    Figure("w6", "retr_plain_per_s", "RETR/s, plain client", "up", 1.5, any_peer=True),
    Figure("w6", "retr_per_s", "RETR/s, quick ACKs", "up", any_peer=True),
    Figure("w6", "more_pss_mib", "MiB PSS more than before", "down", any_peer=True),
    Figure("w6-100k", "first_ms", "W6 {n:,} foreign, first login+STAT ms", "down",
           any_peer=True),
    Figure("w6-100k", "again_ms", "login+STAT again ms", "down", any_peer=True),
    Figure("w6-100k", "uidl_ms", "UIDL ms", "down", any_peer=True),
    Figure("w6-100k", "more_pss_mib", "MiB PSS more than before", "down", any_peer=True),
    Figure("w6s", "sessions_per_s", "W6 50 clients: sessions/s", "up", 1.5, any_peer=True),
    Figure("w6s", "plain_per_s", "plain clients: sessions/s", "up", any_peer=True),
    Figure("w6s", "cpu_s_per_1000", "CPU s per 1,000 sessions", "down", any_peer=True),
    Figure("w6h", "sessions_per_s", "W6 the default hash: logins/s", "up", any_peer=True),
    Figure("w7", "mb_per_s", "W7 50 MiB: MB/s to the Maildir", "up", 1.5),
    Figure("w7", "accept_mb_per_s", "MB/s to the 250", "up", 1.5),
    Figure("w7", "more_pss_mib", "MiB PSS more than before", "down", 1, True),
    Figure("w7", "cpu_s", "CPU s", "down"),
    Figure("w8", "visible_p50_ms", "W8 250 to visible p50 ms", "down", 1),
    Figure("w8", "visible_p99_ms", "p99 ms", "down", 0.7),
    Figure("w8", "lat_p50_ms", "connect to 250 p50 ms", "down", 0.7),
    Figure("w8", "data_p50_ms", "end of data to 250 p50 ms", "down"),
    Figure("w8", "cpu_ms_per_msg", "CPU ms per message", "down"),
    Figure("w9", "msgs_per_s", "W9 5 ms more a sync: delivered/s", "up", 4),
    Figure("w10", "msgs_per_s", "W10 {n:,} through: delivered/s", "up"),
    Figure("w10", "grown_kib", "the program that grew most: KiB", "down"),
)
