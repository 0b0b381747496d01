#!/usr/bin/env python3
"""A build without the seccomp filter, and one without Landlock, refuses to start.

Every jailed program is linked anew with a stub in place of one wall; malote
then starts with these, one by one, and must not come up.
"""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import house
from house import BUILD, TOP, Instance, enter_namespace
from tap import main, ok, wait_for

WALLS = {"seccomp": "stub_noseccomp", "Landlock": "stub_nolandlock"}


def link(program, stub, target):
    """Links the program's objects with the stub in front of the archive."""
    with open(f"{TOP}/conf/programs", encoding="utf-8") as f:
        row = next(l for l in f if l.split(":")[0].split()[:1] == [program])
    head, objects = row.split(":")
    libs = [f"-l{l}" for l in head.split()[1:] if l != "s"]
    files = [f"{BUILD}/obj/{o.replace('-os', '-linux')}.o" for o in objects.split()]
    sanitize = ["-fsanitize=address,undefined"] if "asan" in BUILD else []
    subprocess.run(["cc", "-pie", *sanitize, *files, f"{BUILD}/obj/tests/lib/{stub}.o",
                    f"{BUILD}/lib/common.a", *libs, "-lseccomp", "-lcdb", "-lbsd", "-o", target],
                   check=True)


def run():
    enter_namespace()
    shutil.copytree(f"{BUILD}/bin", "/srv/bin", ignore=shutil.ignore_patterns("*.map"))
    house.BIN = "/srv/bin"
    with Instance() as whole:
        ok(whole.process.poll() is None, "the whole build starts")
    for wall, stub in WALLS.items():
        for program in ("recorder", "inject", "smtpd", "local"):
            link(program, stub, f"/srv/bin/{program}.new")
            os.rename(f"/srv/bin/{program}", f"/srv/bin/{program}.whole")
            os.rename(f"/srv/bin/{program}.new", f"/srv/bin/{program}")
            instance = Instance()
            instance.start(wait=False)
            wait_for(lambda: instance.process.poll() is not None, 15)
            told = instance.stderr()
            ok(instance.process.poll() not in (None, 0) and "malote: ready" not in told and
               (f"jail: {program}" in told or "jail: syncer" in told),
               f"malote does not start with a {program} that has no {wall}", told)
            instance.stop()
            os.rename(f"/srv/bin/{program}.whole", f"/srv/bin/{program}")


main(run)
