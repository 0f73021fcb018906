"""Files with a string planted wherever each format can hold one, made in code byte by byte.

`PLANTED` is the whole set. `spellings()` are the ways in which the string might
be written down again, to be searched in whatever is made of these files.
"""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import numpy as np
import pillow_heif
from PIL import ExifTags, Image, PngImagePlugin

from tests.support import samples
from tests.support.samples import jpeg_segment, png_chunk, quarters, saved, with_inserted

CANARY: Final = b"Wren-Hollow-4711"
TEXT: Final = CANARY.decode()
XMP: Final = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>' + CANARY + b"</dc:creator></x:xmpmeta>"
IPTC: Final = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x15\x1c\x02\x50\0\x10" + CANARY + b"\0"
TAGS: Final = {
    270: TEXT,
    271: TEXT,
    305: TEXT,
    315: TEXT,
    700: XMP,
    33432: TEXT,
    33723: CANARY,
    34377: IPTC,
    65000: TEXT,
}
BLACK: Final = Image.new("RGB", (96, 64), "black")

Make = Callable[[], bytes]


def spellings() -> list[bytes]:
    """The string as it might be written down in a file."""
    wide = [TEXT.encode("utf-16-le"), TEXT.encode("utf-16-be")]
    plain = [CANARY, CANARY.lower(), CANARY[::-1], *wide, CANARY.hex().encode()]
    return [*plain, *(base64.b64encode(bytes(shift) + CANARY)[4:-4] for shift in range(3)), zlib.compress(CANARY)[2:-4]]


def exif_block() -> bytes:
    """Description, artist, maker note, position and a thumbnail with a comment, all of them planted."""
    block = samples.exif(gps=True, text=TEXT)
    thumbnail = with_inserted(saved(quarters(16, 16), "JPEG"), 2, jpeg_segment(0xFE, CANARY))
    block.get_ifd(ExifTags.IFD.IFD1).update({0x0103: 6, 0x0201: thumbnail})
    return block.tobytes()


def profile() -> bytes:
    """A working profile in whose description the string stands."""
    made = samples.icc_profile()
    at = made.index(b"sRGB built-in") if b"sRGB built-in" in made else made.index("sRGB".encode("utf-16-be"))
    return made[:at] + CANARY[:12] + made[at + 12 :]


# --- JPEG ------------------------------------------------------------------------


def jpeg(*segments: tuple[int, bytes], tail: bytes = b"") -> bytes:
    """A JPEG with these segments behind its start."""
    made = b"".join(jpeg_segment(*segment) for segment in segments)
    return with_inserted(saved(quarters(), "JPEG"), 2, made) + tail


def _between(number: int, extra: bytes, *, progressive: bool = False) -> bytes:
    """A JPEG with something in front of its segment of that number, -1 being its end."""
    data = saved(quarters(), "JPEG", progressive=progressive)
    return with_inserted(data, samples.jpeg_boundaries(data)[number], extra)


