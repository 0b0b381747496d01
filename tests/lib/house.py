"""A private malote instance under a temporary root: real accounts (a uid range
of its own), real jails, loopback addresses of its own.

enter_namespace() re-executes the script in mount, network and pid namespaces
of its own: system users exist only in the test's /etc/passwd, the loopback and
its ports are the test's alone, and no process outlives it.
"""
import crypt
import os
import poplib
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
import uuid

from tap import wait_for

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("BUILD", os.path.join(TOP, "build"))
BIN = f"{BUILD}/bin"
PROGRAMS = ["keeper", "become", "recorder", "dns", "who", "alias", "auth", "inject", "settle",
            "queue", "bounce", "local", "maildrop", "remote", "smtpd", "pop3d", "conf"]
USERS = ["ana", "ben", "carla", "dora", "emil", "fay", "gus", "hana", "ivo", "jo"]
SRV = "/srv"                    # inside the private mount namespace only
HOMES = SRV                     # or a folder there
BOOT_ID = "/proc/sys/kernel/random/boot_id"
UID_USERS = 310000
UID_HOUSE = 300000


def enter_namespace(private_net=True):
    """Goes on in namespaces of its own, with system users USERS."""
    if os.environ.get("MALOTE_NAMESPACE") != "1":
        os.environ["MALOTE_NAMESPACE"] = "1"
        apart = ["-n", "-p", "--fork", "--kill-child", "--mount-proc"]
        os.execvp("unshare", ["unshare", "-m", "--propagation", "private",
                              *(apart if private_net else []), sys.executable] + sys.argv)
    if private_net:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    folder = tempfile.mkdtemp(prefix="malote-etc-")
    os.chmod(folder, 0o755)
    hashed = crypt.crypt("pw", crypt.mksalt(crypt.METHOD_SHA512, rounds=1000))
    write(f"{folder}/passwd", "root:x:0:0:root:/root:/bin/sh\n" + "".join(
        f"{u}:x:{UID_USERS + i}:{UID_USERS + i}:{u}:{home(u)}:/bin/sh\n"
        for i, u in enumerate(USERS)) + "daemon:x:1:1::/:/bin/sh\n")
    write(f"{folder}/group", "root:x:0:\n" + "".join(
        f"{u}:x:{UID_USERS + i}:\n" for i, u in enumerate(USERS)))
    write(f"{folder}/shadow", "root:!:1::::::\n" + "".join(
        f"{u}:{hashed}:19000:0:99999:7:::\n" for u in USERS), 0o600)
    for name in ("passwd", "group", "shadow"):
        subprocess.run(["mount", "--bind", f"{folder}/{name}", f"/etc/{name}"], check=True)
    shutil.rmtree(folder)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", SRV], check=True)
    make_homes()


def make_homes():
    for i, user in enumerate(USERS):
        os.makedirs(home(user))
        os.chmod(home(user), 0o700)
        os.chown(home(user), UID_USERS + i, UID_USERS + i)


def boot_anew():
    """From now on this is another boot of the machine, for whoever asks the kernel in
    this mount namespace.  Its id."""
    own = f"{SRV}/boot-id"
    if not os.path.exists(own):
        write(own, "")
        subprocess.run(["mount", "--bind", own, BOOT_ID], check=True)
    boot = str(uuid.uuid4())
    write(own, boot + "\n")
    return boot


def home(user):
    return f"{HOMES}/{user}"


def write(path, text, mode=0o644):
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)


def is_user(pid):
    """Whether a process is a system user's: a worker, whose parent is malote, too."""
    with open(f"/proc/{pid}/status") as f:
        return int(next(l for l in f if l.startswith("Uid:")).split()[1]) >= UID_USERS


