"""How much an upload may ask for before it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What opening one upload may cost; the defaults hold a photograph from any camera or phone.

    A 50-megapixel picture in the most expensive format was measured at 0.8 GB,
    which is why `max_pixels` and `memory` belong together.
    """

    max_bytes: int = 25 * MIB
    max_pixels: int = 50_000_000
    max_side: int = 16_000
    """Pixels along the longer side."""
    max_aspect: int = 20
    """How many times longer than wide a picture may be."""
    max_scans: int = 200
    """Passes over the picture in a progressive JPEG; cameras and programs write at most a dozen."""
    memory: int = 1536 * MIB
    """Address space of the process that decodes, in bytes."""
    cpu_seconds: int = 20
    wall_seconds: float = 25.0
    unsafe_without_filter: bool = False
    """Open uploads even where the kernel cannot be told to forbid a taken-over decoder everything."""
