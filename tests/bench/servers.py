"""The servers under test: malote, and its peers from Debian's packages.

Each one listens on 127.0.0.1 port 2525 (SMTP) and 2110 (POP3), has the system
users u0..u49 and big with password "pw", test.example as its local domain, a
list of 10,000 addresses, and routes: sink.example and hopN.example lead to the
sink, at dead.example nobody listens.  A new run gets new homes and a new queue:
what an earlier one left is moved aside and removed when nobody measures.
"""
import ctypes
import glob
import os
import re
import socket
import subprocess
import time

import house
from group import Group, read
from tap import wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = os.environ.get("BENCH_TOOLS") or os.path.abspath(f"{HERE}/../../build/bench")

SMTP, POP3 = "127.0.0.1:2525", "127.0.0.1:2110"
SINK, DEAD = "127.0.0.1:2599", "127.0.0.1:2598"
HOPS = 200                              # hopN.example is at 127.1.1.N, the sink's port
LIST = 10000
USERS = {**{f"u{i}": 2000 + i for i in range(50)}, "big": 2099}
# The same cheap hash for all; "pw" in MD5-crypt, as peers.sh writes it.
HASH = "$1$ab$b2XAKzcGJvTR.javvk3280"
SESSIONS = 200
PORTS = {"smtp": SMTP, "pop3": POP3}
SYNCS = "fsync,fdatasync,syncfs"


class Failure(Exception):
    """What a cell of the table says instead of a figure."""


def new_folder(path, uid):
    os.makedirs(path, mode=0o700, exist_ok=True)
    os.chown(path, uid, uid)


def greets(address):
    """Whether somebody says hello there."""
    host, port = address.split(":")
    try:
        with socket.create_connection((host, int(port)), 5) as s:
            return s.recv(100)[:1] in (b"2", b"+")
    except OSError:
        return False


def default_hash(password):
    """The hash that crypt(3) prefers here."""
    crypt = ctypes.CDLL("libcrypt.so.1")
    crypt.crypt_gensalt.restype = crypt.crypt.restype = ctypes.c_char_p
    return crypt.crypt(password.encode(), crypt.crypt_gensalt(None, 0, None, 0)).decode()


class Server:
    name = None
    protocols = ("smtp",)
    folders = ("",)             # of its queue, where messages wait

    def __init__(self, place, slow=0):
        self.place, self.slow = place, slow
        self.trace = None       # a file for strace's record of syncs
        self.calls = None       # a file for its count of all calls
        self.hash = HASH
        self.group = Group(self.name)
        self.processes = []

    def maildir(self, user):
        return f"{self.homes}/{user}/Maildir"

    def prepare(self, sessions=SESSIONS):
        """New homes, a new queue, a configuration."""
        self.set_aside()
        for user, uid in USERS.items():
            new_folder(f"{self.homes}/{user}", uid)
            for part in ("", "/new", "/cur", "/tmp"):
                new_folder(self.maildir(user) + part, uid)
        self.configure(sessions)

    def spawn(self, command, **more):
        """Starts a command of this server; strace delays or records its syncs.  It is not a
        preloaded library that delays: malote's jails and static programs take none."""
        strace = ["strace", "-f", "-qqq", "--seccomp-bpf", "-e", "signal=none",
                  "-e", f"trace={SYNCS}"]
        if self.trace:
            command = [*strace, "-ttt", "-T", "-o", self.trace, *command]
        elif self.calls:
            command = ["strace", "-f", "-c", "-S", "calls", "-o", self.calls, *command]
        elif self.slow:
            command = [*strace, "-o", "/dev/null",
                       "-e", f"inject={SYNCS}:delay_exit={int(self.slow * 1000)}", *command]
        self.processes.append(self.group.spawn(command, **more))

    def run(self):
        """Starts, and waits until every protocol greets."""
        self.start()
        if not wait_for(lambda: all(greets(PORTS[p]) for p in self.protocols), 30):
            raise Failure("does not answer")

    def stop(self):
        """Ends it; the queue is kept."""
        self.group.end()
        for process in self.processes:
            process.wait()
        self.processes = []

    def end(self):
        self.stop()
        self.group.remove()

    def waiting(self):
        """How many messages its queue holds."""
        return sum(self.is_message(name) for folder in self.folders
                   for _, _, files in os.walk(f"{self.queue()}/{folder}") for name in files)

    def lost_events(self):
        return None


def hops(line):
    """A line for each of the next hops: number, number, port."""
    return "".join(line % (i, i, SINK.split(":")[1]) for i in range(HOPS))


