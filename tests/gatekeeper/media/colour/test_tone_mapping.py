"""The curves of high dynamic range, as rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.media.colour import tone_mapping
from gatekeeper.media.colour.profiles import matrix_profile
from gatekeeper.media.colour.signals import BT709, PRIMARIES, Primaries

SIGNALS = st.floats(0, 1)
LIGHT = st.floats(0, 49)


@pytest.mark.parametrize(
    ("signal", "nits"), [(0.0, 0.0), (0.5, 92.25), (0.58, 203.0), (0.7518, 1000.0), (1.0, 10_000.0)]
)
def test_pq_has_the_standard_s_luminances(signal: float, nits: float) -> None:
    """BT.2408, annex: signals of PQ and the light that they stand for."""
    assert tone_mapping.pq_to_linear(signal) * 203 == pytest.approx(nits, rel=0.01, abs=0.001)


def test_hlg_has_white_at_three_quarters() -> None:
    """BT.2408: reference white is 75 % HLG, and the two branches of the curve meet."""
    assert tone_mapping.hlg_to_linear(0.75) == pytest.approx(1.0)
    assert tone_mapping.hlg_to_linear(0.5) == pytest.approx(tone_mapping.hlg_to_linear(0.500001), rel=1e-4)


@given(SIGNALS)
def test_pq_and_its_inverse_are_inverse(signal: float) -> None:
    """There and back again is the same signal."""
    assert tone_mapping.linear_to_pq(tone_mapping.pq_to_linear(signal)) == pytest.approx(signal, abs=1e-6)


@given(LIGHT, LIGHT, st.floats(0.5, 49))
def test_compression_keeps_order_and_range(first: float, second: float, brightest: float) -> None:
    """More light is never shown darker, nothing is above white, and nothing becomes brighter than it was."""
    low, high = sorted((first, second))
    shown_low, shown_high = (tone_mapping.compress(each, brightest) for each in (low, high))
    assert 0 <= shown_low <= shown_high + 1e-9
    assert shown_high <= 1
    assert shown_low <= low + 1e-6


def test_glitter_does_not_darken_a_picture() -> None:
    """A level that fewer than a thousandth of the pixels have is not the peak."""
    curve = [level / 64 for level in range(256)]
    histogram = [0] * 256
    histogram[64], histogram[255] = 10_000, 9
    assert tone_mapping.peak(curve, histogram) == 1.0
    histogram[255] = 11
    assert tone_mapping.peak(curve, histogram) == 255 / 64


def test_primaries_on_one_line_are_refused() -> None:
    """A profile cannot be made of primaries that span no colours."""
    with pytest.raises(ValueError, match="primaries"):
        matrix_profile(Primaries((0.3, 0.3), (0.4, 0.4), (0.5, 0.5)), [0.0] * 256)


@pytest.mark.parametrize("number", PRIMARIES)
def test_a_profile_has_the_size_that_it_announces(number: int) -> None:
    """Each table of primaries becomes one well-formed profile."""
    profile = matrix_profile(PRIMARIES[number], [level / 255 for level in range(256)])
    assert int.from_bytes(profile[:4], "big") == len(profile)
    assert profile[36:40] == b"acsp"
    assert BT709 is PRIMARIES[1]
