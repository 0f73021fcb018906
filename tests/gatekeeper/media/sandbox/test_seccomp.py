"""The filter of system calls: read like the kernel reads it, and tried from inside the jail."""

import ctypes
import errno
import mmap
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.limits import Limits
from gatekeeper.media.open import Opener
from gatekeeper.media.sandbox import airlock, jail, seccomp
from gatekeeper.media.sandbox.seccomp import Filter, program
from gatekeeper.types import FindingCode
from tests.support import samples
from tests.support.airlocks import SLOW, SMALL, child_processes, wait_until, worker_process

MACHINES = ("x86_64", "aarch64")
ALLOW, KILL = 0x7FFF0000, 0x80000000
ROOMY = Limits(memory=64 << 30)
NOT_PERMITTED, SUCCEEDED = 10, 20

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


def _verdict(filter_: bytes, number: int, *arguments: int, architecture: int | None = None, machine: str) -> int:
    """What the kernel would answer: the few instructions of classic BPF that the filter uses."""
    known = seccomp._ARCHITECTURES[machine] if architecture is None else architecture
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("=iIQ6Q", number, known, 0, *padded)
    steps = [struct.unpack_from("=HBBI", filter_, at) for at in range(0, len(filter_), 8)]
    at, value = 0, 0
    while True:
        code, yes, no, operand = steps[at]
        at += 1
        if code == 0x20:
            (value,) = struct.unpack_from("=I", data, operand)
        elif code == 0x06:
            return int(operand)
        else:
            holds = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}[code]
            at += yes if holds else no


def _filter(machine: str) -> bytes:
    filter_ = program(machine)
    assert filter_ is not None
    return filter_


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_that_is_not_named_kills(machine: str) -> None:
    """Of the first thousand calls of either machine only those of the tables get another answer."""
    column = MACHINES.index(machine)
    tables = (seccomp._ALLOWED, seccomp._WITHOUT_EXECUTION, seccomp._DENIED, seccomp._CLONE3)
    named = {numbers[column] for table in tables for numbers in table.values()}
    for number in range(1000):
        answer = _verdict(_filter(machine), number, machine=machine)
        assert (answer != KILL) is (number in named), number
    allowed = {numbers[column] for numbers in seccomp._ALLOWED.values()} - {None}
    assert all(_verdict(_filter(machine), number or 0, machine=machine) == ALLOW for number in allowed)


@pytest.mark.parametrize("machine", MACHINES)
def test_arguments_decide_where_they_must(machine: str) -> None:
    """Memory yes, executable memory no; threads yes, processes no."""
    column = MACHINES.index(machine)
    clone = seccomp._CLONE["clone"][column] or 0
    for numbers in seccomp._WITHOUT_EXECUTION.values():
        assert _verdict(_filter(machine), numbers[column] or 0, 0, 4096, 3, machine=machine) == ALLOW
        assert _verdict(_filter(machine), numbers[column] or 0, 0, 4096, 5, machine=machine) == KILL
    assert _verdict(_filter(machine), clone, 0x3D0F00, machine=machine) == ALLOW
    assert _verdict(_filter(machine), clone, int(signal.SIGCHLD), machine=machine) == KILL


@pytest.mark.parametrize("machine", MACHINES)
def test_other_tables_of_calls_do_not_get_round_it(machine: str) -> None:
    """A call in the manner of another architecture, or of x32, is no way out."""
    read = seccomp._ALLOWED["read"][MACHINES.index(machine)] or 0
    assert _verdict(_filter(machine), read, machine=machine) == ALLOW
    assert _verdict(_filter(machine), read, architecture=0x40000003, machine=machine) == KILL
    assert _verdict(_filter(machine), read | 0x40000000, machine=machine) == KILL


def test_a_machine_whose_calls_are_not_known_has_no_filter() -> None:
    """Nobody guesses numbers."""
    assert program("riscv64") is None
    with pytest.raises(OSError, match="not known"):
        Filter(None).install()


# --- tried from inside ---------------------------------------------------------------


def _in_jail(action: Callable[[], object], limits: Limits = ROOMY) -> int:
    """The wait status of a process that enters the jail and then does this."""
    parent = os.getpid()
    child = os.fork()
    if child == 0:  # pragma: no cover - the child leaves no trace
        status = 1
        try:
            jail.enter(limits, parent)
            action()
            status = SUCCEEDED
        except OSError as error:
            status = NOT_PERMITTED if error.errno in {errno.EPERM, errno.ENOSYS, errno.EMFILE} else 1
        except ValueError:  # Python's word for limits that cannot be raised
            status = NOT_PERMITTED
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1]


def _call(number: int, *arguments: int) -> Callable[[], object]:
    libc = ctypes.CDLL(None, use_errno=True)

    def call() -> None:
        if libc.syscall(number, *arguments) < 0:
            raise OSError(ctypes.get_errno(), "")

    return call


