"""What the storms share: marked mail from Postfix's smtp-source, its smtp-sink,
a hand that kills, and the account of what arrived.

Every message bears a mark in its Message-Id, <pid.fd.N@BATCH>: the name of its
smtp-source process and how many that had still to send.  So it is known of
each one whether its client saw a 250 (it must be there, once), sent its last
dot and heard nothing or no (it may be there, once), or did not get as far (it
must not be there).
"""
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time

from house import BUILD, PROGRAMS, TOP, UID_USERS, USERS, home, is_user
from tap import ok, same, skip_all, wait_for

PEERS = os.path.abspath(f"{BUILD}/peers")
ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
SINK = ("127.0.0.50", 2526)
LAST_LINE = "La de da de da 4."


def find_peers():
    """Before a private network is entered: the peers are fetched over it."""
    if os.environ.get("MALOTE_NAMESPACE") != "1":
        p = subprocess.run(["sh", f"{TOP}/tests/lib/peers.sh", PEERS], capture_output=True,
                           text=True)
        if p.returncode != 0:
            skip_all("smtp-source and smtp-sink cannot be had: " + p.stderr.strip()[-200:])
        os.environ["PEERS_PATH"] = p.stdout
    ENV["LD_LIBRARY_PATH"] = os.environ["PEERS_PATH"]


def seeded():
    """The one source of chance; SEED=n repeats a storm as far as one can."""
    seed = int(os.environ.get("SEED") or int.from_bytes(os.urandom(4), "big"))
    print(f"# SEED={seed}", flush=True)
    return random.Random(seed)


class Ledger:
    """What the clients know about their messages."""

    def __init__(self):
        self.lock = threading.Lock()
        self.kept, self.unsure, self.batches, self.breaks = set(), set(), 0, 0

    def next_batch(self):
        with self.lock:
            self.batches += 1
            return self.batches

    def read(self, transcript, batch, count):
        """One smtp-source session, as its -v shows it."""
        kept, unsure = set(), set()
        mark = None                     # of the message whose reply is awaited
        for line in transcript.splitlines():
            text = line.partition(": ")[2]
            if text == ".":
                count -= 1
                mark = f"{count}@{batch}"
                unsure.add(mark)
            elif mark is not None and text.startswith("<<< "):
                if text.startswith("<<< 2"):
                    kept.add(mark)
                    unsure.discard(mark)
                mark = None
        with self.lock:
            self.kept |= kept
            self.unsure |= unsure
        return len(kept)


def mark_of(text):
    found = re.search(r"^Message-Id: <[0-9a-f]+\.[0-9a-f]+\.([0-9a-f]+)@([^>]*)>", text, re.M)
    return f"{int(found.group(1), 16)}@{found.group(2)}" if found else None


def source(house, ledger, batch, to, count=1, sender="storm@elsewhere.example"):
    """One session of smtp-source with count messages; how many were kept."""
    p = subprocess.run([f"{PEERS}/usr/sbin/smtp-source", "-v", "-s", "1", "-d",
                        "-m", str(count), "-f", sender, "-M", batch, "-t", to,
                        f"{house.ip}:2525"],
                       env=ENV, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, timeout=200)
    kept = ledger.read(p.stderr.decode(errors="replace"), batch, count)
    if kept < count:
        with ledger.lock:
            ledger.breaks += 1
    return kept


