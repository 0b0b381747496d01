#!/usr/bin/env python3
"""conf(8) alone, in its jail: text tables to compiled ones, settings to frames."""
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from tap import main, ok, same

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CONF = f"{os.environ.get('BUILD', TOP + '/build')}/bin/conf"


def conf(root, args, text, fds):
    """Runs conf in an empty folder; fds: {number: descriptor}.  (status, stderr)"""
    with open(f"{root}/text", "wb") as f:
        f.write(text)

    def arrange():
        os.chdir(f"{root}/empty")
        for high, (number, fd) in enumerate(sorted(fds.items()), 60):
            os.dup2(fd, high)
        os.closerange(3, 60)
        for high, number in enumerate(sorted(fds), 60):
            os.dup2(high, number)
        os.closerange(60, 100)

    with open(f"{root}/text", "rb") as f:
        p = subprocess.run([CONF] + args, stdin=f, stderr=subprocess.PIPE,
                           preexec_fn=arrange, close_fds=False, timeout=60)
    return p.returncode, p.stderr.decode()


def table(root, kind, text, programs=False, small=False):
    """Compiles; ((status, stderr), rows of the public table, of the secret one)."""
    folders = [f"{root}/tables", f"{root}/secret", f"{root}/lists"]
    for folder in folders[:2]:
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
    if small:                   # a full disk: no page is left in it
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folders[0]], check=True)
        with open(f"{folders[0]}/filler", "wb") as f:
            f.write(b"x" * 4096)
    fds = [os.open(f, os.O_RDONLY | os.O_DIRECTORY) for f in folders]
    if isinstance(text, str):
        text = text.encode()
    result = conf(root, [kind + ("-programs" if programs else ""), kind], text,
                  dict(enumerate(fds, 5)))
    for fd in fds:
        os.close(fd)
    left = [f for folder in folders[:2] for f in os.listdir(folder) if f == "new"]
    if small:
        subprocess.run(["umount", folders[0]], check=True)
    elif result[0] != 0 and left:
        raise RuntimeError("a faulty table is left behind")
    if result[0] != 0:
        return result, None, None
    return (result, rows(f"{folders[0]}/{kind}.cdb"),
            rows(f"{folders[1]}/passwd.cdb") if kind == "users" else None)


def rows(path):
    """All pairs of a cdb in the order they were written."""
    with open(path, "rb") as f:
        data = f.read()
    end = min(struct.unpack_from("<I", data, 8 * i)[0] for i in range(256))
    at, found = 2048, []
    while at < end:
        k, v = struct.unpack_from("<II", data, at)
        at += 8
        found.append((data[at:at + k].decode(), data[at + k:at + k + v].decode()))
        at += k + v
    return found


def settings(root, text):
    """((status, stderr), frames as (verb, bytes))."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for s in (ours, theirs):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    result = conf(root, ["settings", "malote.conf"], text, {4: theirs.fileno()})
    theirs.close()
    frames = []
    while frame := ours.recv(65536):
        frames.append((struct.unpack_from(">IH", frame)[1], frame[6:]))
    ours.close()
    return result, frames


LISTS = {
    "friends": "# a list\nann@Example.ORG, ben\n   cid # three\n:include:more\n",
    "more": "\ndan\n",
    "round": "x\n:include:about\n", "about": "y, :include:round, z\n",
    "self": ":include:self\n",
    "greedy": "ann\n|sh\n", "greedier": "/etc/passwd\n",
    "many": "".join(f"u{i}@example.org\n" for i in range(100001)),
}
LISTS.update({f"n{i}": f":include:n{i + 1}\n" for i in range(40)})
LISTS.update({f"m{i}": f":include:m{i + 1}, :include:m{i + 1}\n" for i in range(20)})
LISTS["m20"] = "# nobody\n"

ALIASES = r"""# comment
root:	Ana@Example.ORG
postmaster: root,
   "john doe"@Example.org    # continued
  # not the end

   , eric
