#!/usr/bin/env python3
"""A drill in every live process: as if it were taken over, it tries what SECURITY.md says it could not.

The calls are made by the processes themselves, behind their real cards and
under their real accounts, with the descriptors they have.
"""
import os
import platform
import re
import socket
import struct
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from filters import libc
from house import PROGRAMS, Instance, enter_namespace
from puppet import REFUSED_BY_FILTER, Puppet
from tap import main, ok, same, skip_all, wait_for

HERE = -100                     # AT_FDCWD
CREATE, DIRECTORY = 0o100 | 1, 0o200000
UNIX, INET, INET6, NETLINK, PACKET = 1, 2, 10, 16, 17
STREAM, DGRAM, RAW, SEQPACKET = 1, 2, 3, 5
UP = "../" * 12
ABSTRACT = b"\0malote-drill"

# Calls that nobody needs, by number; arguments that would do no harm.
NEVER = {
    "ptrace": (101, 0x4206, 1, 0, 0), "process_vm_readv": (310, 1, 0, 0, 0, 0, 0),
    "pidfd_open": (434, 1, 0), "pidfd_getfd": (438, 0, 0, 0), "tkill": (200, 1, 0),
    "tgkill": (234, 1, 1, 0), "execve": (59, "/bin/true", 0, 0),
    "execveat": (322, HERE, "/bin/true", 0, 0, 0), "mount": (165, "a", "/", "tmpfs", 0, 0),
    "umount2": (166, "/", 0), "unshare": (272, 0x10000000), "setns": (308, 0, 0),
    "pivot_root": (155, "/", "/"), "chroot": (161, "/"), "fchdir": (81, 4), "chdir": (80, ".."),
    "bpf": (321, 0, 0, 0), "perf_event_open": (298, 0, 0, 0, 0, 0),
    "io_uring_setup": (425, 1, 0), "userfaultfd": (323, 0), "keyctl": (250, 0, 0, 0, 0, 0),
    "add_key": (248, "user", "x", "x", 1, 0), "memfd_create": (319, "x", 0),
    "symlinkat": (266, "/etc/shadow", HERE, "x"), "mknodat": (259, HERE, "x", 0o10666, 0),
    "chmod": (90, "/", 0o777), "fchmod": (91, 2, 0o777), "fchown": (93, 2, 0, 0),
    "setuid": (105, 0), "setgid": (106, 0), "setgroups": (116, 0, 0), "setresuid": (117, 0, 0, 0),
    "setpgid": (109, 0, 0), "personality": (135, 0), "iopl": (172, 3), "init_module": (175, 0, 0, 0),
    "kexec_load": (246, 0, 0, 0, 0), "reboot": (169, 0, 0, 0, 0), "swapon": (167, "x", 0),
    "open_by_handle_at": (304, HERE, 0, 0), "name_to_handle_at": (303, HERE, "/", 0, 0, 0),
    "quotactl": (179, 0, 0, 0, 0), "settimeofday": (164, 0, 0), "clock_settime": (227, 0, 0),
    "sethostname": (170, "x", 1), "inotify_init1": (294, 0), "process_madvise": (440, 0, 0, 0, 0, 0),
    "kcmp": (312, 1, 1, 0, 0, 0), "prlimit of another": (302, 1, 7, 0, 0),
    "code in memory": (9, 0, 4096, 7, 0x22, -1, 0), "memory made code": (10, 0x400000, 4096, 5),
    "TIOCSTI": (16, 2, 0x5412, "x"), "F_SETOWN": (72, 2, 8, 1),
    "netlink": (41, NETLINK, RAW, 0), "packet": (41, PACKET, RAW, 0),
    "raw internet": (41, INET, RAW, 1), "i386 numbers": (0x40000000 | 39,),
}


def unix(path):
    data = path if isinstance(path, bytes) else path.encode()
    return struct.pack("<H", UNIX) + data


def folders(pid):
    """The directory descriptors of a process."""
    found = []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            if os.path.isdir(os.readlink(f"/proc/{pid}/fd/{fd}")):
                found.append(int(fd))
        except OSError:
            pass
    return sorted(found)


def try_files(p, pid, state, done):
    for fd in [HERE] + folders(pid):
        where = "its root" if fd == HERE else f"folder {fd}"
        for name in ("etc/shadow", "etc/passwd", "root", "srv/ben", f"{state[1:]}/secret/passwd.cdb",
                     f"{state[1:]}/queue/cur", f"{state[1:]}/secret", "proc/1/environ", "dev/mem"):
            done(f"open {name} from {where}", p.call(257, fd, UP + name, 0))
        for name in ("tmp/drill", f"{state[1:]}/run/public/drill", "srv/ben/drill", "etc/drill"):
            done(f"make {name} from {where}", p.call(257, fd, UP + name, CREATE, 0o600))
            done(f"make folder {name} from {where}", p.call(258, fd, UP + name, 0o700))
        done(f"list above {where}", p.call(257, fd, UP, DIRECTORY) if fd != HERE else -1)
        done(f"remove above {where}", p.call(263, fd, UP + "tmp/victim", 0))
        done(f"link above {where}", p.call(265, fd, UP + "tmp/victim", fd, "drill", 0))
        done(f"rename above {where}", p.call(264, fd, UP + "tmp/victim", fd, "drill"))
        done(f"truncate above {where}", p.call(257, fd, UP + "tmp/victim", 1 | 0o1000))


