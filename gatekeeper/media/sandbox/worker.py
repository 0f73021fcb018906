"""The process behind the airlock: it holds the decoders, warm, and forks once for each upload.

Protocol, over a socket of whole messages at descriptor 0. The gate sends one
JSON message, {"order": {...}, "limits": {...}}, with three descriptors: the
upload (read), the answer (a memory file of fixed size, written through a
mapping) and a socket for the verdict. The child writes a record and pixels
(`wire.py`) into the answer and ends. This process, which never looks at either
file, reports how it ended: `ENDING`, a kind and the wait status.

No upload can outlive its child, and a child cannot outlive this process.
"""

from __future__ import annotations

import gc
import json
import mmap
import os
import selectors
import signal
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from gatekeeper.media import decode
from gatekeeper.media.core_dumps import forbid_core_dumps
from gatekeeper.media.limits import Limits
from gatekeeper.media.reasons import Refused
from gatekeeper.media.sandbox import jail
from gatekeeper.media.wire import RECORD_SIZE, Order, pack

ENDING: Final = struct.Struct("<Bi")
"""How a child ended: `EXITED`, `TIMED_OUT` or `NOT_STARTED`, and its wait status."""
EXITED, TIMED_OUT, NOT_STARTED = range(3)
UNPROTECTED: Final = 3
"""The exit status of a child that could not be closed in, and so opened nothing."""
DESCRIPTORS: Final = 3
MESSAGE_SIZE: Final = 4096


@dataclass(slots=True)
class _Child:
    pid: int
    handle: int
    """A descriptor that becomes readable when the process ends."""
    verdict: socket.socket
    deadline: float
    timed_out: bool = False


class Worker:
    """Takes requests from the gate until the gate closes its end."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, _Child] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)

    def run(self) -> None:
        """Serve until the control socket ends; no child is left behind."""
        try:
            while True:
                for key, _ in self._selector.select(self._patience()):
                    if key.fd != self._control.fileno():
                        self._reap(self._children[key.fd])
                    elif not self._take():
                        return
                self._stop_late()
        finally:
            for child in list(self._children.values()):
                _kill(child)
                self._reap(child)
            self._selector.close()

    def _patience(self) -> float | None:
        deadlines = [child.deadline for child in self._children.values() if not child.timed_out]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _take(self) -> bool:
        """Accept one request and fork for it; False when the gate has gone."""
        message, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE_SIZE, DESCRIPTORS)
        if not message:
            return False
        upload, answer, verdict = descriptors
        reply = socket.socket(fileno=verdict)
        try:
            request = json.loads(message)
            limits = Limits(**request["limits"])
            self._start(upload, answer, reply, limits, Order(**request["order"]))
        except OSError:  # no more processes or descriptors
            _tell(reply, NOT_STARTED, 0)
        finally:
            os.close(upload)
            os.close(answer)
        return True

    def _start(self, upload: int, answer: int, reply: socket.socket, limits: Limits, order: Order) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:  # pragma: no cover - the child leaves no trace
            _child(upload, answer, limits, order, parent)
        try:
            handle = os.pidfd_open(pid)
        except OSError:  # no descriptor left: a child without a watcher must not run
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        self._children[handle] = _Child(pid, handle, reply, time.monotonic() + limits.wall_seconds)
        self._selector.register(handle, selectors.EVENT_READ)

    def _stop_late(self) -> None:
        now = time.monotonic()
        for child in self._children.values():
            if not child.timed_out and child.deadline <= now:
                child.timed_out = True
                _kill(child)

    def _reap(self, child: _Child) -> None:
        _, status = os.waitpid(child.pid, 0)
        self._selector.unregister(child.handle)
        os.close(child.handle)
        del self._children[child.handle]
        _tell(child.verdict, TIMED_OUT if child.timed_out else EXITED, status)


def _kill(child: _Child) -> None:
    """End the child and whatever it may have started; it is not reaped yet, so its id is its own."""
    for stop in (os.killpg, os.kill):
        with suppress(ProcessLookupError):  # not yet alone in its group, or over already
            stop(child.pid, signal.SIGKILL)


def _tell(verdict: socket.socket, kind: int, status: int) -> None:
    with verdict, suppress(OSError):  # the gate may wait no longer
        verdict.send(ENDING.pack(kind, status))


def _child(
    upload: int, answer: int, limits: Limits, order: Order, parent: int
) -> None:  # pragma: no cover - the child leaves no trace
    """Open the upload in the jail, write what came out, and end; never returns."""
    status = 1
    try:
        data = os.pread(upload, os.fstat(upload).st_size, 0)
        out = mmap.mmap(answer, 0)
        status = UNPROTECTED
        jail.enter(limits, parent)
        status = 1
        record, pixels = respond(data, order, limits)
        out[RECORD_SIZE : RECORD_SIZE + len(pixels)] = pixels
        out[:RECORD_SIZE] = record
        status = 0
    finally:
        os._exit(status)


def respond(data: bytes, order: Order, limits: Limits) -> tuple[bytes, bytes]:
    """The record and the pixels for one upload; a refusal has no pixels."""
    try:
        opened, pixels = decode.decode(data, order, limits)
    except Refused as refused:
        return pack(refused.reason), b""
    return pack(opened), pixels


def main() -> None:
    """Serve the gate at descriptor 0, which is moved so that no child keeps it."""
    forbid_core_dumps()
    decode.prepare()
    jail.leave_network()
    gc.collect()
    gc.freeze()  # children share these pages
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    with control:
        Worker(control).run()
