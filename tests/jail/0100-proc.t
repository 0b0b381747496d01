#!/usr/bin/env python3
"""Each live process, seen by the kernel: account, root, descriptors, filter, capabilities."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import PROGRAMS, Instance, enter_namespace
from tap import main, ok, same, wait_for


def status(pid):
    with open(f"/proc/{pid}/status") as f:
        return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)


def run():
    enter_namespace()
    with Instance(users={"zoe@virtual0.example": "pw"}) as house:
        house.send("ana@host0.example")
        house.send("zoe@virtual0.example")
        house.wait_mail("ana")
        box = house.pop3("ana")
        box.stat()
        session = house.smtp()
        session.ehlo()
        uids = {}
        for program in [p for p in PROGRAMS if p != "conf"]:
            pids = house.pids(program)
            ok(pids, f"{program}: runs")
            for pid in pids:
                s = status(pid)
                uid = set(s["Uid"].split())
                same(len(uid), 1, f"{program}: real, effective, saved and fs uid are one")
                ok("0" not in uid, f"{program}: not root")
                uids.setdefault(program, set()).update(uid)
                same(s["NoNewPrivs"], "1", f"{program}: no_new_privs")
                if not is_runner(pid, program):
                    same(s["Seccomp"], "2", f"{program}: seccomp filter")
                for caps in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
                    same(int(s[caps], 16), 0, f"{program}: {caps} is empty")
                root = os.readlink(f"/proc/{pid}/root")
                if program not in ("who", "local", "maildrop") or int(uid.pop()) < 310000 and \
                        program != "who":
                    same(root, f"{house.state}/run/{program}", f"{program}: its root is run/NAME")
                inet = [l for l in sockets(pid) if l.startswith("inet")]
                if program not in ("smtpd", "pop3d", "remote", "dns"):
                    same(inet, [], f"{program}: no inet socket")
        mail = uids.get("local", set()) & uids.get("maildrop", set())
        house_uids = [u for p in uids for u in uids[p] if int(u) < 310000]
        same(len(set(house_uids)), len(uids) - 1 if mail else len(uids),
             "every program has an account of its own (local and maildrop share theirs)")
        for program in ("start",):
            s = status(house.pids(program)[0])
            same(s["Uid"].split()[0], "0", f"{program}: is root")
        suid = [os.path.join(d, f) for d, _, files in os.walk(house.state) for f in files
                if os.lstat(os.path.join(d, f)).st_mode & 0o6000]
        same(suid, [], "no set-id file below the state directory")
        table = house.malote("status").stdout
        missing = [p for p in PROGRAMS if p != "conf" and not re.search(rf"^{p}\b", table, re.M)]
        same(missing, [], "malote status shows them all")
        box.quit()
        session.quit()


def is_runner(pid, program):
    """local's runner starts programs and so has no filter: local's first child."""
    return program == "local" and status(pid)["Seccomp"] == "0" and \
        int(status(pid)["Uid"].split()[0]) >= 310000


def sockets(pid):
    """Kinds of the sockets a process holds, by inode."""
    inodes = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            m = re.match(r"socket:\[(\d+)\]", os.readlink(f"/proc/{pid}/fd/{fd}"))
        except OSError:
            continue
        if m:
            inodes.add(m.group(1))
    kinds = []
    for name in ("tcp", "tcp6", "udp", "udp6"):
        with open(f"/proc/net/{name}") as f:
            for line in f.readlines()[1:]:
                if line.split()[9] in inodes:
                    kinds.append("inet " + name)
    return kinds


main(run)