class Malote(Server):
    """The sample configuration but for ports, paths, accounts and routes."""
    name = "malote"
    protocols = ("smtp", "pop3")
    homes = "/srv/home"
    folders = ("new", "cur")

    def version(self):
        p = subprocess.run(f"git -C '{house.TOP}' describe --always --dirty 2>&-", shell=True,
                           capture_output=True, text=True)
        return p.stdout.strip() or "?"

    def set_aside(self):
        """A folder of this run's own, on the disk of the peers, seen as /srv."""
        subprocess.run(["umount", "-q", "/srv"], check=False)
        place = f"{self.place}/malote/{time.time_ns()}"
        os.makedirs(place)
        for above in (place, f"{self.place}/malote"):
            os.chmod(above, 0o755)
        subprocess.run(["mount", "--bind", place, "/srv"], check=True)
        self.accounts(place)
        os.mkdir("/srv/home")
        os.chmod("/srv/home", 0o755)

    def accounts(self, place):
        """The users, in this mount namespace only."""
        rows = "".join(f"{u}:x:{i}:{i}::/srv/home/{u}:/bin/sh\n" for u, i in USERS.items())
        groups = "".join(f"{u}:x:{i}:\n" for u, i in USERS.items())
        hashes = "".join(f"{u}:{self.hash}:19000:0:99999:7:::\n" for u in USERS)
        house.write(f"{place}/passwd", "root:x:0:0:root:/root:/bin/sh\n" + rows)
        house.write(f"{place}/group", "root:x:0:\n" + groups)
        house.write(f"{place}/shadow", "root:!:1::::::\n" + hashes, 0o600)
        for name in ("passwd", "group", "shadow"):
            subprocess.run(["umount", "-q", f"/etc/{name}"], check=False)
            subprocess.run(["mount", "--bind", f"{place}/{name}", f"/etc/{name}"], check=True)

    def configure(self, sessions):
        with open(f"{house.TOP}/conf/malote.conf.sample") as f:
            ours = re.compile(r"(hostname|listen|domain|relay-from)\s")
            sample = "".join(line for line in f if not ours.match(line))
        os.mkdir("/srv/house")
        self.house = house.Instance(root="/srv/house", conf=" ")
        house.write(f"{self.house.etc}/malote.conf",
                    sample + self.lines(sessions) + self.house.accounts())
        with open(f"{house.TOP}/conf/aliases.sample") as f:
            self.house.aliases(f.read() + "root: u0\nlist: :include:list\n")
        house.write(f"{self.house.etc}/list",
                    "".join(f"l{i}@sink.example\n" for i in range(LIST)))

    @staticmethod
    def lines(sessions):
        more = f"smtp-sessions {sessions}\nsmtp-sessions-per-client {sessions}\n" \
            if sessions > SESSIONS else ""
        return ("hostname mx.test.example\n"
                f"listen smtp {SMTP}\n"
                "listen submission 127.0.0.1:2587\n"
                f"listen pop3 {POP3} cleartext-login\n"
                "domain test.example system\n"
                "relay-from 127.0.0.1 ::1\n"
                f"route sink.example smtp [127.0.0.1]:{SINK.split(':')[1]}\n"
                f"route dead.example smtp [127.0.0.1]:{DEAD.split(':')[1]}\n" +
                hops("route hop%d.example smtp [127.1.1.%d]:%s\n") + more)

    def queue(self):
        return "/srv/house/state/queue"

    @staticmethod
    def is_message(name):
        return True

    def start(self):
        with open("/srv/house/stderr", "ab") as log:
            self.spawn([f"{house.BIN}/malote", "start", "-u", self.house.first_accounts()],
                       env=self.house.environment(), stderr=log)

    def stop(self):
        # The master ends its house; the group is asked only when it does not.
        for process in self.processes:
            process.terminate()
        wait_for(lambda: not self.group.pids(), 10)
        super().stop()

    def lost_events(self):
        """Events the recorder did not get or could not write."""
        lost = 0
        for path in glob.glob("/srv/house/state/events/*"):
            lost += sum(int(n) for n in re.findall(r" lost n=(\d+)", read(path)))
        return lost


