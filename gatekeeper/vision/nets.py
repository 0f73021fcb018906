"""What is common to nets that run in OpenCV."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Final, Generic, TypeVar

import cv2

ABREAST: Final = 2
"""Nets of a kind that run at the same time. OpenCV 5 runs these small nets on one core each;
a second one uses a second core, and more would only take memory (0.3 GB each at full size)."""

_ERRORS: Final = 2
"""OpenCV's log level for errors only."""

Net = TypeVar("Net")


class Nets(Generic[Net]):
    """A few copies of one net, lent to one caller each: nets hold their activations."""

    def __init__(self, build: Callable[[], Net], abreast: int = ABREAST) -> None:
        self._free: SimpleQueue[Net] = SimpleQueue()
        with _quiet():
            for _ in range(abreast):
                self._free.put(build())

    @contextmanager
    def borrowed(self) -> Generator[Net]:
        """Lend a net, waiting until one is free."""
        net = self._free.get()
        try:
            yield net
        finally:
            self._free.put(net)


@contextmanager
def _quiet() -> Generator[None]:
    """Keep OpenCV 5 from printing, at each net it builds, that it ignores a preference that was never set."""
    before = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(_ERRORS)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(before)
