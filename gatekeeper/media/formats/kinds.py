"""Formats that the gate does not open: their names for people, by magic bytes.

Only for the sentence of a refusal; nothing is let in by it.
"""

from __future__ import annotations

import re
from typing import Final

_LOOK: Final = 65_536
"""Bytes in which names of makers and inner files are searched."""
_HEAD: Final = 1024
_STARTS: Final = (
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript or EPS drawing"),
    (b"\xc5\xd0\xd3\xc6", "an EPS drawing"),
    (b"8BPS", "a Photoshop document (PSD)"),
    (b"FUJIFILMCCD-RAW", "a camera raw file (Fujifilm RAF)"),
    (b"IIRO", "a camera raw file (Olympus ORF)"),
    (b"IIRS", "a camera raw file (Olympus ORF)"),
    (b"MMOR", "a camera raw file (Olympus ORF)"),
    (b"IIU\x00", "a camera raw file (Panasonic RW2)"),
    (b"FOVb", "a camera raw file (Sigma X3F)"),
    (b"\x00MRM", "a camera raw file (Minolta MRW)"),
    (b"II\xbc\x01", "a JPEG XR picture"),
    (b"II+\x00", "a BigTIFF picture"),
    (b"MM\x00+", "a BigTIFF picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\x00\x00\x01\x00", "an icon (ICO)"),
    (b"gimp xcf", "a GIMP document (XCF)"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (b"#?RADIANCE", "a Radiance HDR picture"),
    (b"SIMPLE  =", "a FITS picture"),
    (b"AT&TFORM", "a DjVu document"),
    (b"\x8aMNG", "a moving picture (MNG)"),
    (b"\xd7\xcd\xc6\x9a", "a Windows metafile (WMF)"),
    (b"ID3", "a sound file (MP3)"),
    (b"OggS", "a sound or video file (Ogg)"),
    (b"fLaC", "a sound file (FLAC)"),
    (b"\x1a\x45\xdf\xa3", "a video (Matroska or WebM)"),
    (b"FLV\x01", "a video (FLV)"),
    (b"\x00\x00\x01\xba", "a video (MPEG)"),
    (b"\x00\x00\x01\xb3", "a video (MPEG)"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a video (WMV)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older Office document"),
    (b"Rar!\x1a\x07", "an archive (RAR)"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"bplist00", "a settings file of Apple"),
)
_ZIP: Final = b"PK\x03\x04"
_INSIDE_ZIP: Final = (
    (b"word/", "a Word document (DOCX)"),
    (b"ppt/", "a PowerPoint document (PPTX)"),
    (b"xl/", "an Excel workbook (XLSX)"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file"),
    (b"mimetypeimage/openraster", "a painting document (ORA)"),
    (b"mimetypeapplication/x-krita", "a Krita document"),
    (b"Index/Document.iwa", "a Pages, Numbers or Keynote document"),
)
_RIFF: Final = {b"AVI ": "a video (AVI)", b"WAVE": "a sound file (WAV)"}
_BRANDS: Final = (
    (b"qt  ", "a video (MOV)"),
    (b"crx ", "a camera raw file (Canon CR3)"),
    (b"hevc", "a moving HEIF picture"),
    (b"hevx", "a moving HEIF picture"),
    (b"msf1", "a moving HEIF picture"),
    (b"M4A ", "a sound file (M4A)"),
    (b"3gp", "a video (3GP)"),
)
_OLD_MOVIE: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip"})
_TIFF: Final = (b"II*\x00", b"MM\x00*")
_RAW_MAKERS: Final = ((b"NIKON", "Nikon NEF"), (b"SONY", "Sony ARW"), (b"PENTAX", "Pentax PEF"), (b"SAMSUNG", "SRW"))
_MARKUP: Final = (
    (re.compile(rb"<svg[\s>]", re.IGNORECASE), "an SVG drawing"),
    (
        re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE),
        "a web page (HTML)",
    ),
    (
        re.compile(rb"<plist|<!doctype\s+plist", re.IGNORECASE),
        "a settings file (AAE) beside a photo",
    ),
    (re.compile(rb"<x:xmpmeta|<\?xpacket"), "a file of editing notes (XMP) beside a photo"),
    (re.compile(rb"^\s*<\?xml"), "an XML file"),
)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


def kind(data: bytes) -> str | None:
    """What the file is, with its article; None if its first bytes say nothing known."""
    return next((name for start, name in _STARTS if data.startswith(start)), None) or _container(data)


def _container(data: bytes) -> str | None:
    if data.startswith(_ZIP):
        return _first(_INSIDE_ZIP, data[:_LOOK]) or "an archive (ZIP) or an Office document"
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12])
    if data.startswith(_TIFF):
        return raw_kind(data)
    return _moving(data) or _text_kind(data[:_HEAD])


def _moving(data: bytes) -> str | None:
    if data[4:8] == b"ftyp":
        return next((name for brand, name in _BRANDS if data[8:12].startswith(brand)), "a video (MP4)")
    return "a video (MOV)" if data[4:8] in _OLD_MOVIE else None


def raw_kind(data: bytes) -> str:
    """The name of a camera raw file that is built like a TIFF."""
    if data[8:10] == b"CR":
        return "a camera raw file (Canon CR2)"
    found = next((name for maker, name in _RAW_MAKERS if maker in data[:_LOOK]), None)
    return f"a camera raw file ({found})" if found else "a camera raw file (such as DNG, NEF or ARW)"


def _first(marks: tuple[tuple[bytes, str], ...], data: bytes) -> str | None:
    return next((name for mark, name in marks if mark in data), None)


def _text_kind(head: bytes) -> str | None:
    for pattern, name in _MARKUP:
        if pattern.search(head):
            return name
    return "a text file" if head and not _CONTROL.search(head) else None
