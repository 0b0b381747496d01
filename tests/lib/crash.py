"""Rounds of a house whose power is cut, or whose processes are killed, at work.

The house, its state and its users' homes, stands on a disk of its own
(disk.py).  In each round clients send marked mail (marked.py), to mailboxes
here (W1) and to a next hop (W2), until the blow; then the disk is checked and
mounted anew, malote is started again, and when the queue is empty an account
is made: what was kept is there, once and whole.

SEED repeats the same choices, FS is ext4 or xfs, DISKS the folder of the
disks' files, EXTRA settings of the house, with ';' between.
"""
import mmap
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time

import house as houses
from disk import LOGFLUSH, NOLOGFLUSH, Disk
from house import BIN, BUILD, SRV, TOP, UID_USERS, USERS, Instance, boot_anew, home, write
from tap import same, wait_for

SINK = ("127.0.0.50", 2526)
HERE = "host0.example"
VIRTUAL = ["zoe@virtual0.example", "yan@virtual0.example"]
BOXES = USERS[:8] + VIRTUAL     # ivo's goes on to hana, jo's to the next hop
FAR = [f"r{n}@sink.example" for n in range(6)]
WORKERS = 20                    # destination-workers: transactions in flight
LAZY = 1.0                      # seconds a finished delivery waits for its sync
SLACK = 0.5                     # and a little for each to be told of it
FOLDER = f"{SRV}/disk"


def at(user):
    return user if "@" in user else f"{user}@{HERE}"


# What is sent: how often, and to whom.
LOCAL = [(10, [[at(b)] for b in BOXES]),
         (2, [[at(a), at(b), at(c)] for a, b, c in zip(BOXES, BOXES[3:], BOXES[5:])]),
         (1, [[f"three@{HERE}"]]), (1, [[f"ivo@{HERE}"]])]
RELAY = [(10, [[f] for f in FAR]), (2, [FAR[:4], FAR[2:]]), (1, [[f"jo@{HERE}"]])]
MIXED = [(2, [[f"pair@{HERE}"], [at("ana"), FAR[0]], [VIRTUAL[0], FAR[1], FAR[2]]])]
LOADS = {"W1": LOCAL + MIXED, "W2": RELAY + MIXED, "relay": RELAY}
ALIASES = f"three: ana, ben, {VIRTUAL[1]}\npair: carla, r5@sink.example\n"
FORWARDS = {"ivo": f"hana@{HERE}", "jo": "r0@sink.example"}
ELSEWHERE = {f"three@{HERE}": ["ana", "ben", VIRTUAL[1]],
             f"pair@{HERE}": ["carla", "r5@sink.example"],
             f"ivo@{HERE}": ["hana"], f"jo@{HERE}": ["r0@sink.example"]}


def places(address):
    """Where mail for an address turns up: names of BOXES and FAR."""
    return ELSEWHERE.get(address) or [address.removesuffix(f"@{HERE}")]


def has_log():
    """Whether this malote has an arrivals log at all."""
    with open(f"{TOP}/conf/params.c") as f:
        return '"arrivals-log"' in f.read()


def seeded():
    seed = int(os.environ.get("SEED") or int.from_bytes(os.urandom(4), "big"))
    print(f"# SEED={seed}", flush=True)
    return seed


class Sink:
    """sink.py, and what it wrote."""

    def __init__(self):
        self.path = f"{SRV}/sink"
        if os.path.exists(self.path):
            os.unlink(self.path)        # a former house's
        self.process = subprocess.Popen([sys.executable, f"{TOP}/tests/lib/sink.py", SINK[0],
                                         str(SINK[1]), self.path], stdin=subprocess.DEVNULL)
        self.read_up_to = 0
        if not wait_for(lambda: os.path.exists(self.path), 20):
            raise RuntimeError("the next hop does not come up")

    def is_quiet(self):
        """Nobody is connected, and what the dead had sent has been written down."""
        with socket.create_connection(SINK, 20) as s, s.makefile("rb") as f:
            f.readline()
            s.sendall(b"STAT\r\n")
            return f.readline() == b"250 1\r\n"

    def news(self):
        """[(time, mark, recipient, whole)] since the last call."""
        with open(self.path) as f:
            f.seek(self.read_up_to)
            lines = f.read().splitlines()
            self.read_up_to = f.tell()
        return [(float(t), mark, rcpt, state == "whole")
                for t, mark, rcpt, state in map(str.split, lines)]


