"""What is common to nets that run in OpenCV."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import cv2

_ERRORS: Final = 2
"""OpenCV's log level for errors only."""


@contextmanager
def quiet() -> Generator[None]:
    """Keep OpenCV 5 from printing, at each net it builds, that it ignores a preference nobody stated."""
    before = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(_ERRORS)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(before)
