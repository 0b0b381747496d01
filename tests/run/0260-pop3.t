#!/usr/bin/env python3
"""POP3 with what a Maildir may hold, clients that vanish, and logins that try tricks."""
import os
import poplib
import re
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import UID_USERS, USERS, Instance, enter_namespace, home
from tap import main, ok, same, wait_for

poplib._MAXLINE = 1 << 24


def deliver(user, name, data, sub="new"):
    """A file in a Maildir as another program would put it there."""
    for folder in ("", "/Maildir", "/Maildir/tmp", "/Maildir/new", "/Maildir/cur"):
        path = home(user) + folder
        if not os.path.isdir(path):
            os.mkdir(path, 0o700)
            os.chown(path, uid(user), uid(user))
    path = os.path.join(f"{home(user)}/Maildir/{sub}".encode(), name if isinstance(
        name, bytes) else name.encode())
    with open(path, "wb") as f:
        f.write(data)
    os.chown(path, uid(user), uid(user))
    return path


def uid(user):
    return UID_USERS + USERS.index(user)


class Raw:
    """A client that says what it is told."""

    def __init__(self, house, port=2110):
        self.socket = socket.create_connection((house.ip, port), 20)
        self.file = self.socket.makefile("rb")
        self.greeting = self.line()

    def line(self):
        return self.file.readline().decode("latin-1").rstrip("\r\n")

    def say(self, text):
        """The reply; nothing when the server has hung up."""
        try:
            self.socket.sendall((text if isinstance(text, bytes) else text.encode()) + b"\r\n")
            return self.line()
        except OSError:
            return ""

    def body(self):
        lines = []
        while True:
            line = self.file.readline()
            if line in (b".\r\n", b""):
                return b"".join(lines)
            lines.append(line)

    def close(self):
        self.file.close()
        self.socket.close()


def login(house, user, password="pw"):
    client = Raw(house)
    client.say(f"USER {user}")
    return client, client.say(f"PASS {password}")


def sessions(house):
    for i in range(3):
        deliver("ana", f"{1000 + i}.m{i}.host", b"Subject: %d\n\nbody %d\n" % (i, i))
    one = house.pop3("ana")
    two, reply = login(house, "ana")
    ok(reply.startswith("-ERR [IN-USE]"), "a second session is told [IN-USE]", reply)
    two.close()
    uidls = one.uidl()[1]
    one.dele(1)
    one.dele(2)
    one.rset()
    same(one.stat()[0], 3, "RSET brings deleted messages back")
    one.dele(1)
    same(one.stat()[0], 2, "a deleted message counts no more")
    ok("-ERR" in refused(lambda: one.retr(1)), "and cannot be read")
    same([l.split()[0] for l in one.list()[1]], [b"2", b"3"], "numbers stay as they were")
    one.sock.close()
    one.file.close()
    again = wait_for(lambda: try_login(house, "ana"))
    same(again.stat()[0], 3, "who vanishes without QUIT finds all messages again")
    same(again.uidl()[1], uidls, "with the same unique ids")
    again.dele(2)
    again.quit()
    again = house.pop3("ana")
    same([l.split()[1] for l in again.uidl()[1]],
         [uidls[0].split()[1], uidls[2].split()[1]], "QUIT deletes, the others keep their ids")
    again.quit()
    client, _ = login(house, "ana")
    client.say("DELE 1")
    client.socket.shutdown(socket.SHUT_WR)
    client.file.read()
    client.close()
    again = wait_for(lambda: try_login(house, "ana"))
    same(again.stat()[0], 2, "the end of a connection is no QUIT")
    again.quit()


def try_login(house, user):
    try:
        return house.pop3(user)
    except (poplib.error_proto, EOFError):
        return None


def refused(what):
    try:
        return repr(what())
    except poplib.error_proto as e:
        return str(e)


