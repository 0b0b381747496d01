#!/usr/bin/env python3
"""Real clients: curl, swaks, msmtp, Python's smtplib send; curl, mpop, fetchmail, poplib read."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace, write
from tap import main, ok, same, wait_for

MAIL = "From: x@elsewhere.example\nTo: ana@host0.example\nSubject: {}\n\nfrom {}\n"


def run():
    enter_namespace()
    with Instance() as house:
        sent = 0

        def sends(name, command):
            nonlocal sent
            if not shutil.which(command[0]):
                return
            p = subprocess.run(command, input=MAIL.format(name, name), text=True,
                               capture_output=True, timeout=60)
            sent += 1
            mail = house.wait_mail("ana", sent)
            ok(p.returncode == 0 and len(mail) == sent and
               any(f"\nfrom {name}\n" in m for m in mail),
               f"{name} sends", p.stdout + p.stderr + house.events())

        sends("curl", ["curl", "-sS", f"smtp://{house.ip}:2525", "--crlf",
                       "--mail-from", "x@elsewhere.example",
                       "--mail-rcpt", "ana@host0.example", "--upload-file", "-"])
        sends("swaks", ["swaks", "--server", house.ip, "--port", "2525", "--to",
                        "ana@host0.example", "--from", "x@elsewhere.example",
                        "--data", "-", "--suppress-data"])
        sends("msmtp", ["msmtp", "-C", "/dev/null", "--host", house.ip, "--port", "2525",
                        "--from", "x@elsewhere.example", "--tls=off", "--auth=off",
                        "ana@host0.example"])
        house.send("ana@host0.example", "Subject: smtplib\r\n\r\nfrom smtplib\r\n")
        sent += 1
        same(len(house.wait_mail("ana", sent)), sent, "smtplib sends")

        p = subprocess.run(["curl", "-sS", f"pop3://{house.ip}:2110/{sent}", "-u", "ana:pw"],
                           capture_output=True, text=True, timeout=60)
        ok("from smtplib" in p.stdout, "curl reads", p.stdout + p.stderr)
        box = house.pop3("ana")
        same(len(box.uidl()[1]), sent, "poplib lists UIDLs")
        same(len(set(l.split()[1] for l in box.uidl()[1])), sent, "all different")
        top = box.top(1, 0)[1]
        ok(b"" in top and not any(l.startswith(b"from ") for l in top), "TOP 1 0 is the header")
        box.quit()
        same(len(house.mail("ana")), sent, "nothing is deleted without DELE")
        if shutil.which("mpop"):
            os.makedirs(f"{house.root}/mpop/new")
            os.makedirs(f"{house.root}/mpop/cur")
            os.makedirs(f"{house.root}/mpop/tmp")
            write(f"{house.root}/mpoprc", f"account default\nhost {house.ip}\nport 2110\n"
                  "user ana\npassword pw\ntls off\nauth user\nkeep on\n"
                  f"delivery maildir {house.root}/mpop\nuidls_file {house.root}/uidls\n", 0o600)
            p = subprocess.run(["mpop", "-C", f"{house.root}/mpoprc"], capture_output=True,
                               text=True, timeout=60)
            same(len(os.listdir(f"{house.root}/mpop/new")), sent, "mpop reads and keeps")
            p = subprocess.run(["mpop", "-C", f"{house.root}/mpoprc"], capture_output=True,
                               text=True, timeout=60)
            same(len(os.listdir(f"{house.root}/mpop/new")), sent, "and sees nothing new later")
        if shutil.which("fetchmail"):
            write(f"{house.root}/fetchmailrc",
                  f"poll {house.ip} service 2110 protocol pop3 user ana password pw nokeep "
                  f"fetchall mda \"cat >>{house.root}/fetched\"\n", 0o600)
            p = subprocess.run(["fetchmail", "-f", f"{house.root}/fetchmailrc", "--nosyslog",
                                "--sslproto", "", "-i", f"{house.root}/ids"],
                               capture_output=True, text=True, timeout=60,
                               env=dict(os.environ, HOME=house.root, FETCHMAILHOME=house.root))
            got = open(f"{house.root}/fetched").read() if os.path.exists(
                f"{house.root}/fetched") else ""
            same(got.count("\nfrom "), sent, "fetchmail reads")
            ok(wait_for(lambda: not house.mail("ana")), "and deletes", p.stdout + p.stderr)


main(run)
