#!/usr/bin/env python3
"""make demo: a private malote that tells what it does while it does it.

Two instances under a temporary root, each with uids of its own, on loopback
addresses: `home`, and `far`, which plays another host of the world.  Ends with
status 0 only if every step went as told.
"""
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from reach import reach  # noqa: E402

if len(sys.argv) > 1:
    os.environ["BUILD"] = reach(sys.argv[1])
from house import Instance, enter_namespace  # noqa: E402
from tap import wait_for  # noqa: E402

failures = []


def say(text=""):
    print(text, flush=True)


def step(title):
    say(f"\n── {title}")


def check(condition, text, detail=""):
    say(f"   {'✓' if condition else '✗ NOT SO:'} {text}")
    if not condition:
        failures.append(text)
        for line in str(detail).splitlines()[-25:]:
            say(f"     | {line}")
    return condition


def show(text, prefix="   │ "):
    for line in text.rstrip().splitlines():
        say(prefix + line)


def curl_send(house, sender, to, subject, text):
    """A real client: curl speaks SMTP to the house."""
    mail = f"From: <{sender}>\r\nTo: <{to}>\r\nSubject: {subject}\r\n\r\n{text}\r\n"
    command = ["curl", "-sS", "-v", f"smtp://{house.ip}:2525/demo.client", "--mail-from", sender,
               "--mail-rcpt", to, "--upload-file", "-"]
    p = subprocess.run(command, input=mail, capture_output=True, text=True, timeout=60)
    replies = [l[2:] for l in p.stderr.splitlines() if re.match(r"< [2345]\d\d ", l)]
    return p.returncode, replies


def curl_read(house, login, password):
    p = subprocess.run(["curl", "-sS", f"pop3://{house.ip}:2110/1", "-u", f"{login}:{password}"],
                       capture_output=True, text=True, timeout=60)
    return p.stdout


def story(home, far):
    step("mail to a local user: ana, a system account (curl sends it by SMTP)")
    code, replies = curl_send(home, "you@far.example", "ana@home.example", "hello",
                              "the first message")
    show("\n".join(replies[-3:]))
    check(code == 0, "smtpd took it: after this reply it is on disk, synced")
    check(len(home.wait_mail("ana")) == 1, "local put it into ana's Maildir, as ana",
          home.events())
    accepted = re.search(r"2\.0\.0 (\w+)", " ".join(replies))

    step("mail to an alias of two: team@home.example is ben and zoe (a virtual user)")
    code, _ = curl_send(home, "you@far.example", "team@home.example", "for two", "one and all")
    both = len(home.wait_mail("ben")) == 1 and len(home.wait_mail("zoe@virtual.example")) == 1
    check(code == 0 and both, "both have it", home.events())

    step("mail to the far host: carla@far.example, through remote, by SMTP")
    code, _ = curl_send(home, "ana@home.example", "carla@far.example", "over there", "far away")
    check(code == 0 and len(far.wait_mail("carla@far.example")) == 1,
          "the far host has delivered it", home.events())

    step("mail to nobody@home.example")
    code, replies = curl_send(home, "you@far.example", "nobody@home.example", "x", "x")
    show("\n".join(r for r in replies if r.startswith("5")))
    check(code != 0 and any(r.startswith("550") for r in replies),
          "refused at the door with 550: no bounce can be made of it")

    step("mail from ben to a far user who does not exist")
    curl_send(home, "ben@home.example", "ghost@far.example", "to a ghost", "are you there?")
    mail = home.wait_mail("ben", 2)
    report = next((m for m in mail if "ghost@far.example" in m and "delivery-status" in m), "")
    show("\n".join(l for l in report.splitlines()
                   if re.match(r"(Subject|Final-Recipient|Status|Diagnostic-Code|Action):", l)))
    check("Status: 5." in report, "a bounce came back to ben", home.events())

    step("ana reads her mail by POP3 (curl)")
    show(curl_read(home, "ana", "pw"))
    check("the first message" in curl_read(home, "ana", "pw"),
          "pop3d asked maildrop, which ran as ana")

    step("the programs, each under its own account and in its own jail")
    status = home.malote("status")
    show(status.stdout + status.stderr)
    check(status.returncode == 0 and "smtpd" in status.stdout, "malote status tells")

    step("the life of the first message")
    trace = home.malote("trace", accepted.group(1) if accepted else "none")
    show(trace.stdout + trace.stderr)
    check("delivered" in trace.stdout, "malote trace tells")


def conf(house, name, extra):
    return (f"hostname {name}\nlisten smtp {house}:2525\n"
            f"listen pop3 {house}:2110 cleartext-login\nrelay-from 127.0.0.0/8\n"
            "retry 1s 2s 4s\nlogin-delay 1s\n" + extra)


def main():
    if os.geteuid() != 0:
        say("make demo needs root: every program runs under an account and in a jail of its own,")
        say("and there is no mode without jails.")
        return 77
    enter_namespace(private_net=False)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    far = Instance(1, name="far.example", users={"carla@far.example": "pw"})
    home = Instance(0, name="home.example", users={"zoe@virtual.example": "pw"},
                    aliases="team: ben, zoe@virtual.example\n")
    accounts = Instance.accounts
    with open(f"{far.etc}/malote.conf", "w") as f:
        f.write(conf(far.ip, "far.example", "domain far.example virtual\n" + accounts(far)))
    with open(f"{home.etc}/malote.conf", "w") as f:
        f.write(conf(home.ip, "home.example", "domain home.example system\n"
                     "domain virtual.example virtual\n"
                     f"route far.example smtp {far.ip}:2525\n" + accounts(home)))
    try:
        say("starting two private instances: home.example and far.example")
        far.start()
        home.start()
        story(home, far)
        say()
        say(f"   SMTP {home.ip}:2525   POP3 {home.ip}:2110 (ana, ben: pw; zoe@virtual.example: pw)")
        say(f"   far host: SMTP {far.ip}:2525   POP3 {far.ip}:2110")
        if os.environ.get("DEMO") != "once":
            say("   It stays up until Ctrl-C.")
            while home.process.poll() is None:
                time.sleep(0.5)
    except KeyboardInterrupt:
        say()
    finally:
        codes = [home.stop(), far.stop()]
    check(codes == [0, 0], "both instances stopped cleanly and left nothing behind", codes)
    say("\nevery step was as told" if not failures else f"\n{len(failures)} steps were not as told")
    return 1 if failures else 0


sys.exit(main())
