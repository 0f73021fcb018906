"""A picture whose pixels are whole opens, whatever is wrong with what lies beside them."""

import random
import struct
import zlib
from collections.abc import Callable
from functools import partial

import pytest

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.open import Opener
from gatekeeper.types import FindingCode
from tests.support import samples
from tests.support.orientations import assert_quarters

BAD_EXIF = {
    "bad_order": b"Exif\0\0XX\x2a\0\x08\0\0\0",
    "zeros": b"Exif\0\0" + bytes(40),
    "endless_directory": b"Exif\0\0II\x2a\0\x08\0\0\0\xff\xff" + bytes(range(200)),
    "cut_off": b"Exif\0\0MM\0\x2a\0\0",
    "far_offset": b"Exif\0\0II\x2a\0\xff\xff\xff\xff",
    "noise": b"Exif\0\0II\x2a\0\x08\0\0\0" + random.Random(7).randbytes(90),
    "empty": b"Exif\0\0",
}
XMP_TURN = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
)


def _jpeg(marker: int, payload: bytes) -> bytes:
    data = samples.saved(samples.quarters(), "JPEG", quality=95)
    return data[:2] + samples.jpeg_segment(marker, payload) + data[2:]


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    data = samples.saved(samples.quarters(), "PNG")
    return data[:33] + b"".join(samples.png_chunk(*chunk) for chunk in chunks) + data[33:]


def _with_bad_checksum(kind: bytes, content: bytes = b"Comment\0words") -> bytes:
    data = bytearray(_png((kind, content)))
    data[data.index(kind) + 4 + len(content)] ^= 1
    return bytes(data)


def _scrambled(kind: str, seed: int) -> bytes:
    """The file with bytes of its Exif block changed at random."""
    block = samples.exif(text="words", gps=True).tobytes()
    data = bytearray(samples.saved(samples.quarters(), kind, exif=block, quality=95))
    at, rng = data.index(block[6:26]), random.Random(seed)
    for place in (*range(8), *(rng.randrange(len(block) - 6) for _ in range(20))):
        data[at + place] = rng.randrange(256)
    return bytes(data)


WHOLE: dict[str, Callable[[], bytes]] = {
    "png_bad_checksum_gAMA": lambda: _with_bad_checksum(b"gAMA", struct.pack(">I", 100_000)),
    "png_bad_checksum_cICP": lambda: _with_bad_checksum(b"cICP", bytes([9, 16, 0, 1])),
    "png_bad_checksum_eXIf_turn": lambda: _with_bad_checksum(b"eXIf", samples.exif(6).tobytes()[6:]),
    "jpeg_short_app14": lambda: _jpeg(0xEE, b"Adobe"),
    "jpeg_short_jfif": lambda: _jpeg(0xE0, b"JFIF\0"),
    "jpeg_short_profile": lambda: _jpeg(0xE2, b"ICC_PROFILE\0"),
    "jpeg_short_photoshop": lambda: _jpeg(0xED, b"Photoshop 3.0\0" + b"8BIM\x04"),
    "jpeg_empty_comment": lambda: _jpeg(0xFE, b""),
    "png_profile_text_not_hex": lambda: _png((b"tEXt", b"Raw profile type exif\0\nexif\n  9\nzzzz")),
    "png_text_without_keyword": lambda: _png((b"tEXt", b"")),
    "png_broken_compressed_text": lambda: _png((b"zTXt", b"a\0\0not deflate"), (b"iTXt", b"a\0\1\0\0\0nor this")),
    "png_unknown_compression": lambda: _png((b"zTXt", b"a\0\7" + zlib.compress(b"words"))),
    "png_short_numbers": lambda: _png((b"gAMA", b""), (b"cHRM", b"\0"), (b"pHYs", b"\0"), (b"sRGB", b"")),
    "png_broken_profile": lambda: _png((b"iCCP", b"name\0\0not deflate")),
    "png_checksum_of_text": lambda: _with_bad_checksum(b"tEXt"),
    **{f"jpeg_exif_{name}": partial(_jpeg, 0xE1, bad) for name, bad in BAD_EXIF.items()},
    **{f"png_exif_{name}": partial(_png, (b"eXIf", bad[6:])) for name, bad in BAD_EXIF.items()},
    **{
        f"{kind}_scrambled_{seed}": partial(_scrambled, kind, seed)
        for kind in ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
        for seed in range(4)
    },
}


