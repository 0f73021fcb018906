"""How often one client may ask: a bucket that fills again by itself."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from datetime import datetime


class Rate:
    """Lets each client have `per_minute` at once and as many a minute after that; thread-safe."""

    def __init__(self, per_minute: int, clock: Callable[[], datetime]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: dict[str, tuple[float, datetime]] = {}
        self._lock = threading.Lock()

    def wait(self, client: str) -> int:
        """Take one turn and return 0, or return for how many seconds there is none."""
        now = self._clock()
        with self._lock:
            left, at = self._buckets.get(client, (float(self._per_minute), now))
            filled = left + max(0.0, (now - at).total_seconds()) * self._per_minute / 60
            left = min(float(self._per_minute), filled)
            taken = left >= 1
            self._buckets[client] = (left - taken, now)
        return 0 if taken else max(1, math.ceil((1 - left) * 60 / self._per_minute))
