"""A system-call filter that lets a process compute, and nothing else (seccomp-bpf, Linux).

An allow-list of system calls: memory that cannot be executed, locks, threads
(libde265 wants one), the clock, reading and writing what is open already, and
the end. What decoders and Python merely ask now and then (files, limits, the
number of processors) is answered with "not permitted". A process that asks for
anything else - a socket, a process, a signal to another process - is killed on the spot.

The numbers are those of the kernel's tables for x86-64 and 64-bit ARM; None
where an architecture never had the call.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from dataclasses import dataclass
from typing import Final

_X86_64, _AARCH64 = "x86_64", "aarch64"
_ARCHITECTURES: Final = {_X86_64: 0xC000003E, _AARCH64: 0xC00000B7}
"""AUDIT_ARCH_*, by which the kernel says how a call was made (linux/audit.h)."""
_COLUMN: Final = {_X86_64: 0, _AARCH64: 1}

_Numbers = tuple[int | None, int | None]
_ALLOWED: Final[dict[str, _Numbers]] = {
    "futex": (202, 98),
    "munmap": (11, 215),
    "brk": (12, 214),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "lseek": (8, 62),
    "fstat": (5, 80),
    "clock_gettime": (228, 113),
    "gettimeofday": (96, 169),
    "getrandom": (318, 278),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "sched_yield": (24, 124),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
_WITHOUT_EXECUTION: Final[dict[str, _Numbers]] = {"mmap": (9, 222), "mprotect": (10, 226)}
"""Allowed unless the memory is to be executable."""
_DENIED: Final[dict[str, _Numbers]] = {
    "open": (2, None),
    "openat": (257, 56),
    "stat": (4, None),
    "lstat": (6, None),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getcwd": (79, 17),
    "getdents64": (217, 61),
    "ioctl": (16, 29),
    "fcntl": (72, 25),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    "getrusage": (98, 165),
    "sched_getaffinity": (204, 123),
    "prlimit64": (302, 261),
}
_CLONE: Final[dict[str, _Numbers]] = {"clone": (56, 220)}
"""Allowed for threads of this process only."""
_CLONE3: Final[dict[str, _Numbers]] = {"clone3": (435, 435)}
"""Its flags lie where a filter cannot look; told that the kernel is too old for it, glibc uses clone."""

_ALLOW, _DENY, _UNKNOWN, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS, 0x80000000
"""SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO twice, SECCOMP_RET_KILL_PROCESS (linux/seccomp.h)."""
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # of classic BPF
_NUMBER_AT, _ARCHITECTURE_AT, _FLAGS_AT, _PROTECTION_AT = 0, 4, 16, 32  # in struct seccomp_data
_OTHER_ABI: Final = 0x40000000  # x32 calls have this bit
_PROT_EXEC, _CLONE_THREAD = 4, 0x10000
_INSTRUCTION: Final = struct.Struct("=HBBI")
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_POINTER_SIZE: Final = 8


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def program(machine: str) -> bytes | None:
    """The filter for a machine, by its name in `os.uname`; None if its system calls are not known here."""
    if machine not in _ARCHITECTURES:
        return None
    column = _COLUMN[machine]
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, _OTHER_ABI),
        (_RETURN, 0, 0, _KILL),
    ]
    for number in _in(column, _WITHOUT_EXECUTION):
        steps += _if_bits(number, _PROTECTION_AT, _PROT_EXEC, (_KILL, _ALLOW))
    for number in _in(column, _CLONE):
        steps += _if_bits(number, _FLAGS_AT, _CLONE_THREAD, (_ALLOW, _KILL))
    for verdict, calls in ((_ALLOW, _ALLOWED), (_DENY, _DENIED), (_UNKNOWN, _CLONE3)):
        for number in _in(column, calls):
            steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, verdict)]
    steps.append((_RETURN, 0, 0, _KILL))
    return b"".join(_INSTRUCTION.pack(*step) for step in steps)


def _if_bits(number: int, at: int, bits: int, verdicts: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """One call whose verdict depends on whether any of some bits of an argument is set."""
    return [
        (_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, at),
        (_ANY_BIT, 0, 1, bits),
        (_RETURN, 0, 0, verdicts[0]),
        (_RETURN, 0, 0, verdicts[1]),
    ]


def _in(column: int, calls: dict[str, _Numbers]) -> list[int]:
    return [number for numbers in calls.values() if (number := numbers[column]) is not None]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was put together beforehand, because in the jail there is nothing left to do it with."""

    instructions: bytes | None

    @classmethod
    def for_this_machine(cls) -> Filter:
        """The filter for where this runs; one that cannot be installed if none is written for it."""
        fits = struct.calcsize("P") == _POINTER_SIZE
        return cls(program(os.uname().machine) if fits else None)

    def install(self) -> None:  # pragma: no cover - runs in a process that leaves no trace
        """Close this process in, for good; PR_SET_NO_NEW_PRIVS must have been set.

        Raises:
            OSError: it could not be done.
        """
        if self.instructions is None:
            raise OSError("the system calls of this machine are not known")
        filter_ = _Program(len(self.instructions) // _INSTRUCTION.size, self.instructions)
        if _libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(filter_), 0, 0) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


_libc: Final = ctypes.CDLL(None, use_errno=True)
