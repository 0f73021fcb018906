"""Name what an upload carried besides its pixels: kinds and counts, never contents.

Runs in the worker process. Best effort: it informs people ("this photo said
where it was taken") and nothing depends on it, because nothing but pixels goes
on from here. A file whose metadata cannot be read is still a picture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from PIL import ExifTags, Image

from gatekeeper.media.formats import metadata_labels, segments
from gatekeeper.media.wire import MOST_TAGS, Found

_GPS_IN_XMP: Final = re.compile(rb"exif:GPS(Latitude|Longitude)")
_THUMBNAIL: Final = 0x0201
_SUBDIRECTORIES: Final = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.Interop)
_POINTERS: Final = frozenset(int(each) for each in _SUBDIRECTORIES)
_APP1: Final = 0xE1
_XMP_TAG, _IPTC_TAG, _PHOTOSHOP_TAG, _ICC_TAG, _C2PA_TAG = 700, 33723, 34377, 34675, 52545
# Tags that a TIFF needs to show its pixels (TIFF 6.0, baseline and extensions).
_STRUCTURE: Final = frozenset(
    {254, 255, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 282, 283, 284, 296, 317, 320}
    | {322, 323, 324, 325, 332, 338, 339, 347, 530, 531, 532}
)
_TIFF_TAGS: Final = {
    _XMP_TAG: "xmp",
    _IPTC_TAG: "iptc",
    _PHOTOSHOP_TAG: "photoshop",
    _ICC_TAG: "icc_profile",
    _C2PA_TAG: "c2pa",
}
_INFO: Final = {
    "exif": "exif",
    "xmp": "xmp",
    "XML:com.adobe.xmp": "xmp",
    "icc_profile": "icc_profile",
    "comment": "comment",
}
_PNG_CHUNKS: Final = {b"eXIf": "exif", b"iCCP": "icc_profile", b"tIME": "time", b"caBX": "c2pa"}
_PNG_PICTURE: Final = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB sBIT bKGD pHYs hIST cICP mDCV cLLI".split())
_PNG_TEXT: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_WEBP_CHUNKS: Final = {b"EXIF": "exif", b"XMP ": "xmp", b"ICCP": "icc_profile", b"C2PA": "c2pa"}
_WEBP_PICTURE: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})
_HEIF_MARKS: Final = {
    b"thmb": "thumbnail",
    b"auxl": "further_pictures",
    b"c2pa": "c2pa",
    bytes.fromhex("d8fec3d61b0e483c92975828877ec481"): "c2pa",
}
_MOTION_BOX: Final = b"mpvd"
_JPEG_XMP: Final = (b"http://ns.adobe.com/xap/1.0/\x00", b"http://ns.adobe.com/xmp/extension/\x00")
_VIDEO: Final = (b"ftypmp4", b"ftypisom", b"ftypqt", b"ftypavc1", b"MotionPhoto_Data")
_PICTURE: Final = b"\xff\xd8\xff"
# Marker code, first bytes of the payload, word; the first that fits counts.
_JPEG_SEGMENTS: Final = (
    (0xE0, b"JFIF\x00", None),
    (0xE0, b"JFXX\x00", "thumbnail"),
    (0xE1, b"Exif\x00", "exif"),
    (0xE1, b"http://ns.adobe.com/x", "xmp"),
    (0xE2, b"ICC_PROFILE\x00", "icc_profile"),
    (0xE2, b"MPF\x00", "further_pictures"),
    (0xEB, b"JP", "c2pa"),
    (0xED, b"Photoshop 3.0\x00", "photoshop"),
    (0xEE, b"Adobe", None),
    (0xFE, b"", "comment"),
)
_CARRYING: Final = frozenset({*range(0xE0, 0xF0), 0xFE})


def examine(image: Image.Image, data: bytes, decoder: str, *, turned: bool) -> Found:
    """What is there, as far as it can be told.

    Args:
        image: the opened and loaded picture.
        data: the whole file.
        decoder: Pillow's name of the format.
        turned: whether the pixels had to be turned upright.
    """
    words = {word for key, word in _INFO.items() if image.info.get(key)}
    xmp, gps, tags = b"", False, 0
    with suppress(Exception):
        words.update(_READERS[decoder](image, data))
    with suppress(Exception):
        words.update(metadata_labels.of_profile(_bytes(image.info.get("icc_profile"))))
    with suppress(Exception):
        xmp = _xmp(image, data, decoder)
        words.update(metadata_labels.of_xmp(xmp))
    with suppress(Exception):
        gps, tags, more = _exif(image)
        words |= more
    return Found(gps or bool(_GPS_IN_XMP.search(xmp)), min(tags, MOST_TAGS), frozenset(words), turned)


def _bytes(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return value if isinstance(value, bytes) else b""


def _xmp(image: Image.Image, data: bytes, decoder: str) -> bytes:
    """All XMP of the file, one packet after the other."""
    if decoder == "JPEG":
        payloads = (payload for code, payload, _ in segments.jpeg_segments(data) if code == _APP1)
        return b"".join(payload for payload in payloads if payload.startswith(_JPEG_XMP))
    in_tag = image.getexif().get(_XMP_TAG) if decoder == "TIFF" else None
    return b"".join(_bytes(image.info.get(key)) for key in ("xmp", "XML:com.adobe.xmp")) + _bytes(in_tag)


def _exif(image: Image.Image) -> tuple[bool, int, set[str]]:
    """GPS there or not, the number of tags, and the words that the tags stand for."""
    exif = image.getexif()
    gps, interop, details = (
        exif.get_ifd(key) for key in (ExifTags.IFD.GPSInfo, ExifTags.IFD.Interop, ExifTags.IFD.Exif)
    )
    own = set(exif) - _STRUCTURE - _POINTERS - set(_TIFF_TAGS)
    tags = len(own) + len(gps) + len(interop) + len(details)
    words = {word for tag, word in _TIFF_TAGS.items() if tag in exif}
    if tags:
        words.add("exif")
    words.update(metadata_labels.of_exif({**exif, **details}))
    if _THUMBNAIL in exif.get_ifd(ExifTags.IFD.IFD1):
        words.add("thumbnail")
    return bool(gps), tags, words


def _jpeg(_: Image.Image, data: bytes) -> Iterator[str]:
    end = len(data)
    for code, payload, behind in segments.jpeg_segments(data):
        end = behind
        if code in _CARRYING:
            fits = (word for mark, start, word in _JPEG_SEGMENTS if mark == code and payload.startswith(start))
            word = next(fits, "private_data")
            if word is not None:
                yield word
            if word == "photoshop":
                yield from metadata_labels.of_photoshop(payload)
    yield from _behind(data, end)


def _behind(data: bytes, end: int) -> Iterator[str]:
    """What follows the end of a picture: perhaps another one, or a film."""
    if end < len(data):
        yield "trailing_data"
        if data.find(_PICTURE, end) >= 0:
            yield "further_pictures"
        if any(data.find(mark, end) >= 0 for mark in _VIDEO):
            yield "motion_video"


def _png(_: Image.Image, data: bytes) -> Iterator[str]:
    end = len(data)
    for kind, start, behind in segments.png_chunks(data):
        end = behind
        if kind in _PNG_TEXT:
            yield "xmp" if start.startswith(b"XML:com.adobe.xmp\x00") else "text_chunk"
            yield from metadata_labels.of_png_text(start)
        elif kind not in _PNG_PICTURE:
            yield _PNG_CHUNKS.get(kind, "private_data")
    if end < len(data):
        yield "trailing_data"


def _webp(_: Image.Image, data: bytes) -> Iterator[str]:
    for kind in segments.riff_chunks(data):
        if kind not in _WEBP_PICTURE:
            yield _WEBP_CHUNKS.get(kind, "private_data")
    if 8 + int.from_bytes(data[4:8], "little") < len(data):
        yield "trailing_data"


def _heif(image: Image.Image, data: bytes) -> Iterator[str]:
    end = 0
    for kind, start, end in segments.boxes(data):
        if kind == _MOTION_BOX:
            yield "motion_video"
        elif kind != b"mdat":
            yield from (word for mark, word in _HEIF_MARKS.items() if data.find(mark, start, end) >= 0)
    yield from _behind(data, end)
    if getattr(image, "n_frames", 1) > 1:
        yield "further_pictures"


def _bmp(_: Image.Image, data: bytes) -> Iterator[str]:
    if int.from_bytes(data[2:6], "little") < len(data):
        yield "trailing_data"


def _gif(_: Image.Image, data: bytes) -> Iterator[str]:
    if not data.endswith(b";"):
        yield "trailing_data"


def _tiff(image: Image.Image, _: bytes) -> Iterator[str]:
    tags = image.getexif()
    yield from (word for tag, word in _TIFF_TAGS.items() if tag in tags)
    yield from metadata_labels.of_iptc(_bytes(tags.get(_IPTC_TAG)))
    yield from metadata_labels.of_photoshop(_bytes(tags.get(_PHOTOSHOP_TAG)))


_READERS: Final[dict[str, Callable[[Image.Image, bytes], Iterator[str]]]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "WEBP": _webp,
    "HEIF": _heif,
    "AVIF": _heif,
    "BMP": _bmp,
    "GIF": _gif,
    "TIFF": _tiff,
}
