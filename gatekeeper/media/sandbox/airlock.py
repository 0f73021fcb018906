"""The gate's side of the worker process: start it, ask it, judge its answer, replace it.

Upload bytes go through here untouched. What comes back has been checked to be
a well-formed record and exactly the pixels that it announces.
"""

from __future__ import annotations

import fcntl
import json
import logging
import mmap
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from gatekeeper.media.limits import Limits
from gatekeeper.media.reasons import Reason, Refused
from gatekeeper.media.wire import RECORD_SIZE, Opened, Order, unpack
from gatekeeper.types import Pixels

_CHANNELS: Final = 3
_GRACE: Final = 15.0
"""Seconds beyond the worker's own deadline, for its start and its tidying up."""
_PATIENCE_AT_END: Final = 5.0
_ATTEMPTS: Final = 2
_ENVIRONMENT: Final = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Nothing of where this runs. Large pages save a seventh of the time of a 12-megapixel picture,
for every child begins with memory that it has to be given page by page."""
_PACKAGE: Final = Path(__file__).resolve().parent.parent
# The packages are named without running their __init__: the worker is to hold
# the decoders and nothing else, neither the models nor the rest of the gate.
_START: Final = """
import sys, types
for name, folder in zip(("gatekeeper", "gatekeeper.media", "gatekeeper.types"), sys.argv[1:]):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [folder]
from gatekeeper.media.sandbox.worker import main
main()
"""
_FOLDERS: Final = (_PACKAGE.parent, _PACKAGE, _PACKAGE.parent / "types")
# As in worker.py, which is not imported here because it loads the decoders.
_ENDING_SIZE: Final = 16
_EXITED, _TIMED_OUT, _NOT_STARTED = range(3)
_UNPROTECTED: Final = 3

logger = logging.getLogger(__name__)


class _WorkerLostError(Exception):
    """The worker process ended, or stopped answering, before it gave a verdict."""


@dataclass(slots=True)
class _Process:
    process: subprocess.Popen[bytes]
    control: socket.socket

    @classmethod
    def start(cls) -> _Process:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                return cls(_launch(theirs.fileno()), ours)
        except OSError:
            ours.close()
            raise

    def stop(self) -> None:
        """Close the socket, at which the worker kills its children and ends."""
        self.control.close()
        try:
            self.process.wait(_PATIENCE_AT_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _launch(control: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing of the upload
        [sys.executable, "-I", "-c", _START, *map(str, _FOLDERS)],
        stdin=control,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # a decoder's words may quote the file
        env=_ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )


class Airlock:
    """Decodes uploads in a process of their own; safe to use from several threads at once."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._closed = False
        self._worker: _Process | None = _Process.start()

    @property
    def process_id(self) -> int | None:
        """The worker's process id, for those who watch over it; None when there is none."""
        with self._lock:
            return self._worker.process.pid if self._worker else None

    def decode(self, data: bytes, order: Order) -> tuple[Opened, Pixels]:
        """Open one upload as ordered.

        A worker that is lost on the way is replaced, and the upload is tried
        once more, for it need not be to blame.

        Raises:
            Refused: with the reason.
        """
        for _ in range(_ATTEMPTS):
            try:
                worker = self._running()
                try:
                    return self._ask(worker, data, order)
                except _WorkerLostError:
                    self._discard(worker)
            except OSError:  # this machine is out of descriptors, memory or processes
                raise Refused(Reason.NOT_EXAMINED) from None
        raise Refused(Reason.NOT_EXAMINED)

    def close(self) -> None:
        """End the worker and whatever it is doing; what is asked afterwards is refused."""
        with self._lock:
            self._closed = True
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()

    def _running(self) -> _Process:
        with self._lock:
            if self._closed:
                raise Refused(Reason.NOT_EXAMINED)
            if self._worker is None:
                self._worker = _Process.start()
            return self._worker

    def _discard(self, lost: _Process) -> None:
        with self._lock:
            if self._worker is not lost:
                return  # another thread was quicker
            self._worker = None
        lost.process.kill()
        lost.stop()

    def _ask(self, worker: _Process, data: bytes, order: Order) -> tuple[Opened, Pixels]:
        room = RECORD_SIZE + order.long_side**2 * _CHANNELS
        with ExitStack() as opened:
            files = []
            for name, content in (("upload", data), ("answer", room)):
                files.append(_memory_file(name, content))
                opened.callback(os.close, files[-1])
            _check_ending(*self._verdict(worker, order, files))
            with mmap.mmap(files[-1], room, access=mmap.ACCESS_READ) as memory:
                return _read(memory, order.long_side, self._limits.max_side)

    def _verdict(self, worker: _Process, order: Order, files: Sequence[int]) -> tuple[int, int]:
        """Send the request and wait until the worker says how its child ended."""
        request = _request(order, self._limits)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            try:
                with theirs:
                    socket.send_fds(worker.control, [request], [*files, theirs.fileno()])
                ours.settimeout(self._limits.wall_seconds + _GRACE)
                ending = ours.recv(_ENDING_SIZE)
            except OSError:  # broken pipe, closed socket, or no answer in time
                raise _WorkerLostError from None
        if not ending:
            raise _WorkerLostError
        return ending[0], int.from_bytes(ending[1:5], sys.byteorder, signed=True)


def _request(order: Order, limits: Limits) -> bytes:
    return json.dumps({"order": asdict(order), "limits": asdict(limits)}).encode()


def _memory_file(name: str, content: bytes | int) -> int:
    """A descriptor of a file in memory: sealed bytes, or that many zero bytes in a file of fixed size."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        seals = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW
        if isinstance(content, int):
            os.truncate(descriptor, content)
        else:
            with open(descriptor, "wb", closefd=False) as file:
                file.write(content)
            seals |= fcntl.F_SEAL_WRITE
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check_ending(kind: int, status: int) -> None:
    """Pass only a child that came to its proper end."""
    if kind == _TIMED_OUT:
        raise Refused(Reason.TIMEOUT)
    if kind != _EXITED:
        raise Refused(Reason.NOT_EXAMINED)
    if os.WIFSIGNALED(status):
        by = os.WTERMSIG(status)
        if by == signal.SIGXCPU:
            raise Refused(Reason.CPU)
        raise Refused(Reason.NOT_EXAMINED if by == signal.SIGKILL else Reason.CRASHED)
    if os.WEXITSTATUS(status) == _UNPROTECTED:
        logger.error("the worker process cannot be closed in here, so no upload is opened")
        raise Refused(Reason.UNPROTECTED)
    if status != 0:
        raise Refused(Reason.CRASHED)


def _read(memory: mmap.mmap, long_side: int, max_side: int) -> tuple[Opened, Pixels]:
    """Check the record, then copy exactly the pixels that it announces."""
    try:
        answer = unpack(memory[:RECORD_SIZE], long_side, max_side)
    except ValueError:
        raise Refused(Reason.CRASHED) from None
    if isinstance(answer, Reason):
        raise Refused(answer)
    size = answer.width * answer.height * _CHANNELS
    pixels = np.frombuffer(memory[RECORD_SIZE : RECORD_SIZE + size], np.uint8)
    return answer, pixels.reshape(answer.height, answer.width, _CHANNELS)
