"""The worker process under attack, with real limits and real signals."""

import contextlib
import gc
import mmap
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.limits import MIB, Limits
from gatekeeper.media.open import Opener
from gatekeeper.media.reasons import Reason, Refused
from gatekeeper.media.sandbox import airlock
from gatekeeper.types import FindingCode
from tests.support import samples
from tests.support.airlocks import SLOW, SMALL, child_processes, wait_until, worker_process


def _descriptors(process: int | str = "self") -> int:
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def _refusal(opener: Opener, data: bytes) -> FindingCode:
    with pytest.raises(PhotoRefused) as refused:
        opener.open(data)
    return refused.value.code


@pytest.fixture
def fresh() -> Iterator[Opener]:
    """An opener that a test may break."""
    with Opener() as opener:
        yield opener


def test_a_picture_that_takes_too_long_is_not_examined() -> None:
    """The child is killed at the deadline, and the next upload is opened as if nothing had been."""
    with Opener(Limits(wall_seconds=0.4)) as opener:
        assert _refusal(opener, SLOW) is FindingCode.NOT_EXAMINED
        assert not child_processes(worker_process(opener))
        assert opener.open(SMALL).size == (96, 64)


def test_a_picture_that_takes_too_much_processor_time_is_too_large() -> None:
    """The kernel ends the child when its processor time is used up."""
    data = samples.jpeg_with_scans(200, Image.new("RGB", (6000, 4000), (10, 200, 30)))
    with Opener(Limits(cpu_seconds=1)) as opener:
        assert _refusal(opener, data) is FindingCode.TOO_LARGE


def test_a_picture_that_takes_too_much_memory_is_too_large() -> None:
    """A picture within the limit of pixels that does not fit into memory is refused, not crashed on."""
    with Opener(Limits(memory=120 * MIB)) as opener:
        assert _refusal(opener, SLOW) is FindingCode.TOO_LARGE
        assert opener.open(SMALL).size == (96, 64)


def test_memory_too_small_to_live_in_is_no_opening() -> None:
    """A child that gets no memory for the picture is a refusal."""
    with Opener(Limits(memory=MIB)) as opener:
        assert _refusal(opener, samples.black_png(3000, 3000)) in {FindingCode.TOO_LARGE, FindingCode.DAMAGED_FILE}


def test_fifty_megapixels_fit_into_the_default_limits(fresh: Opener) -> None:
    """The largest picture that the limits allow can in fact be opened."""
    assert fresh.open(samples.black_png(7000, 7000)).size == (7000, 7000)


@pytest.mark.parametrize(
    ("by", "code"),
    [(signal.SIGSEGV, FindingCode.DAMAGED_FILE), (signal.SIGKILL, FindingCode.NOT_EXAMINED)],
)
def test_a_crash_of_the_child_is_a_refusal(fresh: Opener, by: signal.Signals, code: FindingCode) -> None:
    """A decoder that crashes takes nothing with it: the worker stays, the next upload is opened."""
    worker = worker_process(fresh)
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(_refusal, fresh, SLOW)
        wait_until(lambda: child_processes(worker))
        os.kill(child_processes(worker)[0], by)
        assert pending.result() is code
    assert fresh.open(SMALL).size == (96, 64)
    assert worker_process(fresh) == worker


def test_a_dead_worker_is_replaced(fresh: Opener) -> None:
    """After the worker was killed, the next upload starts another."""
    before = worker_process(fresh)
    os.kill(before, signal.SIGKILL)
    assert fresh.open(SMALL).size == (96, 64)
    assert worker_process(fresh) != before


def test_an_upload_survives_the_death_of_its_worker(fresh: Opener) -> None:
    """An upload under way when the worker dies is tried once more, and its first child dies too."""
    worker = worker_process(fresh)
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(fresh.open, SLOW)
        wait_until(lambda: child_processes(worker))
        child = child_processes(worker)[0]
        os.kill(worker, signal.SIGKILL)
        assert pending.result().size == (5000, 5000)
    wait_until(lambda: not Path(f"/proc/{child}").exists())