def _jpeg_cut_below() -> bytes:
    """A JPEG whose header hides its lower half."""
    data = saved(quarters(), "JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + (32).to_bytes(2, "big") + data[at + 2 : -2] + CANARY + data[-2:]


def _mpo() -> bytes:
    second = Image.open(io.BytesIO(jpeg((0xFE, CANARY))))
    return saved(quarters(), "MPO", save_all=True, append_images=[second], exif=exif_block()) + CANARY


def _jumbf() -> bytes:
    box = b"\0\0\0\x20jumb\0\0\0\x18jumd" + CANARY
    return b"JP\0\1\0\0\0\1" + box


JPEG: Final[dict[str, Make]] = {
    **{f"jpeg_app{number}": partial(jpeg, (0xE0 + number, CANARY)) for number in range(16)},
    **{f"jpeg_junk_before_{n}": partial(_between, n, CANARY) for n in (0, 1, 3, 5, -1)},
    **{f"jpeg_comment_before_{n}": partial(_between, n, jpeg_segment(0xFE, CANARY)) for n in (0, 1, 3, 5, -1)},
    **{
        f"jpeg_comment_before_scan_{n}": partial(_between, -n, jpeg_segment(0xFE, CANARY), progressive=True)
        for n in range(2, 6)
    },
    "jpeg_comment": partial(jpeg, (0xFE, CANARY)),
    "jpeg_xmp": partial(jpeg, (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)),
    "jpeg_extended_xmp": partial(jpeg, (0xE1, b"http://ns.adobe.com/xmp/extension/\0" + bytes(40) + XMP)),
    "jpeg_iptc": partial(jpeg, (0xED, IPTC)),
    "jpeg_jfif_tail": partial(jpeg, (0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0" + CANARY)),
    "jpeg_jfif_extension": partial(jpeg, (0xE0, b"JFXX\0\x13\1\1" + CANARY)),
    "jpeg_flashpix": partial(jpeg, (0xE2, b"FPXR\0" + CANARY)),
    "jpeg_ducky": partial(jpeg, (0xEC, b"Ducky\0\1\0\4\0\0\0\x50" + CANARY)),
    "jpeg_adobe_tail": partial(jpeg, (0xEE, b"Adobe\0\x64\0\0\0\0\1" + CANARY)),
    "jpeg_content_credentials": partial(jpeg, (0xEB, _jumbf())),
    "jpeg_private_segments": partial(jpeg, *((marker, CANARY) for marker in range(0xE3, 0xF0))),
    "jpeg_unused_table": partial(jpeg, (0xDB, b"\3" + (CANARY * 4)[:64])),
    "jpeg_fill_bytes": partial(_between, 1, b"\xff" * 40 + CANARY),
    "jpeg_trailer": partial(jpeg, tail=CANARY),
    "jpeg_samsung_trailer": partial(jpeg, tail=b"\0\0\1\x0a" + CANARY + b"SEFHSEFT"),
    "jpeg_zip_behind": partial(jpeg, tail=b"PK\3\4" + bytes(26) + CANARY + b"PK\5\6" + bytes(18)),
    "jpeg_second_picture": lambda: jpeg(tail=jpeg((0xFE, CANARY))),
    "jpeg_rows_below_the_picture": _jpeg_cut_below,
    "jpeg_mpf_second_picture": _mpo,
}


# --- PNG -------------------------------------------------------------------------


def png(*chunks: tuple[bytes, bytes], tail: bytes = b"") -> bytes:
    """A PNG with these chunks behind its header."""
    made = b"".join(png_chunk(*chunk) for chunk in chunks)
    return with_inserted(saved(quarters(), "PNG"), 33, made) + tail


def png_text() -> bytes:
    """A PNG with text in every kind of chunk, also behind the pixels."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", TEXT)
    text.add_text("Comment", TEXT, zip=True)
    text.add_itxt("Title", TEXT, "en", TEXT)
    text.add_itxt("Caption", TEXT, "en", TEXT, zip=True)
    text.add(b"tEXt", b"Late\0" + CANARY, after_idat=True)
    return saved(quarters(), "PNG", pnginfo=text)


def hidden_rows() -> bytes:
    """A PNG with text in the colours under full transparency."""
    pixels = np.zeros((16, 16, 4), np.uint8)
    pixels[0, :6, :3] = np.frombuffer(CANARY + b"!!", np.uint8).reshape(6, 3)
    return saved(Image.fromarray(pixels), "PNG")


def least_bits() -> bytes:
    """A PNG whose least significant bits spell the string."""
    pixels = samples.pixels_of(samples.scene(64, 64)) & 0xFE
    bits = np.unpackbits(np.frombuffer(CANARY, np.uint8))
    pixels.reshape(-1)[: bits.size] |= bits
    return saved(Image.fromarray(pixels), "PNG")


def _png_around(rows: bytes, behind: bytes = b"", *, split: bool = False) -> bytes:
    """An 8 by 8 PNG of these rows, with something behind the stream inside its last chunk."""
    stream = zlib.compress(rows) + behind
    halves = [stream[:9], stream[9:]] if split else [stream]
    inside = png_chunk(b"prVt", CANARY).join(png_chunk(b"IDAT", half) for half in halves)
    return samples.png_header(8, 8) + inside + png_chunk(b"IEND", b"")


def _palette_with_unused_entries() -> bytes:
    image = Image.new("P", (32, 32), 0)
    image.putpalette([255, 0, 0, *CANARY, 0, 0])
    return saved(image, "PNG")


ROWS: Final = bytes(8 * (1 + 24))
PNG: Final[dict[str, Make]] = {
    "png_text": png_text,
    "png_xmp": partial(png, (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)),
    "png_raw_profile": partial(png, (b"tEXt", b"Raw profile type iptc\0\niptc\n16\n" + CANARY.hex().encode())),
    "png_exif_chunk": lambda: png((b"eXIf", exif_block()[6:])),
    "png_profile_name": lambda: png((b"iCCP", CANARY + b"\0\0" + zlib.compress(samples.icc_profile()))),
    "png_suggested_palette": partial(png, (b"sPLT", CANARY + b"\0\x08" + bytes(6))),
    "png_private_chunk": partial(png, (b"prVt", CANARY)),
    "png_signature_chunk": partial(png, (b"dSIG", CANARY)),
    "png_content_credentials": partial(png, (b"caBX", _jumbf())),
    "png_trailer": partial(png, tail=CANARY),
    "png_chunk_behind_the_end": lambda: png(tail=png_chunk(b"tEXt", b"Late\0" + CANARY)),
    "png_picture_behind_the_end": lambda: png(tail=png((b"prVt", CANARY))),
    "png_chunk_between_the_pixels": lambda: _png_around(ROWS, split=True),
    "png_behind_the_stream": lambda: _png_around(ROWS, CANARY),
    "png_more_rows_than_the_picture": lambda: _png_around(ROWS + CANARY * 4),
    "png_hidden_colours": hidden_rows,
    "png_least_bits": least_bits,
    "png_unused_palette": _palette_with_unused_entries,
}


# --- WebP ------------------------------------------------------------------------


def _webp(*chunks: tuple[bytes, bytes], tail: bytes = b"") -> bytes:
    """An extended WebP with these chunks behind its picture."""
    plain = saved(quarters(), "WEBP", lossless=True)
    features = struct.pack("<I", 0x2C) + (95).to_bytes(3, "little") + (63).to_bytes(3, "little")
    size = int.from_bytes(plain[16:20], "little")
    return samples.riff([(b"VP8X", features), (b"VP8L", plain[20 : 20 + size]), *chunks]) + tail


def _webp_hidden_colours() -> bytes:
    with Image.open(io.BytesIO(hidden_rows())) as image:
        return saved(image, "WEBP", lossless=True, exact=True)


WEBP: Final[dict[str, Make]] = {
    "webp_xmp": lambda: saved(quarters(), "WEBP", xmp=XMP),
    "webp_exif_chunk": lambda: _webp((b"EXIF", exif_block())),
    "webp_profile_chunk_behind": lambda: _webp((b"ICCP", profile())),
    "webp_unknown_chunk": partial(_webp, (b"prVt", CANARY)),
    "webp_second_picture_chunk": lambda: _webp((b"VP8L", saved(BLACK, "WEBP", lossless=True)[20:]), (b"prVt", CANARY)),
    "webp_odd_chunk": partial(_webp, (b"prVt", CANARY + b"!")),
    "webp_trailer": partial(_webp, tail=CANARY),
    "webp_hidden_colours": _webp_hidden_colours,
}


# --- HEIF and AVIF ---------------------------------------------------------------


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def _heif_tail(kind: str, box: bytes) -> bytes:
    return saved(quarters(), kind) + _box(box, b"0123456789abcdef" * (box == b"uuid") + CANARY)


def heic_with_more() -> bytes:
    """A HEIC with EXIF, XMP and a second picture."""
    file = pillow_heif.from_pillow(quarters())
    file.add_from_pillow(BLACK)
    buffer = io.BytesIO()
    file.save(buffer, exif=exif_block(), xmp=XMP)
    return buffer.getvalue()


def _handler_name(kind: str) -> bytes:
    """The name of the handler, at the beginning of `meta`, is free text."""
    data = saved(samples.scene(), kind)
    at = data.index(b"pict") + 4
    return data[:at] + CANARY[:12] + data[at + 12 :]


def _boxes() -> Iterator[tuple[str, Make]]:
    for kind in ("HEIF", "AVIF"):
        for box in (b"uuid", b"free", b"skip", b"udta", b"xml ", b"prVt"):
            yield f"{kind.lower()}_{box.decode().strip()}_box", partial(_heif_tail, kind, box)
        yield f"{kind.lower()}_trailer", lambda kind=kind: saved(quarters(), kind) + CANARY  # type: ignore[misc]
        yield f"{kind.lower()}_xmp", lambda kind=kind: saved(quarters(), kind, xmp=XMP)  # type: ignore[misc]
        yield f"{kind.lower()}_handler_name", partial(_handler_name, kind)


HEIF: Final[dict[str, Make]] = {**dict(_boxes()), "heic_with_more": heic_with_more}


# --- GIF, TIFF, BMP --------------------------------------------------------------


def _gif(extension: bytes, tail: bytes = b"") -> bytes:
    """A GIF with an extension in front of its picture."""
    data = saved(quarters(), "GIF")
    at = data.index(b",", 13 + 3 * (2 << (data[10] & 7)))
    return with_inserted(data, at, extension) + tail


def _blocks(content: bytes) -> bytes:
    return bytes([len(content)]) + content + b"\0"


def _tiff(tail: bytes = b"", **options: object) -> bytes:
    return saved(quarters(), "TIFF", **options) + tail


def _tiff_with_slack() -> bytes:
    """A TIFF with something between its header and everything else, and all offsets moved on."""
    data = saved(quarters(), "TIFF", compression=None)
    directory = struct.unpack_from("<I", data, 4)[0]
    moved = bytearray(data[:8] + CANARY + data[8:])
    struct.pack_into("<I", moved, 4, directory + 16)
    for entry in range(struct.unpack_from("<H", data, directory)[0]):
        at = directory + 16 + 2 + 12 * entry
        tag, kind, count, value = struct.unpack_from("<HHII", moved, at)
        width = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8}[kind]
        if tag == 273 or width * count > 4:
            struct.pack_into("<I", moved, at + 8, value + 16)
    return bytes(moved)


def _tiff_with_subdirectory() -> bytes:
    block = samples.exif(gps=True, text=TEXT)
    return saved(quarters(), "TIFF", exif=block, tiffinfo=TAGS)


def _bmp_with_gap() -> bytes:
    """A BMP whose pixels begin later than they could."""
    data = saved(quarters(), "BMP")
    start = struct.unpack_from("<I", data, 10)[0]
    return data[:10] + struct.pack("<I", start + len(CANARY)) + data[14:start] + CANARY + data[start:]


def _bmp_with_profile() -> bytes:
    """A BMP of version 5 with a profile behind its pixels."""
    data = saved(quarters(), "BMP")
    header, pixels = data[14:54], data[54:]
    offset = 124 + len(pixels)
    five = (
        struct.pack("<I", 124) + header[4:] + bytes(16) + b"DEBM" + bytes(52) + struct.pack("<IIII", 4, offset, 16, 0)
    )
    return b"BM" + struct.pack("<IHHI", 138 + len(pixels) + 16, 0, 0, 138) + five[:124] + pixels + CANARY


def _bmp_row_padding() -> bytes:
    """A BMP in whose rows' padding the string stands, a few bytes a row."""
    data = bytearray(saved(quarters(33, 24), "BMP"))
    for row in range(16):
        data[54 + row * 100 + 99] = CANARY[row]
    return bytes(data)


OTHERS: Final[dict[str, Make]] = {
    "gif_comment": lambda: saved(quarters(), "GIF", comment=CANARY),
    "gif_xmp": partial(_gif, b"!\xff\x0bXMP DataXMP" + _blocks(XMP)),
    "gif_application": partial(_gif, b"!\xff\x0bPRIVATE 1.0" + _blocks(CANARY)),
    "gif_plain_text": partial(_gif, b"!\x01\x0c" + bytes(12) + _blocks(CANARY)),
    "gif_unknown_extension": partial(_gif, b"!\xab" + _blocks(CANARY)),
    "gif_trailer": partial(_gif, b"", CANARY),
    "tiff_tags": lambda: _tiff(tiffinfo=TAGS),
    "tiff_subdirectories": _tiff_with_subdirectory,
    "tiff_trailer": partial(_tiff, CANARY),
    "tiff_slack": _tiff_with_slack,
    "bmp_gap": _bmp_with_gap,
    "bmp_profile": _bmp_with_profile,
    "bmp_trailer": lambda: saved(quarters(), "BMP") + CANARY,
    "bmp_row_padding": _bmp_row_padding,
    "bmp_reserved_fields": lambda: b"BM" + saved(quarters(), "BMP")[2:6] + CANARY[:4] + saved(quarters(), "BMP")[10:],
}


# --- all formats alike -----------------------------------------------------------


def _second_frame(kind: str) -> bytes:
    """A second frame that says who it is, with the string beside it where the format has a place."""
    more = {"save_all": True, "append_images": [quarters(96, 64).rotate(90, expand=False)]}
    return saved(BLACK, kind, **more) + CANARY


COMMON: Final[dict[str, Make]] = {
    **{
        f"exif_in_{kind.lower()}": lambda kind=kind: saved(quarters(), kind, exif=exif_block())  # type: ignore[misc]
        for kind in ("JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF")
    },
    **{
        f"profile_in_{kind.lower()}": lambda kind=kind: saved(quarters(), kind, icc_profile=profile())  # type: ignore[misc]
        for kind in ("JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF")
    },
    **{f"second_frame_in_{kind.lower()}": partial(_second_frame, kind) for kind in ("PNG", "WEBP", "GIF", "TIFF")},
}

PLANTED: Final[dict[str, Make]] = {**COMMON, **JPEG, **PNG, **WEBP, **HEIF, **OTHERS}
"""Every file of the set, by a name that says where the string is."""