class Clients:
    """20 sessions at a time, until what was asked for has been kept."""

    def __init__(self, house, kinds, sessions=20, batch=5):
        # kinds: name -> (addresses to rotate through, how many)
        self.house, self.kinds, self.batch = house, kinds, batch
        self.ledgers = {k: Ledger() for k in kinds}
        self.go_on, self.hurried = lambda: False, True
        self.threads = [threading.Thread(target=self.work, args=(i,), daemon=True)
                        for i in range(sessions)]

    def start(self):
        for t in self.threads:
            t.start()
        return self

    def join(self):
        for t in self.threads:
            t.join()

    def wanting(self):
        return [k for k, (_, n) in self.kinds.items() if len(self.ledgers[k].kept) < n]

    def done(self):
        """The part of the mail that has been kept, 0 to 1."""
        return min(min(len(self.ledgers[k].kept) / n, 1) for k, (_, n) in self.kinds.items())

    def work(self, turn):
        while True:
            open_kinds = self.wanting() or (list(self.kinds) if self.go_on() else [])
            if not open_kinds:
                return
            kind = open_kinds[turn % len(open_kinds)]
            ledger = self.ledgers[kind]
            number = ledger.next_batch()
            addresses = self.kinds[kind][0]
            kept = source(self.house, ledger, f"{kind}{number}.example",
                          addresses[number % len(addresses)], self.batch)
            turn += 1
            if kept == 0:
                time.sleep(0.1)


def gaps(first, deaths):
    """Seconds from each time to the nearest death: what was under way may go on behind it."""
    return [min(abs(d - t) for d in deaths) for t in first]


class Sink:
    """smtp-sink, which keeps each message in a file of its own."""

    def __init__(self, folder):
        self.folder = folder
        os.mkdir(folder)
        os.chmod(folder, 0o777)
        self.process = subprocess.Popen(
            [f"{PEERS}/usr/sbin/smtp-sink", "-u", "daemon", "-d", f"{folder}/m.",
             f"{SINK[0]}:{SINK[1]}", "512"], env=ENV, stdin=subprocess.DEVNULL)
        wait_for(self.listens)

    @staticmethod
    def listens():
        try:
            socket.create_connection(SINK, 1).close()
            return True
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def first_of_twice(self):
        """When those that came twice were there for the first time."""
        times = {}
        for name in os.listdir(self.folder):
            with open(f"{self.folder}/{name}", errors="replace") as f:
                times.setdefault(mark_of(f.read()), []).append(
                    os.stat(f"{self.folder}/{name}").st_mtime)
        return [min(t) for t in times.values() if len(t) > 1]

    def marks(self):
        """(mark, whole) of each message that was taken."""
        found = []
        for name in os.listdir(self.folder):
            with open(f"{self.folder}/{name}", errors="replace") as f:
                text = f.read()
            if re.search(r"^X-Rcpt-Args: ", text, re.M):
                found.append((mark_of(text) or name, LAST_LINE in text))
        return found


# --- killing ---------------------------------------------------------------

def parent(pid):
    with open(f"/proc/{pid}/stat") as f:
        return int(f.read().rsplit(")", 1)[1].split()[1])


def main_pid(house, program):
    """The process malote started: the one whose parent is malote."""
    for pid in house.pids(program):
        try:
            if parent(pid) == house.process.pid and not is_user(pid):
                return pid
        except OSError:
            pass
    return None


def other_pids(house, program):
    """Sessions and workers: what a program (or become) started."""
    first = main_pid(house, program)
    return [p for p in house.pids(program) if p != first]


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
        return True
    except (OSError, TypeError):
        return False


def kill_main(house, program, seconds=8):
    """Kills a program as soon as it runs (again)."""
    pid = wait_for(lambda: main_pid(house, program), seconds)
    return kill(pid) if pid else False


def revive(house):
    """kill -9 for malote itself, and a new start as a supervisor would do it."""
    house.process.kill()
    house.process.wait()
    house.log.close()
    begin = time.monotonic()
    for attempt in range(100):
        ready = house.stderr().count("malote: ready")
        house.start(wait=False)
        wait_for(lambda: house.stderr().count("malote: ready") > ready or
                 house.process.poll() is not None, 30)
        if house.process.poll() is None:
            return attempt, time.monotonic() - begin
        house.log.close()
        time.sleep(0.1)
    raise RuntimeError("malote does not start again:\n" + house.stderr())


