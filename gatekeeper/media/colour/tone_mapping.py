"""Tone mapping, high dynamic range to standard: the curves of PQ and HLG, and the knee that keeps highlights.

Rec. ITU-R BT.2100 defines the two transfer functions, BT.2408 puts reference
white at 203 cd/m2, and BT.2390 (section 5.4) gives the curve that compresses
what is brighter. Runs in the worker process.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

LEVELS: Final = 256
REFERENCE_WHITE: Final = 203.0
"""Luminance of diffuse white in cd/m2; it becomes sRGB white."""
_PQ_PEAK: Final = 10_000.0
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_HLG_A: Final = 0.17883277
_HLG_B, _HLG_C = 1 - 4 * _HLG_A, 0.55991073
_HLG_WHITE: Final = 0.75
"""The signal level of reference white in HLG (BT.2408, table 1)."""
_CROWD: Final = 0.001
"""Share of the pixels; what fewer reach is glitter that may be clipped."""
_SLACK: Final = 1.05
"""How much brighter than white a picture may be before its highlights are compressed."""


def pq_to_linear(signal: float) -> float:
    """Light relative to reference white for a PQ signal of 0 to 1 (BT.2100, table 4)."""
    power = max(signal, 0.0) ** (1 / _M2)
    ratio = max(power - _C1, 0.0) / (_C2 - _C3 * power)
    return float(_PQ_PEAK * ratio ** (1 / _M1) / REFERENCE_WHITE)


def linear_to_pq(light: float) -> float:
    """The PQ signal for light relative to reference white; inverse of `pq_to_linear`."""
    power = (max(light, 0.0) * REFERENCE_WHITE / _PQ_PEAK) ** _M1
    return float(((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2)


def hlg_to_linear(signal: float) -> float:
    """Light relative to reference white for an HLG signal of 0 to 1 (BT.2100, table 5).

    The system gamma is 1.0, which note 5f of that table gives for a display of
    about 330 cd/m2: nearest to the ones on which sRGB is looked at.
    """
    return _hlg_scene(signal) / _hlg_scene(_HLG_WHITE)


def _hlg_scene(signal: float) -> float:
    if signal <= 1 / 2:
        return max(signal, 0.0) ** 2 / 3
    return float((2.718281828459045 ** ((signal - _HLG_C) / _HLG_A) + _HLG_B) / 12)


def peak(curve: Sequence[float], histogram: Sequence[int]) -> float:
    """The brightest light that more than a thousandth of the pixels reach in some channel.

    Args:
        curve: light for each of the 256 levels.
        histogram: counts of the 256 levels, one channel after the other.
    """
    brightest = 0.0
    for start in range(0, len(histogram), LEVELS):
        channel = histogram[start : start + LEVELS]
        left = _CROWD * sum(channel)
        for level in range(LEVELS - 1, -1, -1):
            left -= channel[level]
            if left < 0:
                brightest = max(brightest, curve[level])
                break
    return brightest


def compress(light: float, brightest: float) -> float:
    """Map light of 0 to `brightest` into 0 to 1; what lies below the knee stays as it is.

    The EETF of BT.2390: a Hermite spline in the PQ domain. A picture that is
    hardly brighter than white is only clipped.
    """
    if brightest <= _SLACK:
        return min(light, 1.0)
    top = linear_to_pq(brightest)
    most = linear_to_pq(1.0) / top
    knee = max(0.0, 1.5 * most - 0.5)
    signal = min(linear_to_pq(light) / top, 1.0)
    if signal < knee:
        return min(light, 1.0)
    t = (signal - knee) / (1 - knee)
    t2, t3 = t * t, t * t * t
    mapped = (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (3 * t2 - 2 * t3) * most
    return min(pq_to_linear(mapped * top), 1.0)
