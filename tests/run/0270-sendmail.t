#!/usr/bin/env python3
"""sendmail, as scripts use it: options, line ends, headers, exit codes, any account."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import BIN, UID_USERS, USERS, Instance, enter_namespace
from room import fill, mount, names
from tap import main, ok, same, wait_for

AT = "@host0.example"


class Caller:
    def __init__(self, house):
        self.house = house

    def __call__(self, *args, text=b"Subject: x\n\nbody\n", user=None, program="sendmail"):
        """Runs sendmail, by default as root."""
        environment = dict(self.house.environment())
        for name in ("LOGNAME", "USER", "NAME"):
            environment.pop(name, None)
        command = [f"{BIN}/sendmail", *args]
        if user is not None:
            number = str(UID_USERS + USERS.index(user))
            command = ["setpriv", "--reuid", number, "--regid", number, "--clear-groups",
                       "--no-new-privs", *command]
        elif program != "sendmail":
            command = [program, *args]
        return subprocess.run(command, input=text, env=environment, capture_output=True,
                              timeout=60, cwd="/")


def mail(house, user, count):
    got = house.wait_mail(user, count)
    return got[count - 1] if len(got) >= count else ""


def headers(house, call):
    result = call("ana" + AT, text=b"Subject: plain\n\none\n.\ntwo\n")
    text = mail(house, "ana", 1)
    same(result.returncode, 0, "a message is taken")
    ok(text.endswith("\n\none\n") and "two" not in text, "a lone dot ends it", text)
    ok(re.search(r"(?m)^Date: \w{3}, \d\d? \w{3} \d{4} ", text) and
       re.search(r"(?m)^Message-I[dD]: <\S+@host0\.example>$", text) and
       re.search(r"(?m)^From: .*root@host0\.example", text),
       "Date, Message-ID and From are added", text)
    ok("Return-Path: <root@host0.example>" in text, "the sender is who called", text)
    call("-i", "ana" + AT, text=b"Subject: i\n\none\n.\ntwo\n")
    ok(mail(house, "ana", 2).endswith("\n\none\n.\ntwo\n"), "-i: a lone dot is text")
    call("-oi", "ana" + AT, text=b"Subject: oi\n\n.\n..\n.x\n")
    ok(mail(house, "ana", 3).endswith("\n\n.\n..\n.x\n"), "-oi: so it is, and dots stay")
    call("-i", "ana" + AT, text=b"Subject: crlf\r\nX-Own: 1\r\n\r\none\r\ntwo")
    text = mail(house, "ana", 4)
    ok(text.endswith("\nX-Own: 1\n" + text.split("X-Own: 1\n")[1]) and "\r" not in text and
       text.endswith("\n\none\ntwo\n"), "CRLF is taken for a line end, a last line is ended", text)
    call("-f", "bob@elsewhere.example", "ana" + AT, text=b"From: own <me@own.example>\n"
         b"Date: Thu, 01 Jan 1970 00:00:00 +0000\nMessage-ID: <own@id>\n\nx\n")
    text = mail(house, "ana", 5)
    ok("Return-Path: <bob@elsewhere.example>" in text, "-f names the sender")
    same([len(re.findall(rf"(?mi)^{h}:", text)) for h in ("From", "Date", "Message-ID")],
         [1, 1, 1], "fields that are there are left alone")
    call("-f", "<>", "ana" + AT)
    ok("Return-Path: <>\n" in mail(house, "ana", 6), "-f <> is the null sender")
    call("ana" + AT, text=b"no header at all\n")
    ok(mail(house, "ana", 7).endswith("\n\nno header at all\n"), "a text without header is a body",
       mail(house, "ana", 7))


def recipients(house, call):
    text = (b"To: ben@host0.example, \"C, arla\" <carla@host0.example>\nCc: (a comment)\n"
            b" dora@host0.example\nBcc: emil@host0.example,\n fay@host0.example\nSubject: t\n\nx\n")
    same(call("-t", text=text).returncode, 0, "-t takes the recipients from the header")
    got = [mail(house, u, 1) for u in ("ben", "carla", "dora", "emil", "fay")]
    ok(all(got), "To, Cc and Bcc, with comments, quotes and folding", got)
    ok(all("emil" not in g.replace("Delivered-To: emil", "") and
           "bcc" not in g.lower() for g in got), "Bcc is removed", got[0])
    call("-t", "-i", "gus" + AT, text=b"To: hana@host0.example\n\nx\n")
    ok(mail(house, "hana", 1), "-t with arguments goes to the header's")
    same(call("gus").returncode, 0, "a name alone is a user here")
    ok(mail(house, "gus", 1), "and he has it")


def refusals(house, call):
    for args, text, want, promise in [
            ((), b"x\n", 64, "no recipients"),
            (("-t",), b"Subject: nobody\n\nx\n", 64, "-t and no recipient in the header"),
            (("-Z", "ana"), b"x\n", 64, "an unknown option"),
            (("ana@@host0.example",), b"x\n", 67, "an address that is none"),
            (("-f", "a b@c d", "ana"), b"x\n", 67, "a sender that is none"),
            (("-t",), b"To: <ana@\n\nx\n", 65, "an address in the header that is none"),
            (("ana",), b"a\0b\n", 65, "a NUL"),
            (("ana",), b"X: " + b"x" * 300000 + b"\n\nx\n", 65, "a header of 300 KB"),
            (("<ana\001b@host0.example>",), b"x\n", 67, "a control byte in an address"),
            (("ana",), b"Subject: big\n\n" + (b"x" * 70 + b"\n") * 3000, 69, "a message too large")]:
        result = call(*args, text=text)
        same(result.returncode, want, f"{promise}: {want}")
        ok(result.stderr, "with words")
    same(names(f"{house.state}/queue/tmp") + names(f"{house.state}/queue/new"), [],
         "nothing of them is left in the queue")


def as_a_user(house, call):
    result = call("-t", "-i", user="ivo", text=b"To: jo@host0.example\n\nfrom a user\n")
    same(result.returncode, 0, "a plain user may send")
    text = mail(house, "jo", 1)
    ok("Return-Path: <ivo@host0.example>" in text, "in his own name", text)
    ok(f"uid {UID_USERS + USERS.index('ivo')}" in text, "and Received says who it was", text)
    result = call("-f", "boss@elsewhere.example", "jo", user="ivo")
    text = mail(house, "jo", 2)
    ok(f"uid {UID_USERS + USERS.index('ivo')}" in text, "also when he names another sender", text)


def dialogue(house, call):
    before = len(house.mail("jo"))
    result = call("-bs", user="ivo", text=b"EHLO me\r\nMAIL FROM:<ivo@host0.example>\r\n"
                  b"RCPT TO:<jo@host0.example>\r\nRCPT TO:<someone@far.example>\r\nDATA\r\n"
                  b"Subject: bs\r\n\r\nby -bs\r\n.\r\nQUIT\r\n")
    codes = re.findall(rb"(?m)^(\d\d\d) ", result.stdout)
    same(codes, [b"220", b"250", b"250", b"250", b"250", b"354", b"250", b"221"],
         "-bs speaks SMTP on standard input, far addresses too")
    ok(mail(house, "jo", before + 1).endswith("by -bs\n"), "and its mail arrives")
    result = call("-bp")
    ok(result.returncode == 0 and b"someone" not in result.stderr, "-bp lists the queue", result)
    os.symlink(f"{BIN}/sendmail", f"{house.root}/mailq")
    os.symlink(f"{BIN}/sendmail", f"{house.root}/newaliases")
    listed = call(program=f"{house.root}/mailq")
    ok(listed.returncode == 0 and b"ivo@host0.example" in listed.stdout, "so does mailq", listed)
    same(call(program=f"{house.root}/newaliases").returncode, 0, "newaliases is content")


def troubles(house, call):
    filler = fill(f"{house.state}/queue")
    result = call("ana" + AT)
    same(result.returncode, 75, "a full disk: 75, try again")
    ok(b"4.3.1" in result.stderr, "with the reason", result.stderr)
    os.unlink(filler)
    same(call("ana" + AT).returncode, 0, "and so it is when there is room")
    house.stop(keep=True)
    result = call("ana" + AT)
    same(result.returncode, 75, "malote is not running: 75")
    ok(b"cannot be reached" in result.stderr, "and says so", result.stderr)


def run():
    enter_namespace()
    house = Instance(extra="message-size 128K\nroute far.example hold\n")
    os.chmod(house.root, 0o755)
    mount(f"{house.state}/queue", "size=4M")
    call = Caller(house)
    try:
        with house:
            headers(house, call)
            recipients(house, call)
            refusals(house, call)
            as_a_user(house, call)
            dialogue(house, call)
            troubles(house, call)
    finally:
        subprocess.run(["umount", "-l", f"{house.state}/queue"])
        house.stop()


main(run)