list: a, :include:friends , b
owner-list: root
Info@Example.net: x
"Jo Ex": "|not a program"@example.org
eric: \Eric, other
"""
COMPILED = [
    ("root", "aliases:2\nAna@example.org"),
    ("postmaster", "aliases:3\nroot"),
    ("postmaster", 'aliases:4\n"john doe"@example.org'),
    ("postmaster", "aliases:7\neric"),
    ("list", "aliases:8\na"),
    ("list", "friends:2\nann@example.org"), ("list", "friends:2\nben"),
    ("list", "friends:3\ncid"), ("list", "more:2\ndan"),
    ("list", "aliases:8\nb"),
    ("owner-list", "aliases:9\nroot"),
    ("info@example.net", "aliases:10\nx"),
    ("jo ex", 'aliases:11\n"|not a program"@example.org'),
    ("eric", "aliases:12\nEric"), ("eric", "aliases:12\nother"),
]

FAULTY_ALIASES = [
    ("a b\n", "aliases:1: expected NAME: and its members"),
    ("a:\nb: c\n", "aliases:1: an alias without members"),
    ("b: c\na: # x\n", "aliases:2: an alias without members"),
    ('a: "b\n', "aliases:1: a quote that is not closed"),
    ('"a: b\n', "aliases:1: a quote that is not closed"),
    (" a\n", "aliases:1: members without a name before them"),
    ("a: b\nc: d\nA: e\n", "aliases:3: a stands on line 1 already"),
    ("a: b c\n", 'aliases:1: "b c" is not an address'),
    ("a: Ann <a@b>\n", 'aliases:1: "Ann <a@b>" is not an address'),
    (":x\n", 'aliases:1: "" is not a name or an address'),
    ("a@b@c: x\n", 'aliases:1: "a@b@c" is not a name or an address'),
    ('"x@y": a\n', 'aliases:1: ""x@y"" is not a name or an address'),
    ("a: \\b\n", "aliases:1: \\b: a backslash stands only before the alias's own name"),
    ("a: b\n\0\n", "aliases:2: a NUL byte in the line"),
    ("a: b\r\n", "aliases:1: a carriage return in the line: lines end with a newline alone"),
    ("a: " + "b" * 70000 + "\n", "aliases:1: the line is too long"),
    ("a: |x\n", "aliases:1: a program as a member needs the setting alias-programs"),
    ('a: "/x y"\n', "aliases:1: a file as a member needs the setting alias-programs"),
    ("a: :include:nothing\n", "aliases:1: cannot include nothing: No such file or directory"),
    ("a: :include:/etc/passwd\n",
     "aliases:1: a list is named without its folder; it stands beside this table"),
    ("a: :include:../text\n",
     "aliases:1: a list is named without its folder; it stands beside this table"),
    ("a: :include:self\n",
     "self:1: this list includes itself: included at aliases:1 and again at self:1"),
    ("b: c\na: :include:round\n",
     "about:1: this list includes itself: included at aliases:2, round:2 and again at about:1"),
    ("a: :include:n0\n", "n30:1: lists include each other more than 32 deep"),
    ("a: :include:m0\n", "m18:1: more than 100000 members"),
    ("a: :include:many\n", "many:100000: more than 100000 members"),
]

USERS = """# comment

