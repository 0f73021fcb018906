"""The PNG walker: pixels and nothing else."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.errors import ReleaseNotClean
from gatekeeper.media.formats.png import verify_png
from tests.support import samples

CLEAN = samples.saved(samples.scene(60, 40), "PNG")
ROWS = bytes(2 * (1 + 3 * 2))
END = samples.png_chunk(b"IEND", b"")


def _boundaries(data: bytes) -> list[int]:
    found, at = [], 8
    while at < len(data):
        found.append(at)
        at += 12 + struct.unpack_from(">I", data, at)[0]
    return [*found, at]


def _file(*parts: bytes, width: int = 2, height: int = 2, depth: int = 8, colour: int = 2) -> bytes:
    return samples.png_header(width, height, depth, colour) + b"".join(parts) + END


def _pixels(content: bytes) -> bytes:
    return samples.png_chunk(b"IDAT", content)


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("options", [{}, {"optimize": True}, {"compress_level": 0}], ids=str)
def test_what_an_encoder_writes_without_metadata_is_clean(mode: str, options: dict[str, object]) -> None:
    """Grey and colour, in one chunk of pixels or several."""
    verify_png(samples.saved(samples.scene(300, 200).convert(mode), "PNG", **options))


@pytest.mark.parametrize(
    "kind", [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP", b"tIME", b"pHYs", b"gAMA", b"PLTE", b"abCd"]
)
def test_no_other_chunk_may_be_anywhere(kind: bytes) -> None:
    """At every boundary, every other chunk is refused, however harmless."""
    for at in _boundaries(CLEAN):
        with pytest.raises(ReleaseNotClean):
            verify_png(samples.with_inserted(CLEAN, at, samples.png_chunk(kind, b"\0\0\0\x01")))


@given(st.binary(min_size=1, max_size=100))
def test_nothing_can_be_appended(tail: bytes) -> None:
    """Not one byte may follow the end."""
    with pytest.raises(ReleaseNotClean, match="behind the end"):
        verify_png(CLEAN + tail)


@given(st.integers(0, 8 * len(CLEAN) - 1))
def test_every_flipped_bit_is_refused(bit: int) -> None:
    """The checksums cover the whole file."""
    flipped = bytearray(CLEAN)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ReleaseNotClean):
        verify_png(bytes(flipped))


@given(st.integers(0, len(CLEAN) - 1))
def test_no_beginning_of_a_file_is_clean(length: int) -> None:
    """A file that ends too early is refused wherever it ends."""
    with pytest.raises(ReleaseNotClean):
        verify_png(CLEAN[:length])


DEFECTS = {
    "no_pixels": _file(),
    "pixels_missing": _file(_pixels(zlib.compress(ROWS[:-1]))),
    "pixels_too_many": _file(_pixels(zlib.compress(ROWS + b"\0"))),
    "data_behind_the_stream": _file(_pixels(zlib.compress(ROWS) + b"hidden")),
    "stream_not_ended": _file(_pixels(zlib.compress(ROWS)[:-2])),
    "not_a_stream": _file(_pixels(b"hidden")),
    "empty_pixel_chunk": _file(_pixels(zlib.compress(ROWS)), _pixels(b"")),
    "no_such_filter": _file(_pixels(zlib.compress(b"\x05" + ROWS[1:]))),
    "sixteen_bits": _file(_pixels(zlib.compress(bytes(2 * 13))), depth=16),
    "alpha": _file(_pixels(zlib.compress(bytes(2 * 9))), colour=6),
    "palette": _file(_pixels(zlib.compress(bytes(2 * 3))), colour=3),
    "no_width": _file(_pixels(zlib.compress(bytes(2))), width=0),
    "no_height": _file(_pixels(zlib.compress(b"")), height=0),
    "enormous": _file(_pixels(zlib.compress(ROWS)), width=60_000, height=60_000),
    "content_in_the_end_chunk": _file(_pixels(zlib.compress(ROWS)))[: -len(END)] + samples.png_chunk(b"IEND", b"x"),
    "short_header": b"\x89PNG\r\n\x1a\n" + samples.png_chunk(b"IHDR", bytes(12)) + END,
    "no_signature": b"\x89PNX" + CLEAN[4:],
}


def test_the_smallest_file_is_clean() -> None:
    """The frame in which the defects are planted is itself without one."""
    verify_png(_file(_pixels(zlib.compress(ROWS))))


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_file_with_this_defect_is_refused(defect: str) -> None:
    """More, less or other than the pixels is not clean."""
    with pytest.raises(ReleaseNotClean, match="PNG"):
        verify_png(DEFECTS[defect])