@pytest.mark.parametrize("spare", [0, 2, 3])
def test_a_worker_without_descriptors_recovers(fresh: Opener, spare: int) -> None:
    """With too few descriptors for a request, or for watching its child, nothing is opened and nothing is left."""
    fresh.open(SMALL)
    worker = worker_process(fresh)
    highest = max(int(each.name) for each in Path(f"/proc/{worker}/fd").iterdir())
    limits = resource.prlimit(worker, resource.RLIMIT_NOFILE)
    resource.prlimit(worker, resource.RLIMIT_NOFILE, (highest + 1 + spare, limits[1]))
    with contextlib.suppress(PhotoRefused):
        fresh.open(SMALL)
    assert not child_processes(worker_process(fresh))
    if worker_process(fresh) == worker:
        resource.prlimit(worker, resource.RLIMIT_NOFILE, limits)
    assert fresh.open(SMALL).size == (96, 64)


@pytest.mark.parametrize("spare", range(4))
@pytest.mark.parametrize("dead", [False, True])
def test_a_gate_without_descriptors_refuses_and_recovers(fresh: Opener, spare: int, *, dead: bool) -> None:
    """When this process itself runs out, the upload is not examined, nothing leaks, and the next one is opened."""
    fresh.open(SMALL)
    if dead:
        os.kill(worker_process(fresh), signal.SIGKILL)
    gc.collect()
    before, limits = _descriptors(), resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + spare, limits[1]))
    try:
        assert _refusal(fresh, SMALL) is FindingCode.NOT_EXAMINED
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert fresh.open(SMALL).size == (96, 64)
    assert _descriptors() <= before


def test_two_deaths_in_a_row_are_not_examined(fresh: Opener) -> None:
    """An upload is not tried for ever."""
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(_refusal, fresh, SLOW)
        for _ in range(2):
            wait_until(lambda: fresh.worker_process_id and child_processes(worker_process(fresh)))
            worker = worker_process(fresh)
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda: not Path(f"/proc/{worker}").exists())  # noqa: B023 - called at once
        assert pending.result() is FindingCode.NOT_EXAMINED