class Peer(Server):
    """A Debian root of its own; see peers.sh."""
    spool = None                # below its root: what a run may find empty

    def __init__(self, place, slow=0):
        self.root = f"{place}/peers/{self.name}"
        self.homes = f"{self.root}/home"
        if not os.path.exists(f"{self.root}/.made"):
            raise Failure("absent: make bench-peers")
        super().__init__(place, slow)

    def version(self):
        return read(f"{self.root}/.version").strip()

    def set_aside(self):
        old = f"{self.root}/old/{time.time_ns()}"
        os.makedirs(old)
        for user in USERS:
            if os.path.isdir(self.maildir(user)):
                os.makedirs(f"{old}/{user}", exist_ok=True)
                os.rename(self.maildir(user), f"{old}/{user}/Maildir")
        if self.spool and os.path.isdir(f"{self.root}/{self.spool}"):
            spool, first = f"{self.root}/{self.spool}", f"{self.root}/.spool"
            if not os.path.isdir(first):
                subprocess.run(["cp", "-a", spool, first], check=True)
            os.rename(spool, f"{old}/spool")
            subprocess.run(["cp", "-a", first, spool], check=True)

        shadow = re.sub(r"^((?:u\d+|big)):[^:]*:", lambda m: f"{m[1]}:{self.hash}:",
                        read(f"{self.root}/etc/shadow"), flags=re.M)
        self.file("etc/shadow", shadow, 0o640)

    def queue(self):
        return f"{self.root}/{self.spool}"

    def chroot(self, *command, **more):
        return subprocess.run(["chroot", self.root, *command], check=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **more)

    def file(self, path, text, mode=0o644):
        house.write(f"{self.root}/{path}", text, mode)

    def ours(self, path):
        """A configuration of ours, from tests/bench/peers."""
        return read(f"{HERE}/peers/{self.name}/{path}")

    def aliases(self):
        self.file("etc/aliases", "list: :include:/etc/list10000\nroot: u0\npostmaster: u0\n")
        self.file("etc/list10000", "".join(f"l{i}@sink.example\n" for i in range(LIST)))

    def start(self):
        """Its surroundings, then itself."""
        if not os.path.ismount(f"{self.root}/proc"):
            subprocess.run(["mount", "-t", "proc", "proc", f"{self.root}/proc"], check=True)
        log = f"{self.root}/dev/log"
        self.processes.append(self.group.spawn(
            [f"{TOOLS}/bench_syslog", log, f"{self.root}/var/log/bench.log"]))
        wait_for(lambda: os.path.exists(log), 5)
        self.spawn(["chroot", self.root, *self.command])


class Postfix(Peer):
    name = "postfix"
    spool = "var/spool/postfix"
    folders = ("incoming", "active", "deferred")
    command = ["sh", "-c", "rm -f /var/spool/postfix/pid/master.pid; exec postfix start-fg"]

    @staticmethod
    def is_message(name):
        return re.fullmatch("[0-9A-F]{6,}", name) is not None

    def configure(self, sessions):
        self.aliases()
        limit = str(sessions) if sessions > SESSIONS else "-"   # its own, 100
        master = read(f"{self.root}/usr/share/postfix/master.cf.dist")
        for line in self.ours("master.cf.sed").splitlines():
            if line.startswith("s/"):
                master = subprocess.run(["sed", line.replace("@MAX@", limit)], input=master,
                                        capture_output=True, text=True, check=True).stdout
        self.file("etc/postfix/master.cf", master)
        self.file("etc/postfix/main.cf", self.ours("main.cf"))
        self.file("etc/postfix/transport", self.ours("transport") +
                  hops("hop%d.example smtp:[127.1.1.%d]:%s\n"))
        self.chroot("postmap", "/etc/postfix/transport")
        self.chroot("newaliases")


class OpenSMTPD(Peer):
    name = "opensmtpd"
    spool = "var/spool/smtpd"
    command = ["sh", "-c", "rm -f /var/run/smtpd.sock; ulimit -n 16384; exec smtpd -F"]

    def configure(self, sessions):
        self.aliases()
        self.file("etc/smtpd.conf", self.ours("smtpd.conf") +
                  hops('action "hop%d" relay host smtp+notls://127.1.1.%d:%s\n') +
                  "".join(f'match from any for domain "hop{i}.example" action "hop{i}"\n'
                          for i in range(HOPS)))

    @staticmethod
    def is_message(name):
        return name == "message"


class Exim(Peer):
    name = "exim"
    spool = "var/spool/exim4"
    command = ["exim4", "-bdf", "-q30m"]

    @staticmethod
    def is_message(name):
        return name.endswith("-H")

    def configure(self, sessions):
        self.aliases()
        self.file("etc/exim4/exim4.conf", self.ours("exim4.conf").replace("@MAX@", str(sessions)))


class Dovecot(Peer):
    name = "dovecot"
    protocols = ("pop3",)
    command = ["sh", "-c", "ulimit -n 8192; exec dovecot -F"]

    def configure(self, sessions):
        self.file("etc/dovecot/dovecot.conf", self.ours("dovecot.conf"))


class Courier(Peer):
    name = "courier"
    protocols = ("pop3",)
    command = ["sh", "-c", "mkdir -p /run/courier/authdaemon && "
               "chown courier:courier /run/courier /run/courier/authdaemon && "
               "authdaemond start && pop3d start && sleep 86400"]

    def configure(self, sessions):
        """Debian's file with a free port and room for 50 sessions from one address."""
        path = f"{self.root}/etc/courier/pop3d"
        text = read(path)
        for name, value in (("PORT", "2110"), ("ADDRESS", "127.0.0.1"), ("MAXDAEMONS", "100"),
                            ("MAXPERIP", "100")):
            text = re.sub(rf"^{name}=.*", f"{name}={value}", text, flags=re.M)
        self.file("etc/courier/pop3d", text)


SERVERS = {s.name: s for s in (Malote, Postfix, OpenSMTPD, Exim, Dovecot, Courier)}
