#!/usr/bin/env python3
"""The examples of the man pages, taken from the pages themselves, do what they say."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import BIN, TOP, Instance, enter_namespace, home, write
from tap import main, ok, same, wait_for


def examples(page):
    """(literal blocks, command lines) of a page's EXAMPLES."""
    with open(f"{TOP}/man/{page}", encoding="utf-8") as f:
        text = re.search(r"^\.Sh EXAMPLES\n(.*?)(?=^\.Sh )", f.read(), re.S | re.M).group(1)
    blocks = [plain(b) for b in re.findall(r"^\.Bd [^\n]*\n(.*?)^\.Ed", text, re.S | re.M)]
    lines = [plain(l).strip('"').lstrip("#$ ") for l in re.findall(r"^\.Dl (.*)$", text, re.M)]
    return blocks, lines


def plain(text):
    for a, b in ((r"\&", ""), (r"\e", "\\"), (r"\(aq", "'"), (r"\(dq", '"'), (r"\-", "-")):
        text = text.replace(a, b)
    return text


def shell(house, command):
    env = dict(house.environment(), PATH=f"{BIN}:/usr/bin:/bin")
    return subprocess.run(["sh", "-c", command], env=env, cwd=house.root, capture_output=True,
                          text=True, timeout=60)


def accepted(house, address):
    with house.smtp() as s:
        s.ehlo()
        s.mail("x@elsewhere.example")
        return s.rcpt(address)[0] == 250


def configuration(house):
    blocks = examples("malote.conf.5")[0]
    path = f"{house.root}/example.conf"
    for text, what in ((blocks[0], "the first"), ("".join(blocks), "both together")):
        write(path, text)
        check = house.malote("check", path)
        same((check.returncode, check.stderr), (0, ""), f"malote.conf(5): {what}")


def tables(house):
    aliases = examples("malote-aliases.5")[0][0]
    write(f"{house.etc}/friends", "ben\ndora\n")
    write(f"{house.etc}/aliases", aliases)
    house.users(examples("malote-users.5")[0][0])
    house.malote("tables")
    ok(wait_for(lambda: accepted(house, "friends@example.org")), "malote-aliases(5): in force",
       house.stderr())
    names = [n.strip() for n in re.findall(r"^([^#\s][^:]*):", aliases, re.M)]
    refused = [n for n in names
               if not accepted(house, n if "@" in n else f"{n}@example.org")]
    same(refused, [], "malote-aliases(5): every name of the example takes mail")
    for login in ("ana@example.net", "ben@example.net", "info@example.net"):
        ok(wait_for(lambda a=login: accepted(house, a)), f"malote-users(5): {login} takes mail", house.stderr())


def explanation(house):
    shown = examples("alias.8")[0][0].splitlines()
    house.aliases("# one\n# two\n# three\nstaff: ana, bob@far.example\n")
    house.malote("tables")
    command = shown[0].lstrip("$ ")
    wait_for(lambda: "far.example" in shell(house, command).stdout)
    same(shell(house, command).stdout.splitlines(), shown[1:], f"alias(8): {command}")


def forwards(house):
    blocks = examples("malote-forward.5")[0]
    for block, folder in ((blocks[0], "Maildir/new"), (blocks[2], "Maildir/.lists/new")):
        write(f"{home('ana')}/.forward", block, 0o600)
        os.chown(f"{home('ana')}/.forward", 310000, 310000)
        house.send("ana@example.org")
        ok(wait_for(lambda: os.path.isdir(f"{home('ana')}/{folder}") and
                    os.listdir(f"{home('ana')}/{folder}")),
           f"malote-forward(5): {block.strip()!r} delivers into {folder}", house.events()[-3000:])
    ok(wait_for(lambda: "to=ana@far.example" in house.events()),
       "malote-forward(5): and one was sent on")
    os.unlink(f"{home('ana')}/.forward")


def commands(house):
    write(f"{house.root}/message", "To: ana@example.org\nSubject: x\n\ntext\n")
    for page in ("sendmail.8", "malote-passwd.8", "malote-queue.8", "malote.8"):
        blocks, lines = examples(page)
        if page == "malote-queue.8":
            lines += [l for l in "".join(blocks).splitlines() if " list " in l]
        for line in lines:
            if " start " in line or line == "malote passwd ana@example.net":
                continue                # asks a person, or is what all tests do
            p = shell(house, line)
            nothing = "no such message" in p.stderr or "nothing is known" in p.stderr
            ok(p.returncode == 0 or (p.returncode == 1 and nothing), f"{page}: {line}",
               p.stdout + p.stderr)


def run():
    enter_namespace()
    house = Instance(name="mail.example.org")
    write(f"{house.etc}/malote.conf", house.default_conf("domain example.net virtual\n").replace(
        f"domain {house.name} system", "domain example.org system"))
    with house:
        configuration(house)
        tables(house)
        explanation(house)
        forwards(house)
        commands(house)


main(run)
