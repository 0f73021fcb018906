"""Colours that a file states by numbers: what is opened shows what was meant, whatever stated it."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image

from gatekeeper.media.open import Opener
from tests.support import samples

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]
MEANT: Floats = np.array([(200, 60, 40), (128, 128, 128), (255, 255, 255), (60, 140, 60)], np.float64)
NEAR, NEAR_IN_AVIF = 4, 12
"""Levels of 255: 8 bits of PQ are coarse, and so is an AVIF of 8 bits whose colours are stored as differences."""
# From linear RGB to CIE XYZ under D65, as the standards print them.
SRGB = np.array(
    [[0.4123908, 0.3575843, 0.1804808], [0.2126390, 0.7151687, 0.0721923], [0.0193308, 0.1191948, 0.9505322]]
)
P3 = np.array([[0.4865709, 0.2656677, 0.1982173], [0.2289746, 0.6917385, 0.0792869], [0.0, 0.0451134, 1.0439444]])
BT2020 = np.array([[0.6369580, 0.1446169, 0.1688810], [0.2627002, 0.6779981, 0.0593017], [0.0, 0.0280727, 1.0609851]])


def _linear(signal: Floats) -> Floats:
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)


def _srgb(light: Floats) -> Floats:
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def _pq(light: Floats) -> Floats:
    power = (light * 203 / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def _hlg(light: Floats) -> Floats:
    scene = light * 0.26496256
    high = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), high)


def _gamma(exponent: float) -> Curve:
    return lambda light: light ** (1 / exponent)


def _stored(space: Floats, curve: Curve, meant: Floats = MEANT) -> Floats:
    """Signals of 0 to 1 that show the colours that are meant, one row each."""
    there = np.linalg.inv(space) @ SRGB @ _linear(meant / 255).T
    return curve(np.clip(there.T, 0, 1))


def _stripes(signals: Floats, kind: type[np.unsignedinteger] = np.uint8) -> NDArray[np.unsignedinteger]:
    colours = np.round(signals * np.iinfo(kind).max).astype(kind)
    return np.repeat(np.repeat(colours[None], 64, axis=1), 64, axis=0)


def _png(signals: Floats, *chunks: tuple[bytes, bytes]) -> bytes:
    data = samples.saved(Image.fromarray(_stripes(signals)), "PNG")
    return data[:33] + b"".join(samples.png_chunk(*chunk) for chunk in chunks) + data[33:]


def _heic(signals: Floats, primaries: int, transfer: int, **options: object) -> bytes:
    pixels = _stripes(signals, np.uint16)
    file = io.BytesIO()
    heif = pillow_heif.from_bytes("RGB;16", (pixels.shape[1], pixels.shape[0]), pixels.tobytes())
    heif.save(
        file,
        quality=95,
        chroma=444,
        color_primaries=primaries,
        transfer_characteristics=transfer,
        matrix_coefficients=1,
        full_range_flag=1,
        save_nclx_profile=True,
        bit_depth=10,
        **options,
    )
    return file.getvalue()


def _avif(signals: Floats, primaries: int, transfer: int, **options: object) -> bytes:
    data = samples.saved(Image.fromarray(_stripes(signals)), "AVIF", quality=100, subsampling="4:4:4", **options)
    at = data.index(b"nclx") + 4
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


def _shown(opener: Opener, data: bytes) -> Floats:
    return opener.open(data).pixels[32, 32::64].astype(np.float64)


GAMMA, LINEAR = (b"gAMA", struct.pack(">I", 45_455)), (b"gAMA", struct.pack(">I", 100_000))
P3_CORNERS = (b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000))
SRGB_CHUNK, CICP_P3 = (b"sRGB", b"\0"), (b"cICP", bytes((12, 13, 0, 1)))
SWAPPED = (b"iCCP", b"x\0\0" + zlib.compress(samples.profile_that_swaps_red_and_green()))
BROKEN = (b"iCCP", b"x\0\0" + zlib.compress(b"nonsense" * 40))
IDENTITY: Curve = lambda light: light  # noqa: E731 - one of a table of curves

STATED: dict[str, Callable[[], bytes]] = {
    "png_plain": lambda: _png(_stored(SRGB, _srgb)),
    "png_cicp_p3": lambda: _png(_stored(P3, _srgb), CICP_P3),
    "png_cicp_2020_pq": lambda: _png(_stored(BT2020, _pq), (b"cICP", bytes((9, 16, 0, 1)))),
    "png_cicp_2020_hlg": lambda: _png(_stored(BT2020, _hlg), (b"cICP", bytes((9, 18, 0, 1)))),
    "png_cicp_gamma_22": lambda: _png(_stored(SRGB, _gamma(2.2)), (b"cICP", bytes((1, 4, 0, 1)))),
    "png_linear": lambda: _png(_stored(SRGB, IDENTITY), LINEAR),
    "png_gamma_18": lambda: _png(_stored(SRGB, _gamma(1.8)), (b"gAMA", struct.pack(">I", 55_556))),
    "png_gamma_and_p3": lambda: _png(_stored(P3, _srgb), GAMMA, P3_CORNERS),
    "heic_srgb": lambda: _heic(_stored(SRGB, _srgb), 1, 13),
    "heic_unspecified": lambda: _heic(_stored(SRGB, _srgb), 2, 2),
    "heic_camera_curve": lambda: _heic(_stored(SRGB, _srgb), 1, 1),
    "heic_p3": lambda: _heic(_stored(P3, _srgb), 12, 13),
    "heic_linear": lambda: _heic(_stored(SRGB, IDENTITY), 1, 8),
    "heic_pq": lambda: _heic(_stored(BT2020, _pq), 9, 16),
    "heic_hlg": lambda: _heic(_stored(BT2020, _hlg), 9, 18),
    "heic_p3_pq": lambda: _heic(_stored(P3, _pq), 12, 16),
    "avif_p3": lambda: _avif(_stored(P3, _srgb), 12, 13),
    "avif_linear": lambda: _avif(_stored(SRGB, IDENTITY), 1, 8),
    "avif_pq": lambda: _avif(_stored(BT2020, _pq), 9, 16),
    "avif_hlg": lambda: _avif(_stored(BT2020, _hlg), 9, 18),
}
"""Each file shows `MEANT`, in a colour space and by a transfer function of its own."""

PRECEDENCE: dict[str, Callable[[], bytes]] = {
    "cicp_over_profile": lambda: _png(_stored(P3, _srgb), CICP_P3, SWAPPED),
    "cicp_over_gamma": lambda: _png(_stored(P3, _srgb), LINEAR, CICP_P3),
    "cicp_over_srgb": lambda: _png(_stored(P3, _srgb), SRGB_CHUNK, CICP_P3),
    "srgb_over_gamma": lambda: _png(_stored(SRGB, _srgb), SRGB_CHUNK, LINEAR, P3_CORNERS),
    "gamma_after_a_broken_profile": lambda: _png(_stored(SRGB, IDENTITY), BROKEN, LINEAR),
    "unknown_cicp_is_passed_over": lambda: _png(_stored(SRGB, IDENTITY), (b"cICP", bytes((12, 99, 0, 1))), LINEAR),
    "cicp_with_a_matrix_is_passed_over": lambda: _png(_stored(SRGB, _srgb), (b"cICP", bytes((12, 13, 1, 1)))),
    "corners_alone_say_nothing": lambda: _png(_stored(SRGB, _srgb), P3_CORNERS),
    "no_gamma_of_nought": lambda: _png(_stored(SRGB, _srgb), (b"gAMA", bytes(4))),
    "no_corners_of_nought": lambda: _png(_stored(SRGB, IDENTITY), LINEAR, (b"cHRM", bytes(32))),
}


@pytest.mark.parametrize("name", [*STATED, *PRECEDENCE])
def test_what_a_file_states_is_what_is_shown(opener: Opener, name: str) -> None:
    """Four colours come out as they were meant, and where two statements disagree the stronger one counts."""
    data = {**STATED, **PRECEDENCE}[name]()
    assert np.abs(_shown(opener, data) - MEANT).max() <= (NEAR_IN_AVIF if name.startswith("avif") else NEAR)


def test_a_profile_counts_more_than_srgb_and_gamma(opener: Opener) -> None:
    """In PNG an ICC profile is believed before `sRGB` and `gAMA`."""
    shown = _shown(opener, _png(_stored(SRGB, _srgb), SWAPPED, SRGB_CHUNK, LINEAR))
    assert shown[0][1] > shown[0][0]


@pytest.mark.parametrize("make", [_heic, _avif])
def test_a_profile_counts_more_than_code_points(opener: Opener, make: Callable[..., bytes]) -> None:
    """In HEIF and AVIF an ICC profile is believed before nclx."""
    if make is _heic:
        image = Image.fromarray(_stripes(_stored(SRGB, _srgb)))
        data = samples.saved(image, "HEIF", quality=95, icc_profile=samples.profile_that_swaps_red_and_green())
    else:
        data = _avif(_stored(SRGB, _srgb), 1, 8, icc_profile=samples.profile_that_swaps_red_and_green())
    shown = _shown(opener, data)
    assert shown[0][1] > shown[0][0]


def test_highlights_of_high_dynamic_range_are_kept_apart(opener: Opener) -> None:
    """Light of 203, 400 and 1,000 cd/m2 stays three greys, while mid-grey stays where it was."""
    light = np.array([[0.2158605] * 3, [1.0] * 3, [400 / 203] * 3, [1000 / 203] * 3])
    for data in (_png(_pq(light), (b"cICP", bytes((9, 16, 0, 1)))), _heic(_pq(light), 9, 16)):
        grey, white, brighter, brightest = _shown(opener, data)[:, 1]
        assert abs(grey - 128) <= NEAR
        assert 180 < white < brighter < brightest
        assert brightest >= 250


def test_a_grey_picture_with_a_gamma_is_converted(opener: Opener) -> None:
    """One channel is enough for `gAMA` to count."""
    ramp = Image.new("L", (64, 64), 55)
    data = samples.saved(ramp, "PNG")
    data = data[:33] + samples.png_chunk(*LINEAR) + data[33:]
    assert np.abs(opener.open(data).pixels[32, 32].astype(int) - 128).max() <= NEAR