# --- the account -----------------------------------------------------------

def mailboxes(house, virtual=()):
    for user in USERS:
        yield user, home(user) + "/Maildir"
    for address in virtual:
        local, domain = address.split("@")
        yield address, f"{house.state}/mail/{domain}/{local}"


def delivered(house, virtual=()):
    """What is in the Maildirs: [(mark, whole)] of mail, and of reports on mail."""
    mail, reports = [], []
    for _, base in mailboxes(house, virtual):
        for sub in ("new", "cur"):
            folder = f"{base}/{sub}"
            for name in os.listdir(folder) if os.path.isdir(folder) else []:
                with open(f"{folder}/{name}", "rb") as f:
                    data = f.read()
                text = data.decode(errors="replace")
                size = re.search(r",S=(\d+)", name)
                whole = size is not None and int(size.group(1)) == len(data)
                if "multipart/report" in text:
                    reports.append((mark_of(text) or name, whole and text.endswith("--\n")))
                else:
                    mail.append((mark_of(text) or name,
                                 whole and text.endswith(LAST_LINE + "\n")))
    return mail, reports


def left_in_tmp(house, virtual=()):
    left = os.listdir(f"{house.state}/queue/tmp")
    for _, base in mailboxes(house, virtual):
        if os.path.isdir(f"{base}/tmp"):
            left += [f"{base}/tmp/{n}" for n in os.listdir(f"{base}/tmp")]
    return left


def times(marks):
    count = {}
    for mark in marks:
        count[mark] = count.get(mark, 0) + 1
    return count


def check_arrived(what, ledger, found, twice_allowed=0):
    """Each kept mark is there, whole; nothing is there too often."""
    count = times(m for m, _ in found)
    lost = sorted(ledger.kept - set(count))
    same(lost[:20], [], f"{what}: none of {len(ledger.kept)} kept messages is lost")
    torn = sorted(m for m, whole in found if not whole)
    same(torn[:20], [], f"{what}: all are whole")
    unknown = sorted(set(count) - ledger.kept - ledger.unsure)
    same(unknown[:20], [], f"{what}: nothing else arrived")
    twice = sorted(m for m, n in count.items() if n > 1)
    extra = sum(n - 1 for n in count.values())
    ok(extra <= twice_allowed, f"{what}: {extra} came twice" if twice_allowed else
       f"{what}: nothing came twice", "\n".join(twice[:20]))
    print(f"# {what}: {len(ledger.kept)} kept, {len(ledger.unsure)} unsure "
          f"({len(ledger.unsure & set(count))} of them arrived), {ledger.breaks} broken sessions,"
          f" {extra} twice", flush=True)
    return lost + torn + unknown + (twice if extra > twice_allowed else [])


def check_clean(house, virtual=(), seconds=60):
    """Nothing waits, nothing is left over, nothing was damaged."""
    ok(wait_for(house.queue_is_empty, seconds), "the queue is empty at the end",
       house.malote("queue", "list").stdout[-2000:] + "".join(house.events()[-3000:]))
    same(os.listdir(f"{house.state}/queue/bad"), [], "nothing is in queue/bad")
    wait_for(lambda: not left_in_tmp(house, virtual), 5)
    same(left_in_tmp(house, virtual)[:10], [], "the tmp folders are empty")


def check_gone(house):
    """After malote's end."""
    left = {q: house.pids(q) for q in [*PROGRAMS, "start"] if house.pids(q)}
    same(left, {}, "no process is left over")


def story(house, mark):
    """For a failure: the life of a message."""
    events = house.events()
    number, _, batch = mark.partition("@")
    ids = re.findall(rf" id=(\S+) .*\.0*{int(number):x}@{batch}", events) \
        if number.isdigit() else []
    print(f"# --- {mark}", file=sys.stderr)
    for line in events.splitlines():
        if mark in line or any(i in line for i in ids):
            print("# " + line, file=sys.stderr)