def forms(house):
    long_line = b"x" * 1_000_000
    texts = {
        "1.dots.h": b"Subject: d\n\n.\n..\n.x\n\n.\n",
        "2.crlf.h": b"Subject: c\r\n\r\none\r\n.two\r\n",
        "3.noend.h": b"Subject: n\n\nno end",
        "4.empty.h": b"",
        "5.header.h": b"Subject: only a header\n",
        "6.long.h": b"Subject: l\n\n" + long_line + b"\nlast\n",
        "7.odd.h": b"Subject: o\n\na\rb\0c\xff\xfe\n",
    }
    for name, data in texts.items():
        deliver("ben", name, data)
    client, _ = login(house, "ben")
    sizes = {}
    client.say("LIST")
    for line in client.body().splitlines():
        number, size = line.split()
        sizes[int(number)] = int(size)
    for number, (name, data) in enumerate(sorted(texts.items()), 1):
        want = data.replace(b"\r\n", b"\n")
        if want and not want.endswith(b"\n"):
            want += b"\n"
        want = want.replace(b"\n", b"\r\n")
        client.say(f"RETR {number}")
        got = client.body()
        plain = re.sub(rb"(?m)^\.\.", b".", got)
        ok(plain == want or (name == "4.empty.h" and plain in (b"", b"\r\n")),
           f"{name}: comes as it is, with CRLF", plain[:200])
        same(sizes[number], len(plain), f"{name}: LIST has its size in CRLF octets")
        ok(not re.search(rb"(?m)^\.(?!\.)", got), f"{name}: no line begins with a single dot")
    client.say("TOP 1 0")
    same(client.body(), b"Subject: d\r\n\r\n", "TOP n 0 is the header and the blank line")
    client.say("TOP 1 2")
    same(client.body(), b"Subject: d\r\n\r\n..\r\n...\r\n", "TOP n 2 is two lines, stuffed")
    client.say("TOP 1 99999")
    ok(client.body().endswith(b"..x\r\n\r\n..\r\n"), "TOP of more lines than there are is all")
    for bad in ("RETR 0", "RETR -1", "RETR 99", "RETR 1x", "RETR 18446744073709551617", "TOP 1",
                "TOP 1 -1", "TOP x 1", "LIST 99", "UIDL 0", "DELE 4294967297", "DELE"):
        ok(client.say(bad).startswith("-ERR"), f"{bad} is refused")
    ok(client.say("NOOP").startswith("+OK"), "and the session lives")
    client.close()


def foreign_things(house):
    """What another program, or the user himself, may leave in a Maildir."""
    deliver("carla", "1.good.h", b"Subject: good\n\n1\n")
    secret = deliver("carla", "2.unreadable.h", b"no\n")
    os.chown(secret, 0, 0)
    os.chmod(secret, 0o600)
    new = home("carla") + "/Maildir/new"
    os.mkfifo(f"{new}/3.fifo.h")
    os.chown(f"{new}/3.fifo.h", uid("carla"), uid("carla"))
    os.symlink("/etc/shadow", f"{new}/4.link.h")
    os.mkdir(f"{new}/5.folder.h")
    deliver("carla", ".hidden", b"no\n")
    deliver("carla", b"6.b\xff\x01 \n\rn\xc3.h", b"Subject: odd\n\n2\n")
    deliver("carla", "7." + "n" * 200 + ".h", b"Subject: long\n\n3\n")
    deliver("carla", "8.lies.h,S=5,W=99999999999999999999", b"Subject: lies\n\n4\n")
    deliver("carla", "9.flags.h,S=20,W=23:2,RS", b"Subject: seen\n\n5\n\n\n", "cur")
    deliver("carla", "1.good.h:2,S", b"Subject: twin\n\n6\n", "cur")
    client, reply = login(house, "carla")
    ok(reply.startswith("+OK"), "a Maildir with odd things in it opens", reply)
    client.say("UIDL")
    uidls = [l.split(b" ", 1)[1] for l in client.body().splitlines()]
    same(len(uidls), 6, "plain files are shown, nothing else")
    same(len(set(uidls)), 6, "each has a unique id of its own")
    ok(all(re.fullmatch(rb"[\x21-\x7e]{1,70}", u) for u in uidls),
       "of 1 to 70 printable characters", uidls)
    subjects = []
    for i in range(1, 7):
        client.say(f"RETR {i}")
        subjects.append(client.body().split(b"\r\n")[0].split()[-1])
    same(sorted(subjects), [b"good", b"lies", b"long", b"odd", b"seen", b"twin"],
         "and each can be read")
    os.unlink(f"{new}/1.good.h")
    at = subjects.index(b"good") + 1
    reply = client.say(f"RETR {at}")
    ok(reply.startswith("-ERR"), "a file that vanishes meanwhile is told", reply)
    os.symlink("/etc/shadow", f"{new}/1.good.h")
    reply = client.say(f"RETR {at}")
    ok(reply.startswith("-ERR"), "a link in its place is not followed", reply)
    client.say(f"DELE {at}")
    other = subjects.index(b"odd") + 1
    client.say(f"DELE {other}")
    reply = client.say("QUIT")
    ok(reply.startswith("+OK") or "not removed" in reply, "QUIT says how that went", reply)
    ok(not any(b"\xff" in n for n in os.listdir(new.encode())), "what could be removed is gone")
    ok(os.path.exists("/etc/shadow"), "and nothing else")
    client.close()