@pytest.mark.parametrize("name", WHOLE)
def test_broken_metadata_leaves_a_picture_a_picture(opener: Opener, name: str) -> None:
    """It opens, upright and with its colours, as in a browser."""
    photo = opener.open(WHOLE[name]())
    assert photo.size == (96, 64)
    assert_quarters(photo.pixels, 24)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_an_orientation_in_xmp_alone_turns_nothing(opener: Opener, kind: str) -> None:
    """No browser looks into XMP for it."""
    if kind == "JPEG":
        data = _jpeg(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP_TURN)
    elif kind == "PNG":
        data = _png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP_TURN))
    else:
        options = {"tiffinfo": {700: XMP_TURN}} if kind == "TIFF" else {"xmp": XMP_TURN}
        data = samples.saved(samples.quarters(), kind, quality=95, **options)
    assert b"tiff:Orientation" in data
    photo = opener.open(data)
    assert (photo.size, photo.metadata.turned) == ((96, 64), False)
    assert "xmp" in photo.metadata.carriers


def _exif(kind: int, count: int, value: bytes) -> bytes:
    return b"Exif\0\0II\x2a\0\x08\0\0\0" + struct.pack("<HHHI", 1, 0x112, kind, count) + value + bytes(4)


SIX = _exif(3, 1, b"\x06\0\0\0")


HEEDED: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: _jpeg(0xE1, SIX),
    "png": lambda: _png((b"eXIf", SIX[6:])),
    "png_with_the_mark_of_jpeg": lambda: _png((b"eXIf", SIX)),
}
IGNORED: dict[str, Callable[[], bytes]] = {
    "jpeg_without_mark": lambda: _jpeg(0xE1, SIX[6:]),
    "byte": lambda: _jpeg(0xE1, _exif(1, 1, b"\x06\0\0\0")),
    "long": lambda: _jpeg(0xE1, _exif(4, 1, b"\x06\0\0\0")),
    "two_numbers": lambda: _jpeg(0xE1, _exif(3, 2, b"\x06\0\x03\0")),
    "nine": lambda: _jpeg(0xE1, _exif(3, 1, b"\x09\0\0\0")),
    "png_text": lambda: _png((b"tEXt", b"Raw profile type exif\0\nexif\n 26\n" + SIX.hex().encode())),
    "webp": lambda: samples.saved(samples.quarters(), "WEBP", exif=SIX),
    "webp_without_mark": lambda: samples.saved(samples.quarters(), "WEBP", exif=SIX[6:]),
}
"""What Chromium does with each of them, tried with one."""


@pytest.mark.parametrize("name", [*HEEDED, *IGNORED])
def test_an_orientation_counts_where_browsers_heed_it(opener: Opener, name: str) -> None:
    """JPEG: one SHORT in a marked block; PNG: an `eXIf` chunk; WebP: never."""
    photo = opener.open((HEEDED | IGNORED)[name]())
    assert photo.metadata.turned is (name in HEEDED)
    assert photo.size == ((64, 96) if name in HEEDED else (96, 64))


@pytest.mark.parametrize("cut", [30, 300])
def test_pixels_that_are_missing_are_not_forgiven(opener: Opener, cut: int) -> None:
    """Leaving out broken metadata does not let half a picture in."""
    for data in (_png((b"eXIf", bytes(9))), _jpeg(0xEE, b"Adobe")):
        with pytest.raises(PhotoRefused) as refused:
            opener.open(data[: -cut - 12])
        assert refused.value.code is FindingCode.DAMAGED_FILE
