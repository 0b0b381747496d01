"""Programs that die at a stop point, or whose syncs fail, when a test wants it: those in
BUILD/stop, which read wishes from a file they share with the test (tests/lib/stop_point.c)."""
import mmap
import os
import struct

import house as houses
from house import BIN, BUILD, HOMES

SLOTS, SLOT = 4, struct.Struct("=i60s")


class Wishes:
    """The file that the programs in BUILD/stop share with us."""

    def __init__(self):
        path = f"{HOMES}/stop-point"
        with open(path, "wb") as f:
            f.write(bytes(SLOTS * SLOT.size))
        os.chmod(path, 0o666)
        with open(path, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 0)

    def left(self, slot):
        return SLOT.unpack_from(self.map, slot * SLOT.size)[0]

    def set(self, slot, name, left):
        struct.pack_into("=i", self.map, slot * SLOT.size, 0)
        struct.pack_into("=60s", self.map, slot * SLOT.size + 4, name.encode())
        struct.pack_into("=i", self.map, slot * SLOT.size, left)


def prepare_programs():
    """A libexec folder in which the deadly programs take the place of the others."""
    folder = f"{HOMES}/bin"
    os.mkdir(folder)
    deadly = os.listdir(f"{BUILD}/stop")
    for name in os.listdir(BIN):
        os.symlink(f"{BUILD}/stop/{name}" if name in deadly else f"{BIN}/{name}",
                   f"{folder}/{name}")
    houses.BIN = folder
