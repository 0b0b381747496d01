"""System calls of a house at work, by strace(1), and what can be told from their order."""
import os
import re
import signal
import subprocess
import tempfile

WRITES = {"write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range",
          "splice"}
NAMES = {"link", "linkat", "rename", "renameat", "renameat2"}
SYNCS = {"fsync", "fdatasync", "syncfs"}
TRACED = WRITES | NAMES | SYNCS | {"unlinkat", "sendmsg"}
SEEN = 16384                    # of what is written
LINE = re.compile(r"^(\d+) +([\d.]+) (?:<\.\.\. )?(\w+)( resumed>|\()(.*)$")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
PATH = re.compile(r"\d+<([^>]*)>")


def plain(text):
    return bytes.fromhex(text.replace("\\x", ""))


class Call:
    """One that succeeded: when it began and had ended, its strings, its descriptors' paths."""

    def __init__(self, name, begin, end, text):
        self.name, self.begin, self.end = name, begin, end
        paths = [plain(p).decode() if p.startswith("\\x") else p for p in PATH.findall(text)]
        self.paths = [p for p in paths if p.startswith("/")]
        self.strings = list(map(plain, STRING.findall(text)))

    def target(self):
        """What a call on a folder and a name makes or removes, or what is written or synced."""
        if self.name in NAMES or self.name == "unlinkat":
            return f"{self.paths[-1]}/{self.strings[-1].decode()}" if self.paths else ""
        if self.name == "copy_file_range":
            return self.paths[-1] if self.paths else ""
        return self.paths[0] if self.paths else ""

    def source(self):
        return f"{self.paths[0]}/{self.strings[0].decode()}" if self.paths else ""

    def mentions(self, word):
        return any(word.encode() in s for s in self.strings) or any(word in p for p in self.paths)


class Tracer:
    """Between start and stop, what some processes and all they start call."""

    def __init__(self, pids):
        with tempfile.NamedTemporaryFile(delete=False) as f:
            self.path = f.name
        self.process = subprocess.Popen(
            ["strace", "-f", "-ttt", "-T", "-y", "-xx", "-s", str(SEEN), "-e", "signal=none",
             "-e", "trace=" + ",".join(sorted(TRACED)), "-o", self.path,
             *[w for p in pids for w in ("-p", str(p))]],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in pids:                  # "Process N attached"
            self.process.stderr.readline()

    def stop(self):
        """The calls, in the order in which they ended."""
        self.process.send_signal(signal.SIGINT)
        self.process.communicate()
        with open(self.path) as f:
            calls = list(read(f))
        os.unlink(self.path)
        return sorted(calls, key=lambda c: c.end)


def read(lines):
    unfinished = {}
    for line in lines:
        found = LINE.match(line)
        if not found:
            continue
        pid, when, name, kind, rest = found.groups()
        if rest.endswith("<unfinished ...>"):
            unfinished[pid] = (float(when), rest[:-len("<unfinished ...>")])
            continue
        begin = float(when)
        if kind != "(":
            begin, before = unfinished.pop(pid, (begin, ""))
            rest = before + rest
        ended = re.search(r"\) += (-?\d+)[^<]*(?:<([\d.]+)>)?$", rest)
        if ended and int(ended.group(1)) >= 0:
            yield Call(name, begin, begin + float(ended.group(2) or 0), rest)


class Order:
    """Questions about a list of calls."""

    def __init__(self, calls):
        self.calls = calls
        self.syncs = [c for c in calls if c.name in SYNCS]
        self.names = [c for c in calls if c.name in NAMES]
        self.removed = [c for c in calls if c.name == "unlinkat"]
        self.writes = {}                # path: [Call]
        for c in calls:
            if c.name in WRITES:
                self.writes.setdefault(c.target(), []).append(c)

    def synced(self, path, after, before):
        """Whether a sync that covers path began after one instant and ended before another."""
        return any(s.begin >= after and s.end <= before and
                   (s.name == "syncfs" or s.target() == path) for s in self.syncs)

    def written(self, path, before):
        """When the last write to path ended."""
        return max((w.end for w in self.writes.get(path, []) if w.end <= before), default=None)

    def is_safe(self, path, before):
        """Whether all that was written to path had been synced."""
        last = self.written(path, before)
        return last is not None and self.synced(path, last, before)

    def named(self, path):
        """The call that made this name."""
        return next((c for c in self.names if c.target() == path), None)

    def is_logged(self, log, mark, marks, before):
        """Whether a log (a path without its number) has the last record with this mark
        synced: up to the write that bears another of the marks."""
        for path in self.writes:
            if not path.startswith(log):
                continue
            last, ours = None, False
            for w in self.writes[path]:
                ours = w.mentions(mark) or ours and not any(map(w.mentions, marks))
                if ours and w.end <= before:
                    last = w.end
            if last is not None and self.synced(path, last, before):
                return True
        return False