def many(house):
    for i in range(5000):
        deliver("dora", f"{10000 + i}.m{i}.h,S=20,W=23", b"Subject: x\n\nbody\n\n\n\n")
    begin = time.monotonic()
    box = house.pop3("dora")
    same((box.stat()[0], len(box.list()[1]), len(box.uidl()[1])), (5000, 5000, 5000),
         "5,000 messages are listed")
    ok(time.monotonic() - begin < 2, "fast", time.monotonic() - begin)
    for i in range(1, 5001, 50):
        box.dele(i)
    box.quit()
    box = house.pop3("dora")
    same(box.stat()[0], 4900, "and some of them deleted")
    box.quit()


def remembered(house):
    """Sizes that names do not tell: counted once, never believed against the message."""
    text = b"Subject: r\n\n" + b"line\n" * 50
    for i in range(40):
        deliver("emil", f"{20000 + i}.m{i}.h", text)
    lock = f"{home('emil')}/Maildir/.malote-lock"
    box = house.pop3("emil")
    before = box.stat()
    box.quit()
    ok(os.stat(lock).st_size >= 40 * 16, "sizes are remembered beside the lock",
       os.stat(lock).st_size)
    with open(lock, "rb") as f:
        whole = f.read()
    for what, change in [("a torn file", lambda b: b[:100]), ("nonsense", lambda b: b"x" * 5000),
                         ("an empty one", lambda b: b""),
                         ("a changed one", lambda b: b[:200] + b"\xff" * 8 + b[208:])]:
        with open(lock, "wb") as f:
            f.write(change(whole))
        box = wait_for(lambda: try_login(house, "emil"))
        same(box.stat(), before, f"{what} in its place changes nothing")
        box.quit()
        with open(lock, "rb") as f:
            ok(f.read(len(whole)) == whole, "and it is written anew")
    # The same name, another file; one that changed in place is given whole.
    deliver("emil", "20000.m0.h", text * 2)
    with open(f"{home('emil')}/Maildir/new/20001.m1.h", "ab") as f:
        f.write(b"more\n")
    os.rename(deliver("emil", "20002.m2.h", text * 3, "tmp"),
              f"{home('emil')}/Maildir/new/20002.m2.h".encode())
    box = house.pop3("emil")
    wire = len(text) + text.count(b"\n")
    same([int(l.split()[1]) for l in box.list()[1][2:4]], [3 * wire, wire],
         "a file that was replaced is counted again")
    lines = box.retr(2)[1]
    same(lines[-1], b"more", "a message that grew is given to its end")
    box.quit()
    for link in (lock, f"{home('emil')}/Maildir/cur/other"):
        if os.path.exists(link):
            os.unlink(link)
    victim = f"{home('emil')}/precious"
    with open(victim, "wb") as f:
        f.write(b"mine")
    os.chown(victim, uid("emil"), uid("emil"))
    os.link(victim, lock)
    box = house.pop3("emil")
    same(box.stat()[0], 40, "a file with another name too in its place does no harm")
    box.quit()
    with open(victim, "rb") as f:
        same(f.read(), b"mine", "nor is it written to")


def on_their_way(uid_of, count):
    """A process of that account with so many descriptors sent and not yet received; a pipe
    whose end ends it."""
    ready, done = os.pipe(), os.pipe()
    if os.fork() == 0:
        os.close(done[1])
        os.setresuid(uid_of, uid_of, uid_of)
        one, two = socket.socketpair()
        socket.send_fds(one, [b"x"], [two.fileno()] * count)
        os.write(ready[1], b"x")
        os.read(done[0], 1)
        os._exit(0)
    os.close(done[0])
    os.read(ready[0], 1)
    return done[1]


