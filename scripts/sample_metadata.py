"""The private things that the sample pictures carry, so that their absence can be shown.

Every name, number and place is invented, and none belongs to somebody in the
pictures' real lives.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

OWNER: Final = "Jordan Example-Owner"
"""Whose camera it was: the name that a camera writes into every picture."""

SERIAL: Final = "SN-4711-0815-77"
FULL_NAME: Final = "Quentin Hidden-Fullname"
"""The full name that face-region tags and text chunks hold."""

SCHOOL: Final = "Example School, Year 7"

XMP: Final = f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{SCHOOL}</rdf:li></rdf:Alt></dc:description>
<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>
<rdf:li mwg-rs:Type="Face" mwg-rs:Name="{FULL_NAME}"/>
</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()
"""Face regions as photo software writes them: the full name is inside the file."""

_BYTE, _ASCII, _SHORT, _LONG, _RATIONAL = 1, 2, 3, 4, 5
_VALUE_SIZE: Final = {_BYTE: 1, _ASCII: 1, _SHORT: 2, _LONG: 4, _RATIONAL: 8}
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_THUMBNAIL, _THUMBNAIL_BYTES = 0x0201, 0x0202
_INLINE: Final = 4
"""Values up to this many bytes stand in the directory itself."""

_TIFF_HEADER: Final = b"II*\x00\x08\x00\x00\x00"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One field of a directory; `data` is the value, little-endian."""

    tag: int
    kind: int
    data: bytes

    @property
    def count(self) -> int:
        return len(self.data) // _VALUE_SIZE[self.kind]


def exif(thumbnail: bytes = b"", orientation: int = 1) -> bytes:
    """Return an EXIF block, `Exif` header included, as a careless camera writes it.

    It tells the camera's owner and serial number, the time and the place, and
    holds `thumbnail` (a JPEG) if there is one.

    Args:
        thumbnail: bytes of a small JPEG, or none.
        orientation: 1 to 8, how the pixels must be turned to be upright.
    """
    start = len(_TIFF_HEADER)
    details_at = start + len(_directory(_main(orientation, 0, 0), start))
    details = _directory(_DETAILS, details_at)
    place_at = details_at + len(details)
    place = _directory(_PLACE, place_at)
    thumbnail_at = place_at + len(place)
    main = _directory(_main(orientation, details_at, place_at), start, thumbnail_at if thumbnail else 0)
    return b"Exif\x00\x00" + _TIFF_HEADER + main + details + place + _thumbnail(thumbnail, thumbnail_at)


def _main(orientation: int, details_at: int, place_at: int) -> list[_Entry]:
    return [
        _text(0x010F, "Example Camera Works"),
        _text(0x0110, "Gatekeeper Sample 1"),
        _Entry(0x0112, _SHORT, struct.pack("<H", orientation)),
        _text(0x0132, "2019:06:28 14:03:11"),
        _text(0x013B, OWNER),
        _Entry(_EXIF_IFD, _LONG, struct.pack("<I", details_at)),
        _Entry(_GPS_IFD, _LONG, struct.pack("<I", place_at)),
    ]


def _text(tag: int, text: str) -> _Entry:
    return _Entry(tag, _ASCII, text.encode() + b"\x00")


def _degrees(tag: int, *parts: int) -> _Entry:
    return _Entry(tag, _RATIONAL, b"".join(struct.pack("<II", part, 1) for part in parts))


_DETAILS: Final = (
    _text(0x9003, "2019:06:28 14:03:11"),
    _text(0xA430, OWNER),
    _text(0xA431, SERIAL),
)
_PLACE: Final = (  # The Royal Observatory in Greenwich, nobody's home.
    _Entry(0x0000, _BYTE, b"\x02\x03\x00\x00"),
    _text(0x0001, "N"),
    _degrees(0x0002, 51, 28, 40),
    _text(0x0003, "W"),
    _degrees(0x0004, 0, 0, 5),
)


def _thumbnail(data: bytes, at: int) -> bytes:
    if not data:
        return b""
    size = struct.pack("<I", len(data))
    entries = [_Entry(0x0103, _SHORT, struct.pack("<H", 6)), _Entry(_THUMBNAIL, _LONG, bytes(4))]
    length = len(_directory([*entries, _Entry(_THUMBNAIL_BYTES, _LONG, size)], at))
    entries[1] = _Entry(_THUMBNAIL, _LONG, struct.pack("<I", at + length))
    return _directory([*entries, _Entry(_THUMBNAIL_BYTES, _LONG, size)], at) + data


def _directory(entries: Sequence[_Entry], at: int, following: int = 0) -> bytes:
    """Return one directory with its longer values behind it; its length does not depend on the values."""
    values_at = at + 2 + 12 * len(entries) + 4
    fields, values = b"", b""
    for entry in entries:
        inline = entry.data.ljust(_INLINE, b"\x00")
        if len(entry.data) > _INLINE:
            inline = struct.pack("<I", values_at + len(values))
            values += entry.data + b"\x00" * (len(entry.data) % 2)
        fields += struct.pack("<HHI", entry.tag, entry.kind, entry.count) + inline
    return struct.pack("<H", len(entries)) + fields + struct.pack("<I", following) + values
