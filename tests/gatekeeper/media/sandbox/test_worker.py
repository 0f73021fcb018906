"""The worker's loop and its jail, seen from inside."""

import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.media import decode
from gatekeeper.media.limits import Limits
from gatekeeper.media.reasons import Reason
from gatekeeper.media.sandbox import airlock, worker
from gatekeeper.media.wire import RECORD_SIZE, Opened, Order, unpack
from tests.support import samples

ROOMY: dict[str, Any] = asdict(Limits(memory=64 << 30, wall_seconds=20.0))
"""For a worker inside this process, which has far more mapped than a real one."""

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


class _Inside:
    """A worker that runs in a thread of this process, and the gate's ends of its sockets."""

    def __init__(self) -> None:
        decode.prepare()
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._theirs = theirs
        self._thread = threading.Thread(target=worker.Worker(theirs).run)
        self._thread.start()

    def ask(self, data: bytes, limits: dict[str, Any] = ROOMY) -> tuple[int, int, bytes]:
        """The kind of ending, the wait status and the answer's memory."""
        upload, answer = airlock._memory_file("upload", data), airlock._memory_file("answer", 100_000)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            with theirs:
                request = airlock._request(Order("PNG"), Limits(**limits))
                socket.send_fds(self.control, [request], [upload, answer, theirs.fileno()])
            kind, status = worker.ENDING.unpack(ours.recv(16))
        memory = os.pread(answer, 100_000, 0)
        os.close(upload)
        os.close(answer)
        return kind, status, memory

    def end(self) -> None:
        self.control.close()
        self._thread.join(10)
        assert not self._thread.is_alive()
        self._theirs.close()


def test_a_picture_goes_through_the_loop() -> None:
    """A request is answered by a child that ends well, with the record and the pixels in the memory file."""
    inside = _Inside()
    kind, status, memory = inside.ask(samples.saved(samples.quarters(), "PNG"))
    inside.end()
    assert (kind, status) == (worker.EXITED, 0)
    answer = unpack(memory[:RECORD_SIZE], 2048, 16_000)
    assert isinstance(answer, Opened)
    assert (answer.width, answer.height) == (96, 64)
    assert tuple(memory[RECORD_SIZE : RECORD_SIZE + 3]) == samples.CORNERS[0]


def test_a_late_child_is_stopped_and_an_early_end_stops_the_rest() -> None:
    """The deadline kills; so does the gate's leaving, with a child under way."""
    slow = samples.black_png(5000, 5000)
    inside = _Inside()
    kind, status, _ = inside.ask(slow, ROOMY | {"wall_seconds": 0.1})
    assert kind == worker.TIMED_OUT
    assert os.WTERMSIG(status) == signal.SIGKILL
    waiting = threading.Thread(target=inside.ask, args=(slow,))
    waiting.start()
    while not Path(f"/proc/self/task/{inside._thread.native_id}/children").read_text():
        pass
    inside.end()
    waiting.join(10)
    assert not waiting.is_alive()


def test_a_child_that_cannot_be_watched_is_not_left_running() -> None:
    """Without a descriptor for the child, the gate is told so and the child is gone."""
    inside = _Inside()
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    upload, answer = airlock._memory_file("upload", b"x"), airlock._memory_file("answer", 100)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    request = airlock._request(Order("PNG"), Limits(**ROOMY))
    taken = [os.dup(0) for _ in range(8)]
    next_free = os.dup(0)
    os.close(next_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (next_free + worker.DESCRIPTORS, before[1]))
    try:
        socket.send_fds(inside.control, [request], [upload, answer, theirs.fileno()])
        kind, _ = worker.ENDING.unpack(ours.recv(16))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert kind == worker.NOT_STARTED
    assert not Path(f"/proc/self/task/{inside._thread.native_id}/children").read_text()
    inside.end()
    ours.close()
    theirs.close()
    for descriptor in (*taken, upload, answer):
        os.close(descriptor)


def test_a_refusal_has_a_record_and_no_pixels() -> None:
    """The worker says why in one byte."""
    record, pixels = worker.respond(b"\x89PNG\r\n\x1a\n broken", Order("PNG"), Limits())
    assert unpack(record, 2048, 16_000) is Reason.DAMAGED
    assert pixels == b""


def test_the_two_sides_agree_on_how_a_child_ends() -> None:
    """The gate repeats the worker's numbers, because it must not import the decoders."""
    assert (airlock._EXITED, airlock._TIMED_OUT, airlock._NOT_STARTED) == (
        worker.EXITED,
        worker.TIMED_OUT,
        worker.NOT_STARTED,
    )
    assert worker.ENDING.size <= airlock._ENDING_SIZE
    assert len(airlock._request(Order("JPEG"), Limits())) < worker.MESSAGE_SIZE


PROBE = """
import os, resource, socket, sys
from gatekeeper.media.sandbox import jail
from gatekeeper.media.limits import Limits
left = os.dup(2)
jail.enter(Limits(memory=64 << 30, unsafe_without_filter=True), {parent})
def refused(act):
    try:
        act()
    except OSError as error:
        return error.errno
    return 0
os.close(0)
print(refused(lambda: os.fstat(left)), refused(lambda: os.open("/dev/null", 0)), refused(socket.socket))
print(os.getpgrp() == os.getpid(), resource.getrlimit(resource.RLIMIT_FSIZE), resource.getrlimit(resource.RLIMIT_CORE))
"""


def _probe(parent: str) -> subprocess.CompletedProcess[str]:
    script = PROBE.replace("{parent}", parent)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, env={}, text=True, check=False)  # noqa: S603 - ours


def test_a_process_in_jail_can_open_nothing() -> None:
    """Also without the filter: descriptors are closed, no file and no socket can be opened, no file can grow."""
    done = _probe("os.getppid()")
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["9 24 24", "True (0, 0) (0, 0)"]


def test_a_process_whose_parent_has_gone_does_not_start() -> None:
    """A child that would outlive the worker refuses to look at anything."""
    assert "the parent is gone already" in _probe("1").stderr


def test_no_new_privileges_can_be_had() -> None:
    """The flag is set that makes set-user-id programs harmless."""
    flag = "from gatekeeper.media.sandbox import jail\njail._prctl(38, 1)\n"
    script = f"{flag}print(open('/proc/self/status').read())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env={}, text=True, check=True)  # noqa: S603 - ours
    assert "NoNewPrivs:\t1" in done.stdout


def test_a_restriction_that_fails_is_an_error() -> None:
    """Nothing is opened in a jail with a door missing."""
    script = "from gatekeeper.media.sandbox import jail\njail._prctl(38, 7)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env={}, text=True, check=False)  # noqa: S603 - ours
    assert "Invalid argument" in done.stderr
