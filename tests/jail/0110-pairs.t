#!/usr/bin/env python3
"""Pairs of accounts cannot signal, trace or open each other's things.

Each account is tried without its jail, so that what is seen here is what the
accounts alone keep apart; two processes of one account (sessions of smtpd) are
kept apart by what jail_enter() does.
"""
import ctypes
import json
import os
import platform
import resource
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import PROGRAMS, Instance, enter_namespace
from tap import main, ok, same, skip_all

PTRACE, SEIZE = 101, 0x4206
VM_READV, PIDFD_OPEN, PIDFD_GETFD = 310, 434, 438
NOBODY = 65534

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *args):
    result = libc.syscall(number, *[ctypes.c_long(a) for a in args])
    if result == -1:
        raise OSError(ctypes.get_errno(), "refused")
    return result


def trace(pid):
    call(PTRACE, SEIZE, pid, 0, 0)      # our own end lets it go again


def take_descriptor(pid):
    call(PIDFD_GETFD, call(PIDFD_OPEN, pid, 0), 0, 0)


def read_memory(pid):
    buffer = ctypes.create_string_buffer(8)
    local = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)
    remote = (ctypes.c_void_p * 2)(0x1000, 8)
    try:
        call(VM_READV, pid, ctypes.addressof(local), 1, ctypes.addressof(remote), 1, 0)
    except OSError as e:
        if e.errno != 14:               # EFAULT: it may, but nothing is there
            raise


# What may succeed between two processes of one account stands in OWN.
ON_PROCESS = {
    "signal": lambda pid: os.kill(pid, 0),
    "trace": trace,
    "read the memory of": read_memory,
    "take a descriptor of": take_descriptor,
    "open the memory of": lambda pid: os.close(os.open(f"/proc/{pid}/mem", os.O_RDONLY)),
    "list the descriptors of": lambda pid: os.listdir(f"/proc/{pid}/fd"),
    "enter the root of": lambda pid: os.stat(f"/proc/{pid}/root/."),
    "enter the folder of": lambda pid: os.stat(f"/proc/{pid}/cwd/."),
    "read the environment of": lambda pid: open(f"/proc/{pid}/environ").read(),
    "change the limits of": lambda pid: resource.prlimit(pid, resource.RLIMIT_NOFILE),
    "slow down": lambda pid: os.setpriority(os.PRIO_PROCESS, pid, 19),
}
OWN = {"signal", "slow down", "change the limits of"}   # what the filters refuse


