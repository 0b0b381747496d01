"""A live process made to call the kernel: its own account, jail and
descriptors, but the calls are ours.  As root, by ptrace, x86-64.

What a filter forbids would kill the process, so that is read from the filter
first (see filters.py) and counts as refused.
"""
import ctypes
import os
import struct

from filters import DETACH, INTERRUPT, SEIZE, allows, ptrace, read_filters
from tap import wait_for

GETREGS, SETREGS, SYSCALL = 12, 13, 24
REGISTERS = ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags "
             "rsp ss fs_base gs_base ds es fs gs").split()
ARGUMENTS = ("rdi", "rsi", "rdx", "r10", "r8", "r9")
MASK = (1 << 64) - 1
RESTARTS = range(512, 517)      # what an interrupted call holds instead of an answer
REFUSED_BY_FILTER = "filter"


class Puppet:
    """with Puppet(pid) as p: p.call(number, arguments…)"""

    def __init__(self, pid):
        self.pid = pid
        self.filters = read_filters(pid)

    def __enter__(self):
        self.memory = open(f"/proc/{self.pid}/mem", "r+b", buffering=0)
        if not wait_for(self.stop_in_call):
            raise RuntimeError("it never waits in a call")
        self.text_at = (self.before["rsp"] - 16384) & ~0xFFF
        self.held = self.read(self.text_at, 4096)
        return self

    def stop_in_call(self):
        """Stops it, if it waits: then it stands just behind a call instruction."""
        ptrace(SEIZE, self.pid)
        ptrace(INTERRUPT, self.pid)
        os.waitpid(self.pid, 0x40000000)
        self.before = self.registers()
        self.gate = self.before["rip"] - 2
        if self.read(self.gate, 2) == b"\x0f\x05":
            return True
        ptrace(DETACH, self.pid)
        return False

    def __exit__(self, *error):
        self.write(self.text_at, self.held)
        after = dict(self.before)
        if -ctypes.c_int64(after["rax"]).value in RESTARTS:
            after["rip"], after["rax"] = self.gate, after["orig_rax"]
        after["orig_rax"] = MASK
        self.set_registers(after)
        self.memory.close()
        ptrace(DETACH, self.pid)

    def registers(self):
        buffer = ctypes.create_string_buffer(8 * len(REGISTERS))
        ptrace(GETREGS, self.pid, None, ctypes.addressof(buffer))
        return dict(zip(REGISTERS, struct.unpack(f"<{len(REGISTERS)}Q", buffer.raw)))

    def set_registers(self, values):
        buffer = ctypes.create_string_buffer(
            struct.pack(f"<{len(REGISTERS)}Q", *(values[r] & MASK for r in REGISTERS)))
        ptrace(SETREGS, self.pid, None, ctypes.addressof(buffer))

    def read(self, at, size):
        self.memory.seek(at)
        return self.memory.read(size)

    def write(self, at, data):
        self.memory.seek(at)
        self.memory.write(data)

    def call(self, number, *args):
        """The call's answer (negative: an errno), or REFUSED_BY_FILTER.

        Texts and bytes among the arguments are put into its stack.
        """
        values, at = [], self.text_at
        for a in args:
            if isinstance(a, (str, bytes)):
                data = (a.encode() if isinstance(a, str) else a) + b"\0"
                self.write(at, data)
                values.append(at)
                at += (len(data) + 15) & ~15
            else:
                values.append(a & MASK)
        known = {i: v for i, v in enumerate(values)}
        if not allows(self.filters, number, known):
            return REFUSED_BY_FILTER
        now = dict(self.before, rax=number, orig_rax=MASK, rip=self.gate)
        now.update(zip(ARGUMENTS, values))
        self.set_registers(now)
        for _ in range(2):                      # the way in, and out again
            ptrace(SYSCALL, self.pid)
            pid, status = os.waitpid(self.pid, 0x40000000)
            if not os.WIFSTOPPED(status):
                raise RuntimeError(f"it ended: {status:#x}")
        return ctypes.c_int64(self.registers()["rax"]).value
