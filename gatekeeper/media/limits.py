"""How much an upload may ask for before it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024
_REDUCIBLE: Final = "JPEG"


@dataclass(frozen=True, slots=True)
class Limits:
    """What opening one upload may cost; the defaults hold a photograph from any camera or phone.

    A picture of `max_pixels` in the most expensive format has to fit into `memory`.
    JPEG is decoded at a half, a quarter or an eighth of its size, so that one of
    `max_reducible_pixels`, as 200-megapixel phones make them, costs no more.
    """

    max_bytes: int = 25 * MIB
    max_pixels: int = 61_000_000
    max_reducible_pixels: int = 210_000_000
    """Of a format that can be decoded at a fraction of its size."""
    max_side: int = 32_768
    """Pixels along the longer side; panoramas of phones have 16,000, stitched ones up to twice as many."""
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

    def pixels_of(self, decoder: str) -> int:
        """The most pixels that a picture for this decoder (Pillow's name) may have."""
        return self.max_reducible_pixels if decoder == _REDUCIBLE else self.max_pixels