def landlock():
    """The version of the kernel's Landlock."""
    return libc.syscall(444, None, 0, 1)


def try_sockets(p, state, done):
    fd = p.call(41, UNIX, SEQPACKET | 0o4000, 0)
    if fd == REFUSED_BY_FILTER or fd < 0:
        return
    for room in sorted(os.listdir(f"{state}/run")):
        for leaf in sorted(os.listdir(f"{state}/run/{room}")):
            for path in (f"{state}/run/{room}/{leaf}", f"../{room}/{leaf}"):
                address = unix(path + "\0")
                done(f"connect to {path}", p.call(42, fd, address, len(address)))
    p.call(3, fd)
    if landlock() >= SCOPED:
        fd = p.call(41, UNIX, STREAM | 0o4000, 0)
        address = unix(ABSTRACT)
        done("connect to an abstract socket", p.call(42, fd, address, len(address)))
        p.call(3, fd)


def drill(pid, role, state, others):
    """What succeeded in that process."""
    succeeded, count = [], [0]

    def done(what, answer):
        count[0] += 1
        if answer != REFUSED_BY_FILTER and answer >= 0:
            succeeded.append(what)

    with Puppet(pid) as p:
        if p.call(39) != pid:
            raise RuntimeError("the drill does not reach the process")
        for what, (number, *args) in NEVER.items():
            done(what, p.call(number, *args))
        for other, whose in others:
            done(f"signal to {whose}", p.call(62, other, 0))
        try_files(p, pid, state, done)
        try_sockets(p, state, done)
        if role not in ("remote", "remote session", "dns"):
            for family in (INET, INET6):
                for kind in (STREAM, DGRAM):
                    done("an internet socket", p.call(41, family, kind, 0))
    return succeeded, count[0]


def roles(house):
    """{role: pid}: the program and one of what it forked."""
    found = {}
    for name in PROGRAMS[:-1]:
        for pid in house.pids(name):
            with open(f"/proc/{pid}/stat") as f:
                parent = int(f.read().rsplit(")", 1)[1].split()[1])
            with open(f"/proc/{pid}/status") as f:
                jailed = "Seccomp:\t2" in f.read()
            if jailed:
                role = name if parent == house.process.pid else f"{name} session"
                found.setdefault(role, pid)
    return found


# What is a program's business: who stands in no chroot and sees what everybody may see.
MAY = {"who": "^open etc/passwd |^list above |^connect to .*/public/", "queue": "^open .*queue/cur "}
SCOPED = 6                      # the version of Landlock that knows abstract sockets


def mute_host(listener):
    """A next hop that greets and says nothing more."""
    kept = []
    while True:
        try:
            kept.append(listener.accept()[0])
            kept[-1].sendall(b"220 mute.example\r\n")
        except OSError:
            return


def run():
    if platform.machine() != "x86_64":
        skip_all("calls are made by their numbers on x86-64")
    enter_namespace()
    with open("/tmp/victim", "w") as f:
        f.write("unharmed")
    os.chmod("/tmp/victim", 0o666)
    with socket.socket(socket.AF_UNIX) as listener, \
            socket.create_server(("127.0.0.1", 2600)) as mute, \
            Instance(users={"zoe@virtual0.example": "pw"},
                     extra="route far.example smtp 127.0.0.1:2600\n") as house:
        listener.bind(ABSTRACT)
        listener.listen()
        threading.Thread(target=mute_host, args=(mute,), daemon=True).start()
        house.send("x@far.example")
        wait_for(lambda: len(house.pids("remote")) > 1)
        house.send("ana@host0.example")
        house.send("zoe@virtual0.example")
        house.wait_mail("ana")
        house.wait_mail("zoe@virtual0.example")
        boxes = [house.pop3("ana"), house.pop3("zoe@virtual0.example")]
        for box in boxes:
            box.stat()
        session = house.smtp()
        session.ehlo()
        found = roles(house)
        ok({"smtpd session", "pop3d session", "queue", "inject", "local session", "maildrop session",
            "auth session", "remote session", "who"} <= set(found), "there is a process of each kind", sorted(found))
        for role, pid in sorted(found.items()):
            others = [(p, r) for r, p in found.items() if r.split()[0] != role.split()[0]]
            others += [(house.process.pid, "malote"), (house.pids("keeper")[0], "keeper"), (1, "init")]
            succeeded, count = drill(pid, role, house.state, others)
            if role.split()[0] in MAY:
                succeeded = [s for s in succeeded if not re.search(MAY[role.split()[0]], s)]
            same(succeeded, [], f"{role}: none of {count} attempts succeeds")
            ok(count > 100 and os.path.exists(f"/proc/{pid}"), f"{role}: it lives to tell")
        same(open("/tmp/victim").read(), "unharmed", "no file was harmed")
        session.noop()
        for box in boxes:
            box.stat()
            box.quit()
        session.quit()
        house.send("ana@host0.example")
        ok(len(house.wait_mail("ana", 2)) == 2, "and the house goes on as before")
    os.unlink("/tmp/victim")


main(run)