class NoSync:
    """Which syncs the programs in BUILD/nosync leave out: "PROGRAM CALL"."""
    SLOT, COUNT = 64, 4

    def __init__(self, *names):
        path = f"{SRV}/no-sync"
        with open(path, "wb") as f:
            for name in names:
                f.write(bytes(8) + name.encode().ljust(self.SLOT - 8, b"\0"))
            f.write(bytes(self.SLOT * (self.COUNT - len(names))))
        os.chmod(path, 0o666)
        with open(path, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 0)
        self.count = len(names)
        folder = f"{SRV}/bin"
        if os.path.isdir(folder):
            return
        os.mkdir(folder)
        own = os.listdir(f"{BUILD}/nosync")
        for name in os.listdir(BIN):
            os.symlink(f"{BUILD}/nosync/{name}" if name in own else f"{BIN}/{name}",
                       f"{folder}/{name}")
        houses.BIN = folder

    def set(self, on):
        for n in range(self.count):
            self.map[n * self.SLOT] = on

    def left_out(self):
        return sum(int.from_bytes(self.map[n * self.SLOT + 4:n * self.SLOT + 8], sys.byteorder)
                   for n in range(self.count))


class Blow:
    """It falls between begin and dark; from dark to end processes may live on without a
    disk, which a real power cut does not allow them."""

    def __init__(self, begin, dark, end, is_cut):
        self.begin, self.dark, self.end, self.is_cut = begin, dark, end, is_cut


class Books:
    """What was kept and what arrived, over all rounds."""

    def __init__(self):
        self.messages = {}              # mark: Message
        self.boxes = {}                 # (mark, box): times
        self.far = {}                   # (mark, recipient): [time]
        self.torn, self.blows = [], []

    def here(self, box, mark, whole):
        self.boxes[mark, box] = self.boxes.get((mark, box), 0) + 1
        if not whole:
            self.torn.append(f"{mark} in {box}")

    def there(self, when, mark, rcpt, whole):
        self.far.setdefault((mark, rcpt), []).append(when)
        if not whole:
            self.torn.append(f"{mark} for {rcpt}")

    def is_proof(self, when):
        """What came from a house without a disk proves nothing of what that keeps."""
        return not any(b.is_cut and b.dark < when <= b.end for b in self.blows)

    def is_promise(self, m):
        """A 250 read after a cut from a session that began before it may be a lie."""
        return m.kept is not None and not any(
            b.is_cut and m.begun <= b.end and m.kept >= b.begin for b in self.blows)

    def enter(self, messages):
        for m in messages:
            if not self.is_promise(m):
                m.kept = None
            self.messages[m.mark] = m

    def lost(self, messages):
        return [f"{m.mark} to {p}" for m in messages if m.kept is not None for p in m.places
                if not (self.boxes.get((m.mark, p), 0) if p in BOXES else
                        any(map(self.is_proof, self.far.get((m.mark, p), []))))]

    def twice_here(self):
        return [f"{mark} in {box}, {n} times" for (mark, box), n in self.boxes.items() if n > 1]

    def twice_there(self):
        """{mark: seconds from its first arrival to the next blow}."""
        found = {}
        for (mark, _), times in self.far.items():
            if len(times) > 1:
                gap = min((b.begin - min(times) for b in self.blows
                           if b.end >= min(times)), default=float("inf"))
                found[mark] = max(found.get(mark, 0), gap)
        return found

    def unknown(self):
        """Arrived though its last dot was never sent, or where it was not sent."""
        return [f"{mark} {place}" for mark, place in [*self.boxes, *self.far]
                if mark not in self.messages or not self.messages[mark].sent or
                place not in self.messages[mark].places]