def test_a_silent_worker_is_replaced(fresh: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that does not answer is killed after a while."""
    monkeypatch.setattr(airlock, "_GRACE", 1.0)
    monkeypatch.setattr(fresh._airlock, "_limits", Limits(wall_seconds=1.0))
    worker = worker_process(fresh)
    fresh.open(SMALL)
    os.kill(worker, signal.SIGSTOP)
    assert fresh.open(SMALL).size == (96, 64)
    assert not Path(f"/proc/{worker}").exists()


def test_a_worker_that_will_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing does not wait for ever."""
    monkeypatch.setattr(airlock, "_PATIENCE_AT_END", 0.2)
    opener = Opener()
    worker = worker_process(opener)
    os.kill(worker, signal.SIGSTOP)
    opener.close()
    assert not Path(f"/proc/{worker}").exists()


def test_a_closed_opener_refuses(fresh: Opener) -> None:
    """After closing there is no worker, and uploads are refused; closing again does no harm."""
    worker = worker_process(fresh)
    fresh.close()
    fresh.close()
    assert not Path(f"/proc/{worker}").exists()
    assert fresh.worker_process_id is None
    assert _refusal(fresh, SMALL) is FindingCode.NOT_EXAMINED


def test_closing_ends_what_is_under_way(fresh: Opener) -> None:
    """An upload that is being opened while the program ends is refused, and its child is gone."""
    worker = worker_process(fresh)
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(_refusal, fresh, SLOW)
        wait_until(lambda: child_processes(worker))
        child = child_processes(worker)[0]
        fresh.close()
        assert pending.result() is FindingCode.NOT_EXAMINED
    assert not Path(f"/proc/{child}").exists()


def test_several_threads_open_at_once(fresh: Opener) -> None:
    """Each upload gets its own answer, however they overtake each other."""
    shades = range(0, 256, 8)
    files = [samples.saved(Image.new("RGB", (8 + shade, 40), (shade, 0, 255 - shade)), "PNG") for shade in shades]
    with ThreadPoolExecutor(6) as pool:
        photos = list(pool.map(fresh.open, files))
    for shade, photo in zip(shades, photos, strict=True):
        assert photo.pixels.shape == (40, 8 + shade, 3)
        assert (photo.pixels == (shade, 0, 255 - shade)).all()


def test_threads_share_one_replacement(fresh: Opener) -> None:
    """When the worker dies under several uploads, all are opened by one new worker."""
    before = set(child_processes(os.getpid()))
    os.kill(worker_process(fresh), signal.SIGKILL)
    with ThreadPoolExecutor(4) as pool:
        assert {photo.size for photo in pool.map(fresh.open, [SMALL] * 8)} == {(96, 64)}
        assert set(child_processes(os.getpid())) - before == {worker_process(fresh)}


def test_nothing_is_left_after_two_hundred_uploads(fresh: Opener) -> None:
    """Neither processes nor descriptors pile up, on either side, whether uploads succeed or not."""
    fresh.open(SMALL)
    worker = worker_process(fresh)

    def open_things() -> tuple[int, int, int]:
        return _descriptors(), _descriptors(worker), threading.active_count()

    before = open_things()
    for number in range(200):
        with contextlib.suppress(PhotoRefused):
            fresh.open(SMALL[: -60 * (number % 2)] or SMALL)
    wait_until(lambda: all(now <= then for now, then in zip(open_things(), before, strict=True)))
    assert not child_processes(worker)
    assert worker_process(fresh) == worker


def test_the_worker_ends_with_its_parent() -> None:
    """A worker whose parent was killed is not left behind."""
    script = "from gatekeeper.media.open import Opener; o = Opener(); print(o.worker_process_id, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:  # noqa: S603 - ours
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert Path(f"/proc/{worker}").exists()
        parent.kill()

    def gone() -> bool:
        status = Path(f"/proc/{worker}/stat")
        return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"

    wait_until(gone)


def test_the_worker_knows_nothing_of_where_it_runs(fresh: Opener) -> None:
    """No variable of the environment reaches it, and neither models nor arrays are loaded into it."""
    worker = worker_process(fresh)
    fresh.open(SMALL)
    known = {b"LC_CTYPE=C.UTF-8", b"GLIBC_TUNABLES=glibc.malloc.hugetlb=1", b""}
    assert set(Path(f"/proc/{worker}/environ").read_bytes().split(b"\0")) <= known
    assert Path(f"/proc/{worker}/cwd").readlink() == Path("/")
    mapped = Path(f"/proc/{worker}/maps").read_text()
    assert "libheif" in mapped
    assert not any(name in mapped for name in ("cv2", "numpy", "dlib"))


@pytest.mark.parametrize(("kind", "status"), [(0, 256), (0, 11), (1, 9), (2, 0), (77, 0)])
def test_only_a_proper_end_lets_an_answer_be_read(kind: int, status: int) -> None:
    """An exit status, a signal, a deadline, a failed start or nonsense each refuse the upload."""
    with pytest.raises(Refused):
        airlock._check_ending(kind, status)


def test_a_record_that_is_not_well_formed_is_refused() -> None:
    """An answer that was never written, or written by something else, is no picture."""
    with mmap.mmap(-1, 4096) as memory, pytest.raises(Refused) as refused:
        airlock._read(memory, 2048, 16_000)
    assert refused.value.reason is Reason.CRASHED


def test_the_pixels_are_a_copy(fresh: Opener) -> None:
    """What was read does not change when the next upload is opened."""
    first = fresh.open(SMALL).pixels
    kept = first.copy()
    fresh.open(samples.saved(Image.new("RGB", (96, 64), "white"), "PNG"))
    assert np.array_equal(first, kept)