def _exec() -> None:
    os.execv(sys.executable, [sys.executable, "-c", ""])  # noqa: S606 - it must not come to it


NUMBERS = {
    "memfd_create": 319,
    "process_vm_readv": 310,
    "ptrace": 101,
    "unshare": 272,
    "bpf": 321,
    "io_uring_setup": 425,
}
ESCAPES: dict[str, Callable[[], object]] = {
    "socket": socket.socket,
    "unix_socket": lambda: socket.socket(socket.AF_UNIX),
    "socketpair": socket.socketpair,
    "read_a_file": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "write_a_file": lambda: os.open("/tmp/here", os.O_CREAT | os.O_WRONLY),  # noqa: S108 - it must not come to it
    "list_a_folder": lambda: os.listdir("/"),  # noqa: PTH208 - at once
    "remove_a_file": lambda: os.unlink("/tmp/not-there"),  # noqa: S108, PTH108
    "fork": os.fork,
    "exec": _exec,
    "spawn": lambda: subprocess.run(["/bin/true"], check=True),
    "kill_the_parent": lambda: os.kill(os.getppid(), 0),
    "kill_everybody": lambda: os.kill(-1, 0),
    "raise_a_limit": lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)),
    "lower_a_limit_of_the_parent": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1)),
    "become_root": lambda: os.setuid(0),
    "change_root": lambda: os.chroot("/"),
    "pipe": os.pipe,
    "executable_memory": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC),
    **{name: _call(number, 0, 0, 0, 0, 0) for name, number in NUMBERS.items()},
}


@pytest.mark.parametrize("name", ESCAPES)
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="some calls are tried by their numbers")
def test_nothing_can_be_done_from_inside(name: str) -> None:
    """Whoever takes a decoder over is killed, or told that it is not permitted."""
    status = _in_jail(ESCAPES[name])
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS
    assert killed or os.waitstatus_to_exitcode(status) == NOT_PERMITTED, os.waitstatus_to_exitcode(status)


def _compute() -> None:
    thread = threading.Thread(target=lambda: bytearray(1 << 20))
    thread.start()
    thread.join()
    os.write(1, b"")
    sum(range(10_000))


def test_computing_goes_on() -> None:
    """Memory, threads and what is open already are left; and without the filter there is nothing to stop a socket."""
    assert os.waitstatus_to_exitcode(_in_jail(_compute)) == SUCCEEDED
    unsafe = Limits(memory=64 << 30, unsafe_without_filter=True)
    status = _in_jail(lambda: os.kill(os.getpid(), 0), unsafe)
    assert os.waitstatus_to_exitcode(status) == SUCCEEDED


def test_a_picture_is_opened_by_nobody_with_nothing(opener: Opener) -> None:
    """While a picture is decoded its process has a filter, no capability, and not the superuser's identity."""
    worker = worker_process(opener)
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(opener.open, SLOW)
        wait_until(lambda: child_processes(worker))
        child = child_processes(worker)[0]

        def about() -> dict[str, str]:
            lines = Path(f"/proc/{child}/status").read_text().splitlines()
            return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}

        wait_until(lambda: about()["Seccomp"] == "2")
        status = about()
        assert pending.result().size == (5000, 5000)
    assert status["NoNewPrivs"] == "1"
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0
    assert "0" not in status["Uid"].split() + status["Gid"].split()
    if os.geteuid() == 0:
        assert status["Uid"].split() == [str(jail.UNPRIVILEGED)] * 4
        assert not status["Groups"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser may have a network of its own")
def test_the_worker_has_a_network_of_its_own(opener: Opener) -> None:
    """There is no way from the worker to the network of the machine."""
    opener.open(SMALL)
    ours, theirs = (Path(f"/proc/{process}/ns/net").readlink() for process in ("self", worker_process(opener)))
    assert ours != theirs


# --- where it cannot be closed ----------------------------------------------------------


def test_where_there_is_no_filter_nothing_is_opened(caplog: pytest.LogCaptureFixture) -> None:
    """Fail closed: the refusal says whom to tell, the log says why, and only an option named unsafe opens anyway."""
    with pytest.MonkeyPatch.context() as patch:
        unknown = "import os; u = os.uname(); os.uname = lambda: os.uname_result((*u[:4], 'riscv64'))\n"
        patch.setattr(airlock, "_START", unknown + airlock._START)
        with Opener() as closed, Opener(Limits(unsafe_without_filter=True)) as unsafe:
            with pytest.raises(PhotoRefused, match="doctor") as refused:
                closed.open(SMALL)
            assert unsafe.open(samples.saved(samples.quarters(), "PNG")).size == (96, 64)
    assert refused.value.code is FindingCode.NOT_EXAMINED
    assert "cannot be closed in" in caplog.text