def rush(house):
    """Many logins at the same moment."""
    # The kernel counts descriptors on their way for all processes of an account together.
    end = on_their_way(house.account("pop3d"), 200)
    client, reply = login(house, "zoe@virtual0.example")
    ok(reply.startswith("+OK"), "200 other sessions passing on a descriptor do no harm", reply)
    client.close()
    os.close(end)
    clients = [Raw(house) for _ in range(40)]
    for i, c in enumerate(clients):
        c.say(f"USER zoe{i}@virtual0.example")
    for c in clients:
        c.socket.sendall(b"PASS pw\r\n")
    replies = [c.line() for c in clients]
    same([r for r in replies if not r.startswith("+OK")], [], "40 logins at once all get in")
    for c in clients:
        c.socket.sendall(b"QUIT\r\n")
    same([c.line()[:3] for c in clients], ["+OK"] * 40, "and out")
    for c in clients:
        c.close()
    again = 0
    for _ in range(30):
        client, reply = login(house, "zoe0@virtual0.example")
        again += reply.startswith("+OK")
        client.say("QUIT")
        client.close()
    same(again, 30, "after the answer to QUIT the mailbox is free")


def logins(house):
    replies = {}
    for name, user, password in [
            ("wrong password", "ana", "no"), ("unknown user", "nobody-here", "pw"),
            ("unknown virtual user", "x@virtual0.example", "pw"), ("root", "root", "pw"),
            ("an account of the system", "daemon", "pw"), ("a path", "../../etc", "pw"),
            ("a path of dots", "../ana", "pw"), ("a slash", "ana/../ben", "pw"),
            ("a path in a domain", "../../ana@virtual0.example", "pw"),
            ("a domain that is a path", "zoe@../virtual0.example", "pw"),
            ("an address of a system user", "ana@nowhere.example", "pw"),
            ("200 bytes", "a" * 200, "pw"), ("a colon", "ana:x", "pw"),
            ("a long password", "ana", "p" * 240), ("a percent", "%s%n%s", "%n")]:
        client, replies[name] = login(house, user, password)
        client.close()
    ok(replies["wrong password"].startswith("-ERR [AUTH]"), "a wrong password: -ERR [AUTH]",
       replies)
    for name, reply in replies.items():
        same(reply, replies["wrong password"], f"{name}: the same words")
    client, reply = login(house, "ana", "p w")
    same(reply, replies["wrong password"], "a password may have blanks")
    client.close()
    for line, promise in [(b"USER ana\0", "a NUL"), (b"USER " + b"a" * 1000, "1000 bytes"),
                          (b"USER", "no name"), (b"USER a\rb", "a bare CR"), (b"", "nothing")]:
        client = Raw(house)
        reply = client.say(line)
        ok(reply.startswith("-ERR"), f"{promise}: refused", reply)
        ok(client.say("CAPA").startswith("+OK"), "and the session lives")
        client.close()
    client = Raw(house)
    ok(client.say("STAT").startswith("-ERR"), "nothing can be read before a login")
    ok(client.say("PASS pw").startswith("-ERR"), "PASS needs USER")
    got = [client.say("BOGUS") for _ in range(30)]
    ok("" in got and any("too many" in g for g in got), "too many bad commands end the session",
       got)
    client.close()
    client = Raw(house)
    got = []
    for _ in range(5):
        client.say("USER ana")
        got.append(client.say("PASS wrong"))
    ok(got[2].startswith("-ERR") and got[-1] == "", "three wrong logins end it", got)
    client.close()
    client = Raw(house, 2111)
    client.say("USER ana")
    reply = client.say("PASS pw")
    ok(reply.startswith("-ERR"), "clear-text login is refused where it was not allowed", reply)
    client.say("CAPA")
    ok(b"USER" not in client.body().split(b"\r\n"), "and not offered")
    client.close()


def run():
    enter_namespace()
    house = Instance(users={f"zoe{i}@virtual0.example": "pw" for i in [""] + list(range(40))},
                     extra="listen pop3 127.0.77.1:2111\n")
    with house:
        sessions(house)
        forms(house)
        foreign_things(house)
        many(house)
        remembered(house)
        rush(house)
        logins(house)
        ok(" session-died " not in house.events(), "no session died", house.events()[-2000:])


main(run)
