"""Files that must be refused, by their defect."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from PIL import Image

from gatekeeper.types import FindingCode
from tests.support import samples

UNSUPPORTED, DAMAGED, TOO_LARGE = FindingCode.UNSUPPORTED_FORMAT, FindingCode.DAMAGED_FILE, FindingCode.TOO_LARGE


def _frames(kind: str, count: int = 2) -> bytes:
    others = [Image.new("RGB", (96, 64), (shade, 0, 0)) for shade in range(40, 40 + 20 * (count - 1), 20)]
    return samples.saved(samples.quarters(), kind, save_all=True, append_images=others)


def _half(kind: str) -> bytes:
    data = samples.saved(samples.scene(160, 120), kind)
    return data[: len(data) // 2]


def _tiff_reduced_preview() -> bytes:
    return samples.saved(samples.quarters(), "TIFF", tiffinfo={254: 1})


def _png_with_16_bit_key() -> bytes:
    chunks = samples.png_chunk(b"tRNS", struct.pack(">H", 7))
    rows = samples.png_chunk(b"IDAT", zlib.compress(bytes(2 * 5)))
    return samples.png_header(2, 2, depth=16, colour=0) + chunks + rows + samples.png_chunk(b"IEND", b"")


def _png_promising(*header: int) -> bytes:
    return samples.png_header(*header) + samples.png_chunk(b"IDAT", zlib.compress(bytes(64)))


def _png_text_bomb(kind: bytes, prefix: bytes) -> bytes:
    bomb = zlib.compress(bytes(20_000_000), 9)
    return samples.png(bytes(7), 2, 1, extra=samples.png_chunk(kind, prefix + bomb))


def _many_text_bombs() -> bytes:
    chunk = samples.png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1_000_000), 9))
    return samples.png(bytes(7), 2, 1, extra=chunk * 40)


def _bmp_header(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IIIIiiHHIIiiII", 54, 0, 54, 40, width, height, 1, 24, 0, 0, 1, 1, 0, 0)


def _jpeg_header(width: int, height: int) -> bytes:
    data = samples.saved(samples.quarters(), "JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


DEFECTS: dict[str, tuple[Callable[[], bytes], FindingCode]] = {
    "empty": (lambda: b"", DAMAGED),
    "one_byte": (lambda: b"\xff", UNSUPPORTED),
    "eps_named_jpg": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", UNSUPPORTED),
    "html": (lambda: b"<html><img src=x onerror=alert(1)>", UNSUPPORTED),
    "junk_before_the_jpeg": (lambda: b"\n" + samples.saved(samples.quarters(), "JPEG"), UNSUPPORTED),
    "magic_bytes_only": (lambda: b"\xff\xd8\xff", DAMAGED),
    "truncated_jpeg": (lambda: _half("JPEG"), DAMAGED),
    "truncated_png": (lambda: _half("PNG"), DAMAGED),
    "truncated_webp": (lambda: _half("WEBP"), DAMAGED),
    "truncated_heic": (lambda: _half("HEIF"), DAMAGED),
    "truncated_avif": (lambda: _half("AVIF"), DAMAGED),
    "truncated_gif": (lambda: _half("GIF"), DAMAGED),
    "truncated_bmp": (lambda: _half("BMP"), DAMAGED),
    "truncated_tiff": (lambda: _half("TIFF"), DAMAGED),
    "gif_that_moves": (lambda: _frames("GIF"), UNSUPPORTED),
    "gif_of_a_dozen_frames": (lambda: _frames("GIF", 12), UNSUPPORTED),
    "png_that_moves": (lambda: _frames("PNG"), UNSUPPORTED),
    "webp_that_moves": (lambda: _frames("WEBP"), UNSUPPORTED),
    "avif_that_moves": (lambda: _frames("AVIF"), UNSUPPORTED),
    "tiff_of_two_pages": (lambda: _frames("TIFF"), UNSUPPORTED),
    "tiff_that_is_a_preview": (_tiff_reduced_preview, UNSUPPORTED),
    "floating_point_tiff": (lambda: samples.saved(Image.new("F", (8, 8)), "TIFF"), UNSUPPORTED),
    "colour_key_in_16_bits": (_png_with_16_bit_key, UNSUPPORTED),
    "jpeg_65000_squared": (lambda: _jpeg_header(65_000, 65_000), TOO_LARGE),
    "bmp_65000_squared": (lambda: _bmp_header(65_000, 65_000), TOO_LARGE),
    "png_1_bit_50000_squared": (lambda: _png_promising(50_000, 50_000, 1, 0), TOO_LARGE),
    "png_12000_squared": (lambda: _png_promising(12_000, 12_000), TOO_LARGE),
    "webp_16383_squared": (lambda: samples.lossless_webp_header(16_383, 16_383), TOO_LARGE),
    "too_long_a_side": (lambda: _png_promising(32_769, 1_700), TOO_LARGE),
    "a_thin_strip": (lambda: samples.saved(Image.new("RGB", (210, 10)), "PNG"), TOO_LARGE),
    "text_bomb": (lambda: _png_text_bomb(b"zTXt", b"a\0\0"), TOO_LARGE),
    "international_text_bomb": (lambda: _png_text_bomb(b"iTXt", b"a\0\1\0\0\0"), TOO_LARGE),
    "profile_bomb": (lambda: _png_text_bomb(b"iCCP", b"a\0\0"), TOO_LARGE),
    "many_text_bombs": (_many_text_bombs, TOO_LARGE),
    "scan_bomb": (lambda: samples.jpeg_with_scans(201), TOO_LARGE),
    "no_such_png_colour": (lambda: samples.png(bytes(14), 2, 2, colour=5), DAMAGED),
}
