"""A string is planted wherever a file can hold one; none may come out again."""

import base64
import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pillow_heif
import pytest
from PIL import Image, PngImagePlugin

from gatekeeper.media import Opener, make_release
from tests.gatekeeper.media import samples

CANARY = b"Wren-Hollow-4711"
TEXT = CANARY.decode()
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>' + CANARY + b"</dc:creator></x:xmpmeta>"

IPTC = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x15\x1c\x02\x50\0\x10" + CANARY + b"\0"
TAGS = {270: TEXT, 700: XMP, 33723: CANARY, 65000: TEXT}


def _spellings() -> list[bytes]:
    """The string as it might be written down in a file."""
    plain = [
        CANARY,
        CANARY.lower(),
        CANARY[::-1],
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        CANARY.hex().encode(),
    ]
    return [*plain, *(base64.b64encode(bytes(shift) + CANARY)[4:-4] for shift in range(3)), zlib.compress(CANARY)[2:-4]]


def _exif() -> bytes:
    return samples.exif(gps=True, text=TEXT).tobytes()


def _profile() -> bytes:
    """A working profile in whose description the string stands."""
    profile = samples.icc_profile()
    at = profile.index(b"sRGB built-in") if b"sRGB built-in" in profile else profile.index("sRGB".encode("utf-16-be"))
    return profile[:at] + CANARY[:12] + profile[at + 12 :]


def _jpeg(*segments: tuple[int, bytes], tail: bytes = b"") -> bytes:
    made = b"".join(samples.jpeg_segment(*segment) for segment in segments)
    return samples.with_inserted(samples.saved(samples.quarters(), "JPEG"), 2, made) + tail


def _png(*chunks: tuple[bytes, bytes], tail: bytes = b"") -> bytes:
    made = b"".join(samples.png_chunk(*chunk) for chunk in chunks)
    return samples.with_inserted(samples.saved(samples.quarters(), "PNG"), 33, made) + tail


def _hidden_rows() -> bytes:
    """A PNG with text in the colours under full transparency."""
    pixels = np.zeros((16, 16, 4), np.uint8)
    pixels[0, :6, :3] = np.frombuffer(CANARY + b"!!", np.uint8).reshape(6, 3)
    return samples.saved(Image.fromarray(pixels), "PNG")


def _least_bits() -> bytes:
    """A PNG whose least significant bits spell the string."""
    pixels = samples.pixels_of(samples.scene(64, 64)) & 0xFE
    bits = np.unpackbits(np.frombuffer(CANARY, np.uint8))
    pixels.reshape(-1)[: bits.size] |= bits
    return samples.saved(Image.fromarray(pixels), "PNG")


def _heic_with_more() -> bytes:
    file = pillow_heif.from_pillow(samples.quarters())
    file.add_from_pillow(Image.new("RGB", (96, 64), "black"))
    buffer = io.BytesIO()
    file.save(buffer, exif=_exif(), xmp=XMP)
    return buffer.getvalue()


def _png_text() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", TEXT)
    text.add_text("Comment", TEXT, zip=True)
    text.add_itxt("Title", TEXT, "en", TEXT)
    text.add(b"tEXt", b"Late\0" + CANARY, after_idat=True)
    return samples.saved(samples.quarters(), "PNG", pnginfo=text)


def _bmp_with_gap() -> bytes:
    """A BMP whose pixels begin later than they could."""
    data = samples.saved(samples.quarters(), "BMP")
    start = struct.unpack_from("<I", data, 10)[0]
    return data[:10] + struct.pack("<I", start + len(CANARY)) + data[14:start] + CANARY + data[start:]


CARRIERS: dict[str, Callable[[], bytes]] = {
    **{
        f"exif_in_{kind.lower()}": lambda kind=kind: samples.saved(samples.quarters(), kind, exif=_exif())  # type: ignore[misc]
        for kind in ("JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF")
    },
    **{
        f"profile_in_{kind.lower()}": lambda kind=kind: samples.saved(samples.quarters(), kind, icc_profile=_profile())  # type: ignore[misc]
        for kind in ("JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF")
    },
    "jpeg_comment": lambda: _jpeg((0xFE, CANARY)),
    "jpeg_xmp": lambda: _jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)),
    "jpeg_extended_xmp": lambda: _jpeg((0xE1, b"http://ns.adobe.com/xmp/extension/\0" + bytes(40) + XMP)),
    "jpeg_iptc": lambda: _jpeg((0xED, IPTC)),
    "jpeg_jfif_extension": lambda: _jpeg((0xE0, b"JFXX\0\x13\1\1" + CANARY)),
    "jpeg_provenance": lambda: _jpeg((0xEB, b"JP\0\1\0\0\0\1" + CANARY)),
    "jpeg_private_segments": lambda: _jpeg(*((marker, CANARY) for marker in range(0xE3, 0xF0))),
    "jpeg_trailer": lambda: _jpeg(tail=CANARY),
    "jpeg_second_picture": lambda: _jpeg(tail=_jpeg((0xFE, CANARY))),
    "png_text": _png_text,
    "png_xmp": lambda: _png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)),
    "png_raw_profile": lambda: _png((b"tEXt", b"Raw profile type iptc\0\niptc\n16\n" + CANARY.hex().encode())),
    "png_private_chunk": lambda: _png((b"prVt", CANARY)),
    "png_trailer": lambda: _png(tail=CANARY),
    "png_hidden_colours": _hidden_rows,
    "png_least_bits": _least_bits,
    "webp_xmp": lambda: samples.saved(samples.quarters(), "WEBP", xmp=XMP),
    "webp_trailer": lambda: samples.saved(samples.quarters(), "WEBP") + CANARY,
    "gif_comment": lambda: samples.saved(samples.quarters(), "GIF", comment=CANARY),
    "tiff_tags": lambda: samples.saved(samples.quarters(), "TIFF", tiffinfo=TAGS),
    "heic_with_more": _heic_with_more,
    "avif_xmp": lambda: samples.saved(samples.quarters(), "AVIF", xmp=XMP),
    "bmp_gap": _bmp_with_gap,
}  # fmt: skip


@pytest.mark.parametrize("carrier", CARRIERS)
def test_what_is_planted_does_not_come_out(opener: Opener, carrier: str) -> None:
    """No release holds the string in any spelling, and each is proved clean."""
    release = make_release(opener.open(CARRIERS[carrier]()).pixels)
    for spelling in _spellings():
        assert spelling not in release.data


@pytest.mark.parametrize(
    "carrier", set(CARRIERS) - {"png_least_bits", "png_text"} - {c for c in CARRIERS if "png" in c}
)
def test_the_string_was_there_to_begin_with(carrier: str) -> None:
    """A search that could not find anything would prove nothing."""
    data = CARRIERS[carrier]()
    assert CANARY[:12] in data


def test_least_significant_bits_do_not_survive(opener: Opener) -> None:
    """The encoding loses what is written in the lowest bits of the pixels."""
    release = make_release(opener.open(CARRIERS["png_least_bits"]()).pixels)
    assert CANARY not in np.packbits(release.pixels.reshape(-1)[: 8 * len(CANARY)] & 1).tobytes()


def test_hidden_colours_do_not_survive_in_the_pixels(opener: Opener) -> None:
    """What was under full transparency is white in the picture, too."""
    assert (opener.open(CARRIERS["png_hidden_colours"]()).pixels == 255).all()
