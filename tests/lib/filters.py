"""System call filters as the kernel holds them: read from live processes by
ptrace(PTRACE_SECCOMP_GET_FILTER), as root, and walked instruction by
instruction for every call number.  Nothing is taken from the programs' word.
"""
import ctypes
import os
import struct

from house import is_user

ARCH = 0xC000003E               # AUDIT_ARCH_X86_64
CALLS = 512
SEIZE, INTERRUPT, DETACH, GET_FILTER = 0x4206, 0x4207, 17, 0x420C
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
ACTION = 0xFFFF0000

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def ptrace(request, pid, address=None, data=None):
    result = libc.ptrace(request, pid, address, data)
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def read_filters(pid):
    """Every filter of a process, each a list of (code, jt, jf, k)."""
    programs = []
    ptrace(SEIZE, pid)
    try:
        ptrace(INTERRUPT, pid)
        os.waitpid(pid, 0x40000000)             # __WALL
        while True:
            try:
                count = ptrace(GET_FILTER, pid, len(programs), None)
            except OSError:                     # ENOENT; EINVAL: no filter at all
                return programs
            buffer = ctypes.create_string_buffer(8 * count)
            ptrace(GET_FILTER, pid, len(programs), ctypes.addressof(buffer))
            programs.append(list(struct.iter_unpack("<HBBI", buffer.raw)))
    finally:
        ptrace(DETACH, pid)


COMPARE = {0x10: lambda a, k: a == k, 0x20: lambda a, k: a > k,
           0x30: lambda a, k: a >= k, 0x40: lambda a, k: a & k != 0}


def actions(program, call, args=None):
    """What a filter can answer to a call: a set of actions.

    args are the arguments that are known, {number: value}; with the others
    every jump goes both ways.
    """
    known = {0: call, 4: ARCH}
    for number, value in (args or {}).items():
        known[16 + 8 * number] = value & 0xFFFFFFFF
        known[20 + 8 * number] = value >> 32
    found, seen, todo = set(), set(), [(0, None)]
    while todo:
        state = todo.pop()
        if state in seen:
            continue
        seen.add(state)
        at, a = state
        code, jt, jf, k = program[at]
        kind = code & 0x07
        if kind == 0x06:                                # RET
            found.add(k)
        elif kind == 0x00:                              # LD
            if code != 0x20:
                raise ValueError(f"load {code:#x}")
            todo.append((at + 1, known.get(k)))
        elif kind == 0x04:                              # ALU: AND alone occurs
            if code != 0x54:
                raise ValueError(f"arithmetic {code:#x}")
            todo.append((at + 1, None if a is None else a & k))
        elif kind == 0x05 and code == 0x05:             # JA
            todo.append((at + 1 + k, a))
        elif kind == 0x05:
            if code & 0x08:
                raise ValueError(f"jump {code:#x}")
            yes = a is None or COMPARE[code & 0xF0](a, k)
            no = a is None or not COMPARE[code & 0xF0](a, k)
            if yes:
                todo.append((at + 1 + jt, a))
            if no:
                todo.append((at + 1 + jf, a))
        else:
            raise ValueError(f"instruction {code:#x}")
    return found


def allows(programs, call, args=None):
    """Do all filters let the call pass, with some arguments or with these?"""
    return all(ALLOW in {k & ACTION for k in actions(p, call, args)} for p in programs)


def allowed(programs):
    """Numbers of the calls that get through."""
    return {call for call in range(CALLS) if allows(programs, call)}


def roles(house, programs):
    """{role: filters} of all live processes: NAME is what malote started,
    "NAME session" what that forked."""
    found = {}
    for name in programs:
        for pid in house.pids(name):
            with open(f"/proc/{pid}/stat") as f:
                parent = int(f.read().rsplit(")", 1)[1].split()[1])
            main = parent == house.process.pid and not is_user(pid)
            role = name if main else f"{name} session"
            filters = read_filters(pid)
            if filters:
                found.setdefault(role, filters)
    return found


def names(calls):
    """Names of call numbers, by the kernel's header."""
    table = {}
    for path in ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"):
        if os.path.exists(path):
            with open(path) as f:
                for line in f:
                    words = line.split()
                    if len(words) == 3 and words[1].startswith("__NR_"):
                        table[int(words[2])] = words[1][5:]
            break
    return sorted(table.get(c, str(c)) for c in calls)
