"""Colour by code points: primaries and transfer functions of Rec. ITU-T H.273.

The numbers come from `nclx` (HEIF, AVIF) and `cICP` (PNG); PNG has `gAMA` and
`cHRM` as well. Runs in the worker process.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from gatekeeper.media.colour import tone_mapping
from gatekeeper.media.colour.tone_mapping import LEVELS

Point = tuple[float, float]
_D65: Final = (0.3127, 0.3290)
_C: Final = (0.310, 0.316)


@dataclass(frozen=True, slots=True)
class Primaries:
    """CIE 1931 chromaticities (x, y) of red, green, blue and white."""

    red: Point
    green: Point
    blue: Point
    white: Point = _D65


BT709: Final = Primaries((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
PRIMARIES: Final = {
    1: BT709,
    4: Primaries((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C),
    5: Primaries((0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    6: Primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    7: Primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    8: Primaries((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C),
    9: Primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    10: Primaries((1.0, 0.0), (0.0, 1.0), (0.0, 0.0), (1 / 3, 1 / 3)),
    11: Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    22: Primaries((0.630, 0.340), (0.295, 0.605), (0.155, 0.077)),
}
"""By code point (H.273, table 2); unknown ones are taken as BT.709, as browsers do."""


def _camera_curve(knee: float, slope: float, offset: float, exponent: float) -> Callable[[float], float]:
    """A straight line up to the knee, and a power with an offset from there on."""

    def to_linear(signal: float) -> float:
        return float(signal / slope if signal <= knee else ((signal + offset) / (1 + offset)) ** exponent)

    return to_linear


srgb_to_linear: Final = _camera_curve(0.04045, 12.92, 0.055, 2.4)
"""Light of 0 to 1 for an sRGB signal of 0 to 1 (IEC 61966-2-1)."""
_bt709: Final = _camera_curve(0.081, 4.5, 0.099, 1 / 0.45)
_smpte240: Final = _camera_curve(0.0912, 4.0, 0.1115, 1 / 0.45)


def _smpte428(signal: float) -> float:
    return float(52.37 / 48 * signal**2.6)


def power(exponent: float) -> Callable[[float], float]:
    """The transfer function that is a bare power."""
    return lambda signal: float(signal**exponent)


PQ, HLG = 16, 18
_CURVES: Final[dict[int, Callable[[float], float]]] = {
    1: _bt709,
    4: power(2.2),
    5: power(2.8),
    6: _bt709,
    7: _smpte240,
    8: power(1.0),
    11: _bt709,
    14: _bt709,
    15: _bt709,
    PQ: tone_mapping.pq_to_linear,
    17: _smpte428,
    HLG: tone_mapping.hlg_to_linear,
}
"""Light by signal, by code point (H.273, table 3); those that are not here are taken as sRGB, as browsers do."""
_CAMERA_CURVES: Final = frozenset({1, 6, 14, 15})
"""BT.709 and its like. In HEIF and AVIF browsers show them as sRGB, which is how such pictures were made."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What the numbers of a picture stand for.

    Attributes:
        primaries: of its colour space.
        curve: light relative to white for a signal of 0 to 1; above 1 in high dynamic range.
        high_range: whether light above white is to be compressed.
    """

    primaries: Primaries
    curve: Callable[[float], float]
    high_range: bool = False

    def levels(self, histogram: Sequence[int]) -> list[float]:
        """Light of 0 to 1 for each of the 256 levels of a picture with this histogram."""
        light = [self.curve(level / (LEVELS - 1)) for level in range(LEVELS)]
        if not self.high_range:
            return [min(max(each, 0.0), 1.0) for each in light]
        brightest = tone_mapping.peak(light, histogram)
        return [tone_mapping.compress(each, brightest) for each in light]


def by_code_points(primaries: int, transfer: int) -> Signal | None:
    """The signal that two code points name; None if that is sRGB."""
    space = PRIMARIES.get(primaries, BT709)
    curve = _CURVES.get(transfer)
    if curve is None:
        return None if space == BT709 else Signal(space, srgb_to_linear)
    return Signal(space, curve, high_range=transfer in {PQ, HLG})


def of_nclx(primaries: int, transfer: int) -> Signal | None:
    """The signal that a colour box of HEIF or AVIF names; None if that is sRGB."""
    return by_code_points(primaries, 13 if transfer in _CAMERA_CURVES else transfer)


_KNOWN_TRANSFERS: Final = frozenset(range(1, 19))
_CICP_SIZE: Final = 4


def of_cicp(payload: bytes) -> tuple[bool, Signal | None]:
    """Whether a `cICP` chunk counts, and its signal (PNG, third edition, 11.3.2.6)."""
    if len(payload) != _CICP_SIZE or payload[2] != 0 or payload[1] not in _KNOWN_TRANSFERS:
        return False, None
    return True, by_code_points(payload[0], payload[1])


_UNIT: Final = 100_000
_GAMMAS: Final = (0.1, 10.0)
"""What a `gAMA` may plausibly say; outside of it the picture would be black or white."""
_USUAL, _NEAR = 1 / 2.2, 0.0005
"""The `gAMA` that stands for the sRGB curve (PNG, third edition, 11.3.2.5)."""


def of_gamma(gamma: bytes, chromaticities: bytes) -> Signal | None:
    """The signal that `gAMA`, and `cHRM` beside it, describe; None if they say nothing usable."""
    if len(gamma) != struct.calcsize(">I"):
        return None
    encoded = struct.unpack(">I", gamma)[0] / _UNIT
    if not _GAMMAS[0] <= encoded <= _GAMMAS[1]:
        return None
    space = _of_chromaticities(chromaticities) or BT709
    if abs(encoded - _USUAL) > _NEAR:
        return Signal(space, power(1 / encoded))
    return None if space == BT709 else Signal(space, srgb_to_linear)


def _of_chromaticities(payload: bytes) -> Primaries | None:
    if len(payload) != struct.calcsize(">8I"):
        return None
    numbers = [number / _UNIT for number in struct.unpack(">8I", payload)]
    white, red, green, blue = zip(numbers[::2], numbers[1::2], strict=True)
    area = (green[0] - red[0]) * (blue[1] - red[1]) - (blue[0] - red[0]) * (green[1] - red[1])
    if not (0 < white[0] < 1 and 0 < white[1] < 1) or abs(area) < 1 / _UNIT or max(numbers) > 1:
        return None
    return Primaries(red, green, blue, white)