class Instance:
    """One malote.  index keeps uids and addresses of several ones apart."""

    def __init__(self, index=0, extra="", conf=None, aliases="", users="", root=None,
                 name=None, state=None):
        self.index = index
        self.ip = f"127.0.{77 + index}.1"
        self.name = name or f"host{index}.example"
        self.root = root or tempfile.mkdtemp(prefix="malote-test-")
        os.chmod(self.root, 0o755)
        self.etc = f"{self.root}/etc"
        self.state = state or f"{self.root}/state"
        os.makedirs(self.etc, exist_ok=True)
        os.makedirs(self.state, exist_ok=True)
        self.uid = UID_HOUSE + 100 * index
        self.process = None
        write(f"{self.etc}/malote.conf", conf or self.default_conf(extra))
        self.aliases(aliases)
        self.users(users)

    def account(self, program):
        """The uid (and gid) a program has here."""
        return self.uid + 1 + PROGRAMS.index("local" if program == "maildrop" else program)

    def accounts(self):
        return "".join(f"account {p} {self.account(p)}\n" for p in PROGRAMS)

    def default_conf(self, extra=""):
        return (f"hostname {self.name}\n"
                f"listen smtp {self.ip}:2525\n"
                f"listen pop3 {self.ip}:2110 cleartext-login\n"
                f"domain {self.name} system\n"
                f"domain virtual{self.index}.example virtual\n"
                "relay-from 127.0.0.0/8\n"
                f"maildir-filesystem {HOMES}\n"
                "retry 1s 1s 2s 4s\n"
                "login-delay 0s\n" + self.accounts() + extra)

    def aliases(self, text):
        write(f"{self.etc}/aliases", text)

    def users(self, pairs):
        """{login: password}, or the text itself."""
        if isinstance(pairs, dict):
            pairs = "".join(f"{u}:{crypt.crypt(p, crypt.mksalt(crypt.METHOD_SHA512, rounds=1000))}\n"
                            for u, p in pairs.items())
        write(f"{self.etc}/users", pairs, 0o600)

    def first_accounts(self):
        """For -u: the accounts of who reads the configuration."""
        return f"{self.account('keeper')},{self.account('conf')}"

    def environment(self):
        env = dict(os.environ)
        env.update(MALOTE_CONF=f"{self.etc}/malote.conf", MALOTE_STATE=self.state,
                   MALOTE_LIBEXEC=BIN)
        return env

    def start(self, wait=True, options=()):
        self.log = open(f"{self.root}/stderr", "ab")
        before = self.log.tell()
        self.process = subprocess.Popen(
            [f"{BIN}/malote", "start", "-u", self.first_accounts(), *options],
            env=self.environment(), stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=self.log, start_new_session=True)
        if wait and not wait_for(lambda: "malote: ready" in self.stderr()[before:] or
                                 self.process.poll() is not None, 30):
            raise RuntimeError("malote did not come up:\n" + self.stderr())
        if wait and self.process.poll() is not None:
            raise RuntimeError("malote ended:\n" + self.stderr())
        return self

    def stderr(self):
        with open(f"{self.root}/stderr", errors="replace") as f:
            return f.read()

    def events(self):
        try:
            with open(f"{self.state}/events/current", errors="replace") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def stop(self, keep=False):
        status = None
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
            try:
                status = self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                status = self.process.wait()
            self.process = None
            self.log.close()
        if not keep:
            shutil.rmtree(self.root, ignore_errors=True)
        return status

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        if error[0] is not None:
            print("# --- stderr\n# " + self.stderr().replace("\n", "\n# ") +
                  "\n# --- events\n# " + "\n# ".join(self.events().splitlines()[-60:]),
                  file=sys.stderr)
        self.stop()

    def malote(self, *args, **kw):
        return subprocess.run([f"{BIN}/malote", *args], env=self.environment(),
                              capture_output=True, text=True, timeout=60, **kw)

    def smtp(self):
        return smtplib.SMTP(self.ip, 2525, timeout=30)

    def pop3(self, user, password="pw"):
        box = poplib.POP3(self.ip, 2110, timeout=30)
        box.user(user)
        box.pass_(password)
        return box

    def send(self, to, text="Subject: test\r\n\r\nhello\r\n", sender="sender@elsewhere.example"):
        with self.smtp() as s:
            return s.sendmail(sender, to, text)

    def transcript(self, lines, port=2525):
        """Sends each line, returns the replies (one per line, multi-line joined)."""
        replies = []
        with socket.create_connection((self.ip, port), 30) as s:
            f = s.makefile("rb")

            def reply():
                text = f.readline().decode(errors="replace")
                while text[3:4] == "-" and text:
                    text = f.readline().decode(errors="replace")
                return text.rstrip("\r\n")
            replies.append(reply())
            for line in lines:
                s.sendall(line if isinstance(line, bytes) else line.encode() + b"\r\n")
                if line is not None:
                    replies.append(reply())
        return replies

    def pids(self, program):
        """pids of a program's main process and of its children."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                exe = os.readlink(f"/proc/{pid}/exe")
                with open(f"/proc/{pid}/status") as f:
                    uid = int(next(l for l in f if l.startswith("Uid:")).split()[1])
            except (OSError, StopIteration):
                continue
            if os.path.basename(exe) == program and (
                    self.uid <= uid < self.uid + 100 or uid >= UID_USERS or uid == 0):
                found.append(int(pid))
        return found

    def mail(self, user):
        """Texts of all messages in a Maildir: a system user's or virtual USER@DOMAIN's."""
        base = home(user) + "/Maildir" if "@" not in user else \
            f"{self.state}/mail/{user.split('@')[1]}/{user.split('@')[0]}"
        texts = []
        for sub in ("new", "cur"):
            folder = f"{base}/{sub}"
            for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
                with open(f"{folder}/{name}", newline="", errors="surrogateescape") as f:
                    texts.append(f.read())
        return texts

    def wait_mail(self, user, count=1, seconds=20):
        wait_for(lambda: len(self.mail(user)) >= count, seconds)
        return self.mail(user)

    def queue_is_empty(self):
        return not os.listdir(f"{self.state}/queue/new") and \
            not os.listdir(f"{self.state}/queue/cur")
