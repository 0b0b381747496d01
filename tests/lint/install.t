#!/usr/bin/env python3
"""What make install puts where: everything, nothing set-id, nothing others can write."""
import glob
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{TOP}/tests/lib")
from tap import done, ok, same

work = tempfile.mkdtemp(prefix="malote-install-")
root = f"{work}/root"


def install(build):
    """Two times, as after an update.  The build is one of its own: paths are compiled in."""
    env = {k: v for k, v in os.environ.items()
           if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "BUILD", "CC", "CFLAGS")}
    command = ["make", "-j2", "install", f"DESTDIR={root}", "PREFIX=/usr", f"BUILD={build}",
               "CFLAGS=-O0 -U_FORTIFY_SOURCE -Wno-cpp"]
    for _ in range(2):
        p = subprocess.run(command, cwd=TOP, env=env, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if not ok(p.returncode == 0, "make install ends with status 0", p.stdout[-3000:]):
            return


def files():
    return [os.path.join(d, n) for d, folders, names in os.walk(root) for n in folders + names]


def modes(bits, without_links=True):
    found = []
    for path in files():
        mode = os.lstat(path).st_mode
        if mode & bits and not (without_links and stat.S_ISLNK(mode)):
            found.append(path.removeprefix(root))
    return found


def there(paths):
    """Those that are missing."""
    return [p for p in paths if not os.path.exists(root + p)]


def programs():
    with open(f"{TOP}/conf/programs") as f:
        return [l.split(":")[0].split()[0] for l in f if ":" in l and not l.startswith("#")]


def lines_of(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()


def units():
    share = f"{root}/usr/share/malote/init"
    for script in ("malote.freebsd", "malote.openbsd", "malote.openrc", "malote.s6/run"):
        p = subprocess.run(["sh", "-n", f"{share}/{script}"], capture_output=True, text=True)
        ok(p.returncode == 0 and os.access(f"{share}/{script}", os.X_OK),
           f"{script} can be run and read by sh", p.stderr)
    unit = f"{root}/usr/lib/systemd/system/malote.service"
    if os.uname().sysname == "Linux":
        ok(os.path.exists(unit), "the systemd unit is there")
    if shutil.which("systemd-analyze") and os.path.exists(unit):
        # The programs it names are looked for: let them be the installed ones.
        copy = f"{work}/malote.service"
        with open(copy, "w") as f:
            f.write(lines_of(unit).replace("/usr/bin/malote", f"{root}/usr/bin/malote"))
        p = subprocess.run(["systemd-analyze", "verify", "--man=no", copy],
                           capture_output=True, text=True)
        about = [l for l in p.stderr.splitlines() if "malote" in l]
        same(about, [], "systemd-analyze finds nothing wrong in it")


def run():
    install(f"{work}/build")
    libexec = f"{root}/usr/libexec/malote"
    same([p for p in ("local", "maildrop") if os.stat(f"{libexec}/{p}").st_mode & 0o044], [],
         "no user can read, and so trace, what becomes him before it is in its jail")
    same(modes(0o6000), [], "no set-id file (PROMISES 2)")
    same(modes(0o022), [], "nothing that others than its owner can write")
    same(there(f"/usr/bin/{p}" for p in ("malote", "sendmail", "mailq", "newaliases")), [],
         "bin has malote, sendmail and its other names")
    same(there(f"/usr/libexec/malote/{p}" for p in programs()
               if p not in ("malote", "sendmail")), [], "libexec/malote has all other programs")
    pages = [os.path.basename(p) for p in glob.glob(f"{TOP}/man/*.[1-9]")]
    same(there(f"/usr/share/man/man{p[-1]}/{p}" for p in pages), [], "every page is there")
    samples = [os.path.basename(p) for p in glob.glob(f"{TOP}/conf/*.sample")]
    ok("malote.conf.sample" in samples, "there is a sample configuration")
    same(there(f"/etc/malote/{s}" for s in samples), [], "every sample is there")
    same(os.path.exists(f"{root}/etc/malote/malote.conf"), False,
         "no configuration is: it is the administrator's")
    same(os.path.islink(f"{root}/usr/bin/mailq") and os.readlink(f"{root}/usr/bin/mailq"),
         "sendmail", "mailq is sendmail")
    other = [p.removeprefix(root) for p in files() if os.path.isfile(p) and "/bin/" not in p and
             "/libexec/" not in p and "/usr/local" in lines_of(p)]
    same(other, [], "no page, unit or sample speaks of another prefix")
    p = subprocess.run(["strings", "-a", f"{root}/usr/bin/malote"], capture_output=True, text=True)
    ok("/usr/libexec/malote" in p.stdout, "malote looks for its programs there")
    ok(work not in p.stdout,
       "and nowhere where it was built")
    house = lines_of(f"{TOP}/conf/house.c")
    want = sorted(set(re.findall(r'"(_m[a-z0-9]+)"', house)))
    same(lines_of(f"{root}/usr/share/malote/accounts").split(), want,
         "the accounts to be made are those of the table")
    units()


try:
    run()
finally:
    shutil.rmtree(work, ignore_errors=True)
done()