def connect(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
        s.connect(path)


def make(folder):
    path = f"{folder}/made-by-{os.getpid()}"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    os.unlink(path)


def read_some(folder):
    for name in os.listdir(folder):
        open(f"{folder}/{name}", "rb").close()


def attempts(house, pids, sockets):
    """Every one that succeeds, as [what, of whom]."""
    done = []

    def attempt(what, whom, act, *args):
        try:
            act(*args)
        except OSError:
            return
        done.append([what, whom])

    for pid, whom in pids:
        for what, act in ON_PROCESS.items():
            attempt(what, whom, act, pid)
    for path in sockets:
        attempt("connect to", path, connect, f"{house.state}/run/{path}")
    for place in ["run"] + [f"run/{p}" for p in PROGRAMS + ["public", "control"]] + \
            ["secret", "tables", "events", "mail", "anchor", "queue"] + \
            [f"queue/{f}" for f in ("tmp", "new", "cur", "bad", "log")]:
        attempt("make a file in", place, make, f"{house.state}/{place}")
        if not place.startswith("run") and place != "queue":
            attempt("list", place, os.listdir, f"{house.state}/{place}")
    return done


def on_open_process():
    """The same attempts on a process of the same account that nobody jailed."""
    read, write = os.pipe()             # its writing end closes at exec
    pid = os.fork()
    if pid == 0:
        # exec makes it dumpable again after the change of account
        os.execv("/bin/sleep", ["sleep", "60"])
    os.close(write)
    os.read(read, 1)
    done = []
    for what, act in ON_PROCESS.items():
        try:
            act(pid)
            done.append(what)
        except OSError:
            pass
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return done


def as_account(uid, act):
    """What act() returns in a child that is this account and nothing more."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([uid])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            os.write(write, json.dumps(act()).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as f:
        text = f.read()
    os.waitpid(pid, 0)
    return json.loads(text)


# By room and folder: the accounts that have business there.
FOLDERS = {"queue/tmp": ["inject", "queue"], "queue/new": ["inject", "queue"],
           "queue/cur": ["queue"], "queue/bad": ["queue"], "queue/log": ["queue"],
           "tables": ["alias", "conf"], "secret": ["conf"], "events": ["recorder"], "mail": ["local", "maildrop"],
           "anchor": ["dns"]}
ONLY_LIST = {"tables"}


def permitted(what, whom, names):
    if what == "connect to":
        return whom.startswith("public/") or whom.split("/")[0] in names
    if what == "list" or what == "make a file in":
        return bool(set(names) & set(FOLDERS.get(whom, []))) and \
            (what == "list" or whom not in ONLY_LIST or "conf" in names)
    return False


def run():
    if platform.machine() != "x86_64":
        skip_all("calls are made by their numbers on x86-64")
    enter_namespace()
    same(as_account(NOBODY, lambda: on_open_process()), list(ON_PROCESS),
         "all of it succeeds on a process that is in no jail")
    with Instance(users={"zoe@virtual0.example": "pw"}) as house:
        house.send("ana@host0.example")
        house.send("zoe@virtual0.example")
        house.wait_mail("ana")
        clients = [house.pop3("ana"), house.pop3("zoe@virtual0.example"), house.pop3("ben")]
        for box in clients:
            box.stat()
        sessions = [house.smtp(), house.smtp()]
        for s in sessions:
            s.ehlo()
        processes = {}
        for program in PROGRAMS[:-1] + ["start"]:
            for pid in house.pids(program):
                processes[pid] = (program, real_uid(pid))
        sockets = sorted(f"{room}/{leaf}" for room in os.listdir(f"{house.state}/run")
                         for leaf in os.listdir(f"{house.state}/run/{room}"))
        ok(len(sockets) >= 20, "the sockets of the edges are there", sockets)
        ok(len([p for p in processes.values() if p[0] == "smtpd"]) >= 3,
           "several sessions of one account are there")
        accounts = {}
        for program, uid in processes.values():
            if uid != 0:
                accounts.setdefault(uid, set()).add(program)
        accounts[house.uid + 1 + PROGRAMS.index("conf")] = {"conf"}
        accounts[NOBODY] = {"nobody"}
        ok(len(accounts) > len(PROGRAMS), "accounts of programs, users and nobody", accounts)
        for uid, names in sorted(accounts.items()):
            pids = [(pid, f"{p} {pid}") for pid, (p, _) in processes.items()]
            user = uid >= 310000
            done = as_account(uid, lambda: attempts(house, pids, sockets))
            bad = [(what, whom) for what, whom in done
                   if not (what in OWN and real_uid(int(whom.split()[1])) == uid) and
                   not permitted(what, whom, [] if user else names)]
            title = "+".join(sorted(names)) + (" of a user" if user else "")
            if user:    # the runner of his own programs is his own
                bad = [(w, x) for w, x in bad if not (" " in x and is_his_runner(x, uid))]
            same(bad, [], f"{title}: nothing of another account, and no inside of its own")
        for s in sessions:
            s.quit()
        for box in clients:
            box.quit()


def real_uid(pid):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("Uid:"))


def is_his_runner(whom, uid):
    pid = int(whom.split()[1])
    with open(f"/proc/{pid}/status") as f:
        return real_uid(pid) == uid and "Seccomp:\t0" in f.read()


main(run)
