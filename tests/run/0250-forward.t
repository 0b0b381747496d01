#!/usr/bin/env python3
"""What can go wrong with .forward: faults, unsafe files, programs, loops."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import UID_USERS, USERS, Instance, enter_namespace, home, write
from lying import Liar
from tap import main, ok, same, wait_for

AT = "@host0.example"


def give(user, path):
    os.chown(path, UID_USERS + USERS.index(user), UID_USERS + USERS.index(user))


def forward(user, text, mode=0o600):
    path = f"{home(user)}/.forward"
    write(path + ".new", text, mode)
    give(user, path + ".new")
    os.rename(path + ".new", path)


def script(user, name, text):
    path = f"{home(user)}/{name}"
    write(path, "#!/bin/sh\n" + text, 0o700)
    give(user, path)
    return path


def fates(house, address):
    """What the events say of the recipient, the blanks restored."""
    found = re.findall(rf" (deferred|failed|delivered|forwarded) id=\S+ to={re.escape(address)} (.*)",
                       house.events())
    return [" ".join(f).replace("\\x20", " ") for f in found]


def fate(house, address, number):
    wait_for(lambda: len(fates(house, address)) > number, 15)
    return (fates(house, address) + [""] * (number + 1))[number]


def each(house, user, rows):
    """rows: (text of .forward or a function that makes it, the fate, the promise)."""
    for text, want, promise in rows:
        number = len(fates(house, user + AT))
        if callable(text):
            text()
        else:
            forward(user, text)
        house.send(user + AT, sender="")
        got = fate(house, user + AT, number)
        ok(re.match(want, got), promise, got)
        for line in house.malote("queue", "list").stdout.splitlines()[1:]:
            house.malote("queue", "remove", line.split()[0])


def faults(house):
    def link():
        os.unlink(f"{home('ana')}/.forward")
        os.symlink("/etc/passwd", f"{home('ana')}/.forward")

    def someone_elses():
        forward("ana", "ben\n")
        os.chown(f"{home('ana')}/.forward", 0, 0)
        os.chmod(f"{home('ana')}/.forward", 0o644)

    def fifo():
        os.unlink(f"{home('ana')}/.forward")
        os.mkfifo(f"{home('ana')}/.forward")
        give("ana", f"{home('ana')}/.forward")
    each(house, "ana", [
        ("ben\n\nthis is no address\n", r"deferred .*4.3.5.*\.forward:3: ",
         "a fault defers, with its line"),
        ("ben\n:include:/etc/passwd\n", r"deferred .*4.3.5.*\.forward:2: ", "so does :include:"),
        ("/tmp/mbox\n", "deferred .*4.3.5", "an mbox file"),
        ("/tmp/outside/\n", "deferred .*4.3.5.*not below", "a Maildir outside the home"),
        ("./../ben/\n", "deferred .*4.", "a way out with .."),
        ("|\n", r"deferred .*4.3.5.*\.forward:1: ", "no command"),
        ("\"|sh 'unfinished\"\n", r"deferred .*4.3.5.*\.forward:1: ", "a quote that does not end"),
        ("ben\0\n", r"deferred .*4.3.5.*\.forward:1: ", "a NUL"),
        ("".join(f"u{i}@x.example\n" for i in range(101)), "deferred .*4.3.5",
         "more than 100 destinations"),
        ("# " + "x" * 70000 + "\n", "deferred .*4.3.5", "more than 64 KiB"),
        (lambda: forward("ana", "ben\n", 0o660), "deferred .*4.3.5.*others may write",
         "a file that the group may write"),
        (lambda: forward("ana", "ben\n", 0o602), "deferred .*4.3.5.*others may write",
         "a file that everybody may write"),
        (someone_elses, "deferred .*4.3.5.*another user", "a file of another user"),
        (link, "deferred .*4.3.5.*symbolic link", "a symbolic link"),
        (lambda: (os.unlink(f"{home('ana')}/.forward"), forward("ana", "ben\n", 0)),
         "deferred .*4.3.5.*Permission denied", "a file that its user cannot read"),
        (fifo, "deferred .*4.3.5.*not a plain file", "a FIFO, without waiting for it"),
    ])
    os.unlink(f"{home('ana')}/.forward")
    same(house.mail("ben"), [], "nobody had mail by any of them")
    each(house, "ana", [("# only a comment\n\n", "delivered ", "a file that names nothing")])
    os.unlink(f"{home('ana')}/.forward")


def programs(house):
    out = f"{home('carla')}/out"
    run = script("carla", "prog", "eval \"$1\"\n")
    environment = script("carla", "env", f"env > {out}; ls -l /proc/self/fd >> {out}; pwd >> {out}\n")
    rows = [(f"|{run} 'exit {code}'\n", want, f"exit status {code}: {want.split()[0]}")
            for code, want in [(0, "delivered "), (75, "deferred .*4.3.0"), (71, "deferred "),
                               (74, "deferred "), (67, "failed .*5.1.1"), (1, "failed .*5.3.0"),
                               (77, "failed .*5."), (255, "failed .*5.3.0")]]
    rows += [
        (f"|{run} 'kill -9 $$'\n", "deferred .*4.3.0", "killed by a signal: deferred"),
        (f"|{run} 'sleep 100'\n", "deferred .*4.3.0", "too slow: deferred"),
        (f"|{run} 'trap : TERM; while :; do sleep 1; done'\n", "deferred .*4.3.0",
         "deaf to SIGTERM: killed, deferred"),
        ("|/no/such/program\n", "deferred .*4.3.0", "a program that does not exist: deferred"),
        ("|./relative\n", "deferred .*4.3.", "a path that is not full: deferred"),
        (f"|{run} 'yes no | head -c 3000000; exit 1'\n", "failed .*5.3.0.* no",
         "endless output does not stop it, its beginning is told"),
        (f"|{run} 'printf \"\\033[2J\\001x\\r\\n250 ok\"; exit 1'\n", r"failed .*5.3.0[^\x1b\x01]*$",
         "control bytes in its output are made harmless"),
        (f"|{run} 'exec 0<&-; exit 0'\n", "delivered ", "it need not read the message"),
        (f"|{run} 'sleep 100 >/dev/null 2>&1 </dev/null & exit 0'\n", "delivered ",
         "what it leaves running holds nothing up"),
        (f"|{environment} $HOME `id` ;exit 9 | cat > /tmp/x & *\n", "delivered ",
         "shell characters mean nothing"),
    ]
    each(house, "carla", rows)
    text = open(out).read() if os.path.exists(out) else ""
    names = sorted(re.findall(r"^([A-Z_]+)=", text, re.M))
    ok(set(names) <= {"HOME", "USER", "LOGNAME", "SHELL", "PATH", "SENDER", "RECIPIENT",
                      "EXTENSION", "PWD", "OLDPWD", "_", "SHLVL"} and "RECIPIENT" in names,
       "its environment is the one of local(8)", text)
    same(len(re.findall(r" [3-9]\d* -> (?!/proc)", text)), 0, "it has no descriptor of ours")
    ok(text.endswith(home("carla") + "\n"), "it runs in the home", text)
    ok(not os.path.exists("/tmp/x"), "nothing was redirected")
    same([n for n in os.listdir(home("carla")) if n.startswith(".malote")], [],
         "no scratch file is left in the home")
    os.unlink(f"{home('carla')}/.forward")


def mixed(house):
    """Mailboxes first; if a program has to be tried again, nothing is sent on."""
    run = script("dora", "prog", "test -e \"$HOME/good\" || exit 75\n")
    forward("dora", f"ben{AT}\n|{run}\n\\dora\n")
    house.send("dora" + AT)
    wait_for(lambda: fates(house, "dora" + AT))
    same([len(house.mail(u)) for u in ("dora", "ben")], [1, 0],
         "the mailbox has it, the address not while the program is to be tried again")
    write(f"{home('dora')}/good", "")
    house.malote("queue", "retry", "--all")
    same(len(house.wait_mail("ben")), 1, "later it is sent on")
    ok(wait_for(house.queue_is_empty), "all is done then", house.malote("queue", "list").stdout)
    same(len(house.mail("dora")), 1, "and the mailbox has it once")


def loops(house):
    forward("emil", f"fay{AT}\n")
    forward("fay", f"gus{AT}\n")
    forward("gus", f"emil+again{AT}\n")
    house.send("emil" + AT, sender="jo" + AT)
    ok("mail loop" in "".join(house.wait_mail("jo")), "a ring of three ends with a report",
       house.events()[-3000:])
    forward("hana", f"\\hana\nhana+x{AT}\nhana{AT}\n")
    house.send("hana" + AT, sender="jo" + AT)
    ok(house.wait_mail("hana"), "who forwards to himself has it", house.events()[-3000:])
    ok(wait_for(house.queue_is_empty), "and the queue ends with it",
       house.malote("queue", "list").stdout)
    ok(len(house.mail("hana")) <= 2, "a bounded number of times", len(house.mail("hana")))


def far_away(house, liar):
    forward("ivo", "\\ivo, someone@far.example\n")
    house.send("ivo" + AT, "Subject: far\r\n\r\n.dot\r\n", sender="s@elsewhere.example")
    ok(wait_for(lambda: liar.bodies), "a forward leads to another host")
    same(len(house.wait_mail("ivo")), 1, "and the copy is here")
    ok(liar.bodies and liar.bodies[0].endswith(b"\r\n..dot\r\n"), "with its dots", liar.bodies)


def run():
    enter_namespace()
    liar = Liar(("127.0.90.1", 2500), {})
    house = Instance(extra="route far.example smtp 127.0.90.1:2500\nprogram-timeout 1s\n")
    text = open(f"{house.etc}/malote.conf").read()
    write(f"{house.etc}/malote.conf", text.replace("retry 1s 1s 2s 4s", "retry 1h"))
    with house:
        faults(house)
        programs(house)
        mixed(house)
        loops(house)
        far_away(house, liar)


main(run)
