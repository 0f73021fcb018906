"""Files made to exhaust whoever opens them: each is answered in time, with the right code."""

import struct
import time
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.open import Opener
from gatekeeper.rendition import Frames, Rendition
from gatekeeper.types import FindingCode
from tests.support import samples

UNSUPPORTED, DAMAGED, TOO_LARGE = FindingCode.UNSUPPORTED_FORMAT, FindingCode.DAMAGED_FILE, FindingCode.TOO_LARGE
FIRST = Rendition(frames=Frames.FIRST)
PATIENCE = 12.0
"""Seconds on a busy machine; the deadline of the worker itself is 25."""


def _gif_of_frames(count: int) -> bytes:
    data = samples.saved(Image.new("P", (8, 8)), "GIF")
    frame = data[data.index(b",", 13 + 3 * (2 << (data[10] & 7))) : -1]
    return data[:-1] + frame * count + b";"


def _gif_header(width: int, height: int) -> bytes:
    data = samples.saved(Image.new("P", (8, 8)), "GIF")
    return data[:6] + struct.pack("<HH", width, height) + data[10:]


def _tiff_of_pages(count: int) -> bytes:
    """Tiny pages whose directories follow each other and share their pixels."""
    entries = ((256, 4, 1), (257, 1, 1), (258, 8, 1), (259, 1, 1), (262, 1, 1), (273, 8, 1), (277, 1, 1), (278, 1, 1))
    body = b"".join(struct.pack("<HHII", tag, 4, number, value) for tag, value, number in (*entries, (279, 4, 1)))
    size = 2 + len(body) + 4
    pages = (struct.pack("<H", 9) + body + struct.pack("<I", 16 + size * (page + 1)) for page in range(count))
    return b"II*\0" + struct.pack("<I", 16) + bytes(8) + b"".join(pages)[:-4] + bytes(4)


def _deflated_tiff(side: int) -> bytes:
    return samples.saved(Image.new("L", (side, side)), "TIFF", compression="tiff_adobe_deflate")


def _png_of_text(count: int) -> bytes:
    return samples.png(bytes(7), 2, 1, extra=samples.png_chunk(b"tEXt", b"a\0b") * count)


def _avif_promising(side: int) -> bytes:
    data = samples.saved(samples.quarters(), "AVIF")
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", side, side) + data[at + 8 :]


def _heif_promising(side: int) -> bytes:
    data = samples.saved(samples.quarters(), "HEIF")
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", side, side) + data[at + 8 :]


def _nested(count: int) -> bytes:
    """Archives in archives, behind a picture."""
    inside = b"PK\3\4" + bytes(26)
    for _ in range(count):
        inside = zlib.compress(b"PK\3\4" + inside, 9)
    return samples.saved(samples.quarters(), "PNG") + inside


ATTACKS: dict[str, tuple[Callable[[], bytes], frozenset[FindingCode | None]]] = {
    "webp_7900_squared_in_34_bytes": (lambda: samples.lossless_webp_header(7900, 7900), frozenset({TOO_LARGE})),
    "png_12000_squared": (lambda: samples.black_png(12_000, 12_000), frozenset({TOO_LARGE})),
    "eight_thousand_scans": (lambda: samples.jpeg_with_scans(8_000), frozenset({TOO_LARGE})),
    "two_hundred_thousand_texts": (lambda: _png_of_text(200_000), frozenset({None})),
    "gif_of_100000_frames": (lambda: _gif_of_frames(100_000), frozenset({UNSUPPORTED})),
    "gif_60000_squared": (lambda: _gif_header(60_000, 60_000), frozenset({TOO_LARGE})),
    "tiff_of_20000_pages": (lambda: _tiff_of_pages(20_000), frozenset({UNSUPPORTED})),
    "tiff_bomb_of_49_megapixels": (lambda: _deflated_tiff(7_000), frozenset({None})),
    "tiff_bomb_of_64_megapixels": (lambda: _deflated_tiff(8_000), frozenset({TOO_LARGE})),
    "avif_promising_60000_squared": (lambda: _avif_promising(60_000), frozenset({TOO_LARGE, DAMAGED})),
    "heif_promising_60000_squared": (lambda: _heif_promising(60_000), frozenset({TOO_LARGE, DAMAGED})),
    "archives_in_archives": (lambda: _nested(50), frozenset({None})),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_in_time(opener: Opener, name: str) -> None:
    """Opened (no code) or refused with its code, in seconds, and the next upload is opened as ever."""
    make, codes = ATTACKS[name]
    data = make()
    start = time.monotonic()
    code = None
    try:
        opener.open(data)
    except PhotoRefused as refused:
        code = refused.code
    assert code in codes
    assert time.monotonic() - start < PATIENCE
    assert opener.open(samples.saved(samples.quarters(), "PNG")).size == (96, 64)


@pytest.mark.parametrize("make", [lambda: _gif_of_frames(100_000), lambda: _tiff_of_pages(20_000)], ids=["gif", "tiff"])
def test_the_first_of_very_many_is_taken_in_time(opener: Opener, make: Callable[[], bytes]) -> None:
    """Nobody counts the frames in order to take the first."""
    data = make()
    start = time.monotonic()
    assert opener.open(data, FIRST).size in {(8, 8), (4, 1)}
    assert time.monotonic() - start < PATIENCE
