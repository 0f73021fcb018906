"""Content sniffing: the format of a file by its magic bytes, before any decoder sees it.

An allow-list: what is not recognised here is refused. A file's name and the
type that a browser gave it are never asked.
"""

from __future__ import annotations

from typing import Final

from gatekeeper.types.formats import Format

_BMP_HEADERS: Final = frozenset({12, 40, 52, 56, 64, 108, 124})
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis"})
_MAJOR_BRANDS: Final = _HEIC_BRANDS | {b"avif", b"avis", b"mif1"}
_MOST_BRANDS: Final = 32


def sniff(data: bytes) -> Format | None:
    """The format that the first bytes announce, or None if it is not one that the gate opens.

    Moving pictures of HEIF (major brands `hevc`, `msf1`), whose first picture
    only a film player can show, and camera raw files that only dress up as
    TIFF are None as well.
    """
    if data[8:10] == b"CR" and data[:4] == b"II*\x00":
        return None  # Canon raw: the TIFF picture inside is a mere preview
    for format_ in Format:
        if format_.starts and data.startswith(format_.starts):
            return format_
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Format.WEBP
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADERS:
        return Format.BMP
    return _heif_family(data)


def _heif_family(data: bytes) -> Format | None:
    """HEIF or AVIF by the brands of the leading `ftyp` box (ISO/IEC 23008-12, annex B)."""
    if data[4:8] != b"ftyp" or data[8:12] not in _MAJOR_BRANDS:
        return None
    end = min(int.from_bytes(data[:4], "big"), len(data), 16 + 4 * _MOST_BRANDS)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, end, 4))}
    if brands & _HEIC_BRANDS:
        return Format.HEIF
    return Format.AVIF if b"avif" in brands else None