class Crash:
    """A house, its disks and its next hop."""

    def __init__(self, seed, two_disks=False, small_log=False, no_sync=()):
        from marked import Load         # here: sink.py wants nothing of this
        self.make_load = Load
        print(f"# {'two disks' if two_disks else 'one disk'}"
              f"{', a small log' * small_log}", flush=True)
        self.rng = random.Random(seed)
        self.no_sync = NoSync(*no_sync) if no_sync else None
        self.disks = [Disk(FOLDER)]
        if two_disks:
            self.disks.append(Disk(f"{FOLDER}/homes"))
        self.boot = boot_anew()
        houses.make_homes()
        self.sink, self.books, self.round, self.bad = Sink(), Books(), 0, set()
        self.again = self.between = 0
        self.house = Instance(state=f"{FOLDER}/state", aliases=ALIASES,
                              users={v: "pw" for v in VIRTUAL}, extra=self.settings(small_log))
        for user, to in FORWARDS.items():
            write(f"{home(user)}/.forward", to + "\n")
            os.chown(f"{home(user)}/.forward", UID_USERS + USERS.index(user), 0)
        os.sync()                       # what an administrator did long ago
        self.house.start()

    @staticmethod
    def settings(small_log):
        """A small arrivals log is soon used again from its beginning."""
        return (f"route sink.example smtp {SINK[0]}:{SINK[1]}\nrest 1s\n"
                "smtp-sessions-per-client 200\n" +
                ("arrivals-log 8M\n" if small_log and has_log() else "") +
                os.environ.get("EXTRA", "").replace(";", "\n"))

    # --- a round ---

    def load(self, kind):
        """Clients at work; waits until some mail has been kept, and a while longer."""
        self.round += 1
        load = self.make_load((self.house.ip, 2525), f"{self.round}", LOADS[kind],
                              places, self.rng)
        if not wait_for(lambda: load.kept() >= 20, 30):
            raise RuntimeError("no mail is kept")
        time.sleep(self.rng.uniform(0, 1.2))
        return load

    def others(self):
        """Every process of this pid namespace but the test's own."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat") as f:
                    state = f.read().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if int(pid) not in (os.getpid(), self.sink.process.pid) and state not in "ZX":
                found.append(int(pid))
        return found

    def kill_all(self):
        """kill -9, in any order, until nobody is left."""
        end = time.monotonic() + 20
        while pids := self.others():
            self.rng.shuffle(pids)
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            if time.monotonic() > end:
                raise RuntimeError(f"they do not die: {pids}")
        self.house.process.wait()
        self.house.log.close()
        self.reap()

    @staticmethod
    def reap():
        """As the first process of the namespace, of what malote left behind."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if int(pid) != os.getpid():
                    os.waitpid(int(pid), os.WNOHANG)
            except OSError:
                pass

    def blow(self, strike=None):
        begin = time.monotonic()
        if strike:
            strike()
        dark = time.monotonic()
        self.kill_all()
        if not wait_for(self.sink.is_quiet, 20):
            raise RuntimeError("the next hop still has clients")
        self.books.blows.append(Blow(begin, dark, time.monotonic(), strike is not None))

    def cut(self):
        """The power fails; at the end the disks are whole again, in another boot."""
        flags = LOGFLUSH if self.rng.random() < 0.25 else NOLOGFLUSH
        handles = [d.handle() for d in self.disks]
        self.blow(lambda: [Disk.cut(h, flags) for h in handles])
        for h in handles:
            os.close(h)
        for disk in reversed(self.disks):
            disk.unmount()
        for disk in self.disks:
            disk.mount()
        if self.round % 8 == 1:
            self.check_disks()
        self.boot = boot_anew()

    def check_disks(self):
        """A journal that was replayed leaves nothing to mend."""
        for disk in reversed(self.disks):
            disk.unmount()
        for disk in self.disks:
            same(disk.faults(), "", f"the file system of round {self.round} has no fault")
            disk.mount()

    def knows_boot(self):
        """Whether it stands beside the queue which boot this is."""
        log = f"{self.house.state}/queue/log"
        for name in os.listdir(log):
            if not name.startswith("arrivals"):
                with open(f"{log}/{name}", "rb") as f:
                    if self.boot.encode() in f.read():
                        return True
        return False

    def kill(self):
        """Everything ends, and the machine runs on."""
        self.blow()

    def cut_again(self, load):
        """A second cut while malote recovers from the first, or takes new mail already."""
        before = load.kept()
        self.house.start(wait=False)
        time.sleep(self.rng.uniform(0, 0.8))
        self.between += load.kept() - before
        self.cut()
        self.again += 1

    def go_on(self, load):
        """malote's new start, after which all of the mail is over.  The messages."""
        messages = load.stop()
        self.books.enter(messages)
        self.house.start()
        if not wait_for(self.house.queue_is_empty, 60):
            raise RuntimeError("the queue does not become empty:\n" + self.waiting())
        self.collect()
        return messages

    def run_round(self, kind, strike, again=False):
        """What of this round's mail is lost: [str]."""
        load = self.load(kind)
        strike()
        if again:
            self.cut_again(load)
        lost = self.books.lost(self.go_on(load))
        for mark in sorted({line.split()[0] for line in lost})[:3]:
            self.story(mark)
        return lost

    # --- the account ---

    def waiting(self):
        """For a failure: what the queue holds, by its own word and in its folders."""
        queue, events, told = f"{self.house.state}/queue", self.house.events(), ""
        for sub in ("new", "cur"):
            for name in sorted(os.listdir(f"{queue}/{sub}"))[:5]:
                told += f"{sub}/{name}, {os.stat(f'{queue}/{sub}/{name}').st_size} octets\n"
                told += "".join(f"{l}\n" for l in events.splitlines() if name in l)
        return told + self.house.malote("queue", "list").stdout[-2000:] + \
            self.house.stderr()[-1000:] + events[-2000:]

    def box(self, name):
        if "@" not in name:
            return f"{home(name)}/Maildir"
        local, domain = name.split("@")
        return f"{self.house.state}/mail/{domain}/{local}"

    def collect(self):
        """Reads and removes what arrived, after a look at some of it by POP3."""
        from marked import is_whole, mark_of
        for name in BOXES:
            paths = [f"{self.box(name)}/{sub}/{f}" for sub in ("new", "cur")
                     if os.path.isdir(f"{self.box(name)}/{sub}")
                     for f in os.listdir(f"{self.box(name)}/{sub}")]
            data = {}
            for path in paths:
                with open(path, "rb") as f:
                    data[path] = f.read()
                mark = mark_of(data[path])
                size = re.search(r",S=(\d+)", path)
                self.books.here(name, mark if mark != "-" else path,
                                is_whole(data[path], mark) and
                                (size is None or int(size[1]) == len(data[path])))
            if paths and self.round % 4 == 1:
                self.read(name, sorted(data.values()))
            for path in paths:
                os.unlink(path)
        for line in self.sink.news():
            self.books.there(*line)
        bad = f"{self.house.state}/queue/bad"
        self.bad |= {n for n in os.listdir(bad) if "." not in n}

    def read(self, name, want):
        shown = []
        box = self.house.pop3(name)
        for n in range(1, box.stat()[0] + 1):
            shown.append(b"".join(l + b"\n" for l in box.retr(n)[1]))
        box.quit()
        if sorted(shown) != want:
            self.books.torn.append(f"what POP3 shows of {name} in round {self.round}")

    def left_over(self):
        """What still lies in a folder tmp."""
        left = [f"{self.house.state}/queue/tmp"] + [f"{self.box(b)}/tmp" for b in BOXES]
        return [f"{f}/{n}" for f in left if os.path.isdir(f) for n in os.listdir(f)]

    def story(self, mark):
        """For a failure: what is known of a message."""
        m = self.books.messages.get(mark)
        if m is not None:
            blow = self.books.blows[-1]
            print(f"# {mark}: to {m.to}, sent {m.sent}, kept {m.kept}, last blow from "
                  f"{blow.begin} by {blow.dark} to {blow.end}", flush=True)
        for key, value in [*self.books.boxes.items(), *self.books.far.items()]:
            if key[0] == mark:
                print(f"#   {key[1]}: {value}", flush=True)

    def summary(self, lost):
        """The promises, after the last round."""
        books = self.books
        kept = [m for m in books.messages.values() if m.kept is not None]
        unsure = [m for m in books.messages.values() if m.kept is None and m.sent]
        here = sum(p in BOXES for m in kept for p in m.places)
        far = sum(p not in BOXES for m in kept for p in m.places)
        same(lost[:20], [], f"none of {len(kept)} kept messages is lost "
             f"({here} deliveries here, {far} to the next hop)")
        same(books.torn[:20], [], "all are whole, and POP3 shows them so")
        same(books.twice_here()[:20], [], "none is twice in a Maildir")
        same(books.unknown()[:20], [], "nothing else arrived")
        left = self.left_over()
        wait_for(lambda: not self.left_over(), 3)
        same(self.left_over()[:20], [], f"the folders tmp are empty ({len(left)} at first)")
        large = sum(int(m.mark.rsplit(".", 1)[1]) >= 1 << 20 for m in kept)
        arrived = {mark for mark, _ in [*books.boxes, *books.far]}
        print(f"# kept: {len(kept)} messages, {large} of them above 1 MiB; unsure: {len(unsure)} "
              f"({len([m for m in unsure if m.mark in arrived])} of them arrived); set aside as "
              f"bad: {len(self.bad)}; blows: {len(books.blows)}, {self.again} of them at a start, "
              f"which had taken {self.between} messages", flush=True)
        print(f"# figure: {len(books.blows)} blows, {len(kept)} kept messages, {len(lost)} "
              f"deliveries lost", flush=True)

    def check_twice_there(self, seconds):
        """How far back from a blow a delivery may be that is made again; a slow disk, as
        the clients saw it, lets a mark wait longer."""
        slowest = max((m.waited for m in self.books.messages.values() if m.waited), default=0)
        seconds = round(seconds + slowest, 2)
        twice = self.books.twice_there()
        gaps = sorted(twice.values())
        print(f"# twice at the next hop: {len(gaps)}, first delivered up to "
              f"{gaps[-1] if gaps else 0:.2f} s before the blow (slowest 250: {slowest:.2f} s)",
              flush=True)
        late = [f"{mark}: {gap:.2f} s" for mark, gap in twice.items() if gap > seconds]
        same(late[:20], [], f"what came twice to the next hop was delivered within {seconds} s "
             "before the blow")

    def end(self):
        same(self.house.stop(keep=True), 0, "malote ends with status 0")
        self.sink.process.terminate()
        self.sink.process.wait()
        for disk in reversed(self.disks):
            disk.unmount()
        for disk in self.disks:
            same(disk.faults(), "", "the file system has no fault at the end")
            disk.forget()
        self.house.stop()
