"""A server's processes as one: their CPU time, dead ones included, and their
memory, whatever they fork.  A control group tells that; where none can be made,
/proc does, in the pid namespace that holds nothing but the server and us.
"""
import glob
import os
import re
import signal
import subprocess
import time

V1 = "/sys/fs/cgroup/cpuacct"
V2 = "/sys/fs/cgroup"
STALE = 3600 * 10**9            # nanoseconds; another run's new group is empty for a moment


def read(path):
    try:
        with open(path) as f:
            return f.read()
    except OSError:
        return ""


def remove_folder(path):
    try:
        os.rmdir(path)
    except OSError:
        pass


class ControlGroup:
    def __init__(self, name):
        self.v1 = os.path.isdir(V1)
        above = V1 if self.v1 else V2
        for left in glob.glob(f"{above}/bench-*"):
            made = re.search(r"-(\d{19})$", left)
            if made and time.time_ns() - int(made[1]) > STALE:
                remove_folder(left)     # its run was killed
        self.folder = f"{above}/bench-{name}-{time.time_ns()}"
        os.mkdir(self.folder)

    def not_ours(self, pid):
        """A tool of the harness; a control group knows that by itself."""

    def enter(self):
        """For a child that is about to become the server."""
        with open(f"{self.folder}/cgroup.procs", "w") as f:
            f.write("0")

    def spawn(self, command, **more):
        """Starts a command in the group, in a session of its own."""
        more.setdefault("stdin", subprocess.DEVNULL)
        more.setdefault("stdout", subprocess.DEVNULL)
        more.setdefault("stderr", subprocess.DEVNULL)
        return subprocess.Popen(command, preexec_fn=self.enter, start_new_session=True, **more)

    def pids(self):
        return [int(p) for p in read(f"{self.folder}/cgroup.procs").split() if p != "0"]

    def cpu(self):
        """CPU seconds, user and system, of all who ever were in the group."""
        if self.v1:
            return int(read(f"{self.folder}/cpuacct.usage")) / 1e9
        return int(re.search(r"usage_usec (\d+)", read(f"{self.folder}/cpu.stat"))[1]) / 1e6

    def rollup(self, field):
        """(program, KiB) of each process: a field of its smaps_rollup."""
        for pid in self.pids():
            found = re.search(rf"^{field}:\s+(\d+)", read(f"/proc/{pid}/smaps_rollup"), re.M)
            program = read(f"/proc/{pid}/comm").strip()
            if found and program:
                yield program, int(found[1])

    def pss(self):
        """(KiB of PSS in all, processes)."""
        sizes = [kib for _, kib in self.rollup("Pss")]
        return sum(sizes), len(sizes)

    def largest(self):
        """{program: KiB of its own memory}, of its largest process.  Not PSS: that changes
        with how many others share a page."""
        most = {}
        for program, kib in self.rollup("Anonymous"):
            most[program] = max(kib, most.get(program, 0))
        return most

    def quiet(self, seconds=10):
        """Waits until the server has been nearly idle for half a second; its CPU time then."""
        last, end = self.cpu(), time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.5)
            now = self.cpu()
            if now - last < 0.01:
                return now
            last = now
        return last

    def end(self):
        """Ends every process: TERM, after four seconds KILL."""
        for how, seconds in ((signal.SIGTERM, 4), (signal.SIGKILL, 4)):
            end = time.monotonic() + seconds
            while self.pids() and time.monotonic() < end:
                for pid in self.pids():
                    try:
                        os.kill(pid, how)
                    except ProcessLookupError:
                        pass
                time.sleep(0.1)

    def remove(self):
        self.end()
        remove_folder(self.folder)


class Processes(ControlGroup):
    """Without a control group: all processes of our pid namespace but the harness's.  CPU of
    the dead comes from who waited for them (a parent that ignores SIGCHLD hides its own)."""

    def __init__(self, name):
        self.ours = {1, os.getpid()}

    def enter(self):
        pass

    def not_ours(self, pid):
        self.ours.add(pid)

    def pids(self):
        return [int(p) for p in os.listdir("/proc") if p.isdigit() and int(p) not in self.ours
                and stat(p) and stat(p)[0] != "Z"]

    def cpu(self):
        """Theirs and that of whom they waited for; process 1 buries orphans."""
        ticks = sum(sum(map(int, fields[11:15])) for p in os.listdir("/proc")
                    if p.isdigit() and int(p) not in self.ours
                    for fields in [stat(p)] if fields)
        return (ticks + sum(map(int, stat("1")[13:15]))) / os.sysconf("SC_CLK_TCK")

    def remove(self):
        self.end()


def stat(pid):
    """The fields of /proc/PID/stat from the state on; empty when it has gone."""
    return read(f"/proc/{pid}/stat").rpartition(")")[2].split()


def writable():
    """Whether this machine lets us have control groups."""
    if os.environ.get("BENCH_NO_CGROUP"):
        return False
    try:
        group = ControlGroup("probe")
        group.spawn(["true"]).wait()
        group.remove()
        return True
    except (OSError, subprocess.SubprocessError):
        return False


def Group(name):
    return ControlGroup(name) if writable() else Processes(name)
