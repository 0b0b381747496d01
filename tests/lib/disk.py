"""A file system in a file, behind a loop device, whose power can be cut.

cut() is the file system's own shutdown ioctl: from that instant nothing more
reaches the disk, and what was written but not synced is gone, as when the
power fails.  A sync under way at that instant may still say 0 although its
transaction was thrown away; so what counts is what was known *before* cut().
"""
import atexit
import fcntl
import os
import subprocess
import tempfile

from tap import skip_all, wait_for

SHUTDOWN = 0x8004587d           # _IOR('X', 125, __u32): ext4's, xfs's, f2fs's
LOGFLUSH, NOLOGFLUSH = 1, 2     # with and without what the journal holds in memory
SIZE = 1 << 29                  # of a sparse file
FLAVOURS = {"ext4": (["mkfs.ext4", "-q", "-F", "-E", "nodiscard"], ["e2fsck", "-fn"]),
            "xfs": (["mkfs.xfs", "-q", "-f", "-K"], ["xfs_repair", "-n"])}


def needed():
    """Skips the test where there can be no such disk."""
    flavour = os.environ.get("FS", "ext4")
    if flavour not in FLAVOURS:
        skip_all(f"FS={flavour}: one of {', '.join(FLAVOURS)}")
    for command, *_ in FLAVOURS[flavour]:
        if subprocess.run(["sh", "-c", f"command -v {command}"],
                          stdout=subprocess.DEVNULL).returncode != 0:
            skip_all(f"{command} is not here")
    if subprocess.run(["losetup", "-f"], stdout=subprocess.DEVNULL,
                      stderr=subprocess.DEVNULL).returncode != 0:
        skip_all("there are no loop devices")


class Disk:
    """One file system, mounted on a folder of this mount namespace."""

    def __init__(self, place):
        self.place = place
        self.make, self.check = FLAVOURS[os.environ.get("FS", "ext4")]
        with tempfile.NamedTemporaryFile(prefix="malote-disk-", dir=os.environ.get("DISKS"),
                                         delete=False) as f:
            f.truncate(SIZE)
            self.image = f.name
        atexit.register(self.forget)
        subprocess.run([*self.make, self.image], check=True)
        os.makedirs(place, exist_ok=True)
        self.mount()

    def mount(self):
        """After a cut this replays the journal."""
        p = subprocess.run(["mount", "-o", "loop", self.image, self.place],
                           capture_output=True, text=True)
        if p.returncode != 0:
            raise RuntimeError(f"mount: {p.stderr}")

    def unmount(self):
        p = None

        def gone():
            nonlocal p
            p = subprocess.run(["umount", self.place], capture_output=True, text=True)
            return p.returncode == 0
        if not wait_for(gone, 20):
            raise RuntimeError(f"umount: {p.stderr}")

    def handle(self):
        """What cut() needs, opened early: between the clock and the cut is one call."""
        return os.open(self.place, os.O_RDONLY)

    @staticmethod
    def cut(handle, flags=NOLOGFLUSH):
        fcntl.ioctl(handle, SHUTDOWN, flags.to_bytes(4, "little"))

    def faults(self):
        """What the checker of an unmounted disk complains of, or ''."""
        p = subprocess.run([*self.check, self.image], capture_output=True, text=True)
        return "" if p.returncode == 0 else p.stdout + p.stderr

    def forget(self):
        """Mounted, it lives as long as the mount does."""
        if os.path.exists(self.image):
            os.unlink(self.image)
