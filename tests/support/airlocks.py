"""What the tests of the airlock share: small and slow pictures, and its processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from gatekeeper.media.open import Opener
from tests.support import samples

SMALL = samples.saved(samples.quarters(), "PNG")
SLOW = samples.black_png(5000, 5000)
"""25 megapixels in 100 kB: about half a second of work."""


def child_processes(process: int) -> list[int]:
    threads = Path(f"/proc/{process}/task").iterdir()
    return [int(each) for thread in threads for each in (thread / "children").read_text().split()]


def worker_process(opener: Opener) -> int:
    process = opener.worker_process_id
    assert process is not None
    return process


def wait_until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)