Bob@Example.net:$6$salt$hash
ann@example.net:$y$j9T$salt$hash:shared/ann
"a b"@example.net:!:ab
root:*
max:abcdefghijklm
"""
FAULTY_USERS = [
    ("a\n", "users:1: expected LOGIN:HASH or LOGIN:HASH:MAILBOX"),
    (":!\n", "users:1: expected LOCAL@DOMAIN or the name of an account before the colon"),
    ("@b:!\n", "users:1: expected LOCAL@DOMAIN or the name of an account before the colon"),
    ("1000:!\n", "users:1: 1000: neither LOCAL@DOMAIN nor the name of an account"),
    ("A@b:!\na@B:!\n", "users:2: a@b stands on line 1 already"),
    ("a@b:\n", "users:1: a@b: what stands behind the first colon is no hash of crypt(3);"
     " malote passwd makes one"),
    ("a@b:$1$ x$\n", "users:1: a@b: the hash holds a blank or a byte that no hash has"),
    ("a@b:$1$" + "x" * 400 + "$\n", "users:1: a@b: the hash is too long"),
    ("a@b:!:../x\n", "users:1: a@b: the mailbox is not a path below the mail folder"),
    ("a@b:!:/x\n", "users:1: a@b: the mailbox is not a path below the mail folder"),
    ("a@b:!:\n", "users:1: a@b: the mailbox is not a path below the mail folder"),
    ('"a/../b"@c:!\n', "users:1: a/../b@c: the mailbox must be named: the login cannot be a path"),
    ("root:!:x\n", "users:1: root: a system account has its own mailbox"),
    ("a@b:!\n\x01\n", "users:2: a control byte in the line"),
]


def test_aliases(root):
    result, got, _ = table(root, "aliases", ALIASES)
    same(result, (0, ""), "an aliases table compiles")
    same(got, COMPILED, "names and members are in it, lists expanded, with their places")
    same(table(root, "aliases", "")[1], [], "an empty table is a table")
    _, got, _ = table(root, "aliases", 'a: |x, /y, "|x y, \\"z\\"", |"q r"\n', programs=True)
    same([v for _, v in got or []],
         ["aliases:1\n|x", "aliases:1\n/y", 'aliases:1\n|x y, "z"', "aliases:1\n|q r"],
         "programs and files are members when they are allowed")
    for name in ("greedy", "greedier"):
        (status, said), _, _ = table(root, "aliases", f"a: :include:{name}\n", programs=True)
        ok(status == 1 and "cannot be a member of a list" in said,
           f"a list may never name a program or a file ({name})", said)
    for text, want in FAULTY_ALIASES:
        (status, said), _, _ = table(root, "aliases", text)
        ok(status == 1 and want in said.splitlines(), want, f"status {status}\n{said}")
    (status, said), _, _ = table(root, "aliases", "a: :include:link\n")
    ok(status == 1 and said.startswith("aliases:1: cannot include link: "),
       "a symbolic link is not followed", said)
    with open(f"{TOP}/conf/aliases.sample", "rb") as f:
        same(table(root, "aliases", f.read())[0], (0, ""), "the sample is valid")


def test_users(root):
    result, names, secrets = table(root, "users", USERS)
    same(result, (0, ""), "a users table compiles")
    same(names, [("bob@example.net", "example.net/bob"), ("ann@example.net", "shared/ann"),
                 ("a b@example.net", "ab")], "mailboxes go to one table, without a hash")
    same(secrets, [("bob@example.net", "$6$salt$hash\nexample.net/bob"),
                   ("ann@example.net", "$y$j9T$salt$hash\nshared/ann"),
                   ("a b@example.net", "!\nab"), ("root", "*\n"), ("max", "abcdefghijklm\n")],
         "hashes go to the other one")
    for text, want in FAULTY_USERS:
        (status, said), _, _ = table(root, "users", text)
        ok(status == 1 and want in said.splitlines(), want, f"status {status}\n{said}")
    (status, said), _, _ = table(root, "users", "a@b:in clear\nc@d:$1$secret word$\na@b\n")
    ok(status == 1 and "clear" not in said and "secret" not in said,
       "what may be a password is never shown", said)


def test_trouble(root):
    (status, said), _, _ = table(root, "aliases", "a: b\n", small=True)
    same(status, 111, "a full disk is told, with the status of trouble that passes")
    ok("No space left" in said, "and with its reason", said)
    same(conf(root, ["nothing", "x"], b"", {})[0], 64, "a wrong command line is told")


def test_settings(root):
    (status, said), frames = settings(root, b"hostname a.b\nlisten smtp 127.0.0.1:25\n")
    same((status, said), (0, ""), "good settings are sent")
    same(frames[0], (0x106, b"\0\0\0\0"), "beginning with those of malote itself")
    same(frames[-1], (0x102, b"\0\0\0\1\0"), "and with an end")
    result, frames = settings(root, b"hostname a.b\nlisten smtp 127.0.0.1:25\nwokers 5\n")
    same(result, (1, 'malote.conf:3: unknown setting "wokers"; did you mean "workers"?\n'),
         "a fault is told")
    same(frames, [], "and then nothing is sent")
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.close()
    status, said = conf(root, ["settings", "x"], b"hostname a.b\n", {4: theirs.fileno()})
    ok(status == 111 and "Broken pipe" in said, "when malote has gone away it ends", said)
    theirs.close()


def run():
    root = tempfile.mkdtemp(prefix="malote-conf-")
    try:
        os.mkdir(f"{root}/empty")
        os.mkdir(f"{root}/lists")
        for name, text in LISTS.items():
            with open(f"{root}/lists/{name}", "w") as f:
                f.write(text)
        os.symlink("friends", f"{root}/lists/link")
        test_aliases(root)
        test_users(root)
        test_trouble(root)
        test_settings(root)
    finally:
        shutil.rmtree(root)


main(run)
