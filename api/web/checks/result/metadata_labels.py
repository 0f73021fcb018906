"""Plain words for what an upload carried besides its pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatekeeper.types import MetadataReport

POSITION: Final = "The place where it was taken (GPS)"

_ABOUT: Final[Mapping[str, str]] = {
    "location": "Names of the place: a town or an address",
    "face_names": "Names of people, tied to their faces",
    "owner": "The owner's or photographer's name, or the copyright holder",
    "serial_number": "The serial number of the camera",
    "time": "The date and time",
    "caption": "A caption, title or description, which can hold names",
    "keywords": "Keywords, which can hold names",
    "camera": "The make and model of the camera or phone",
    "lens": "The lens",
    "software": "The program that it was edited or saved with",
    "edit_history": "Its editing history",
    "thumbnail": "A small hidden copy, which may show what was cropped away",
    "further_pictures": "Further pictures hidden in the file",
    "motion_video": "A short video with sound behind the photo",
    "c2pa": "Content Credentials: who made it, and with what",
    "maker_note": "The camera maker's own notes",
    "comment": "A comment inside the file",
    "text_chunk": "Text inside the file",
    "device_profile": "The name of a device in its colour profile",
    "icc_profile": "A colour profile; the colours were converted",
    "trailing_data": "Data after the end of the picture",
    "private_data": "Data that only one program understands",
    "photoshop": "Photoshop's own data",
    "xmp": "Editing notes (XMP)",
    "iptc": "Press fields (IPTC)",
    "exif": "Camera details (EXIF)",
}
"""Each word of a report, what tells most about people first."""


def found_in(report: MetadataReport) -> tuple[str, ...]:
    """Return one phrase for each kind of thing that was found, the place first."""
    lines = [POSITION] if report.gps else []
    for carrier in sorted(report.carriers, key=lambda word: _ORDER.get(word, len(_ORDER))):
        more = f": {report.exif_tags} entries" if carrier == "exif" and report.exif_tags > 1 else ""
        # A check of another release may have a word that this one does not know.
        lines.append(f"{_ABOUT.get(carrier, carrier.replace('_', ' ').capitalize())}{more}")
    return tuple(lines)


_ORDER: Final[Mapping[str, int]] = {carrier: place for place, carrier in enumerate(_ABOUT)}
