"""What the fields of the metadata standards tell about people: from field names to words.

Sources: Exif 3.0 and TIFF 6.0 (tag numbers), XMP specification parts 1 and 2,
IPTC IIM 4.2 (data sets), MWG guidelines 2.0 and the Microsoft Photo and PLUS
schemas (names of people), ICC.1:2022 (profile tags), Adobe's image resources.
Only the presence of a field with something in it is looked at. Standard library
only, because the worker imports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_EXIF: Final[Mapping[str, frozenset[int]]] = {
    "camera": frozenset({271, 272, 316, 50708}),
    "lens": frozenset({42034, 42035, 42036}),
    "serial_number": frozenset({42033, 42037, 42016, 50735, 50827}),
    "owner": frozenset({315, 33432, 42032, 40093, 42038, 42039, 42040}),
    "caption": frozenset({270, 37510, 40091, 40092, 40095}),
    "keywords": frozenset({40094, 18246}),
    "software": frozenset({11, 305, 42041, 42042, 42043}),
    "time": frozenset({306, 36867, 36868, 36880, 36881, 36882, 37520, 37521, 37522}),
    "edit_history": frozenset({37724, 50341}),
    "maker_note": frozenset({37500}),
}

# By local name, since writers choose prefixes as they like.
_XMP: Final[Mapping[str, bytes]] = {
    "camera": rb"Make|Model|CameraModelName|UniqueCameraModel",
    "lens": rb"Lens|LensModel|LensMake|LensInfo|LensID",
    "serial_number": rb"SerialNumber|BodySerialNumber|LensSerialNumber|ImageUniqueID",
    "owner": rb"creator|rights|Credit|Copyright|OwnerName|CameraOwnerName|AuthorsPosition|CreatorContactInfo|Artist"
    rb"|CopyrightOwner|Licensor|ImageCreator|WebStatement|UsageTerms|Source|MetadataEditor",
    "caption": rb"description|title|Headline|Instructions|CaptionWriter|UserComment|AltTextAccessibility|ExtDescr"
    rb"|ExtDescrAccessibility|Event",
    "keywords": rb"subject|hierarchicalSubject|Keywords|TagsList|LastKeywordXMP|CatalogSets|SupplementalCategories",
    "location": rb"Location|City|State|Country|CountryCode|Sublocation|LocationShown|LocationCreated|ProvinceState",
    "face_names": rb"RegionInfo|RegionList|Regions|PersonDisplayName|PersonInImage|PersonInImageWDetails|faceName",
    "edit_history": rb"History|DerivedFrom|DocumentAncestors|Ingredients|Pantry|OriginalDocumentID|RawFileName"
    rb"|HasSettings|HasCrop|AlreadyApplied",
    "software": rb"CreatorTool|Software|softwareAgent|Toolkit",
    "time": rb"CreateDate|ModifyDate|MetadataDate|DateCreated|DateTimeOriginal|DateTimeDigitized|DateTime",
    "motion_video": rb"MotionPhoto|MicroVideo|MicroVideoOffset|MotionPhotoPresentationTimestampUs",
    "further_pictures": rb"GainMapMin|GDepth|DepthMap|HDRGainMapVersion|GImage|Thumbnails",
    "c2pa": rb"provenance",
}
_XMP_NAMES: Final = re.compile(
    rb"[\w-]:(?:" + b"|".join(b"(?P<%s>%s)" % (word.encode(), names) for word, names in _XMP.items()) + rb")(?![\w-])"
)

_IPTC: Final[Mapping[str, frozenset[int]]] = {
    "caption": frozenset({5, 40, 105, 120, 122}),
    "keywords": frozenset({15, 20, 25}),
    "owner": frozenset({80, 85, 110, 115, 116, 118}),
    "location": frozenset({26, 27, 90, 92, 95, 100, 101}),
    "time": frozenset({30, 35, 55, 60, 62, 63}),
    "software": frozenset({65, 70}),
}
_RESOURCES: Final[Mapping[int, str]] = {
    0x0404: "iptc",
    0x0409: "thumbnail",
    0x040C: "thumbnail",
    0x040F: "icc_profile",
    0x0422: "exif",
    0x0424: "xmp",
    0x03F9: "edit_history",
    0x0421: "software",
}
"""Numbers of Photoshop's image resources."""
_IPTC_RESOURCE: Final = 0x0404
_DATA_SET: Final = 0x1C
_APPLICATION_RECORD: Final = 2

_PNG_KEYWORDS: Final[Mapping[bytes, str]] = {
    b"author": "owner",
    b"copyright": "owner",
    b"artist": "owner",
    b"title": "caption",
    b"description": "caption",
    b"comment": "caption",
    b"software": "software",
    b"source": "camera",
    b"creation time": "time",
    b"date:create": "time",
    b"date:modify": "time",
    b"raw profile type exif": "exif",
    b"raw profile type app1": "exif",
    b"raw profile type iptc": "iptc",
    b"raw profile type xmp": "xmp",
    b"raw profile type icc": "icc_profile",
    b"raw profile type icm": "icc_profile",
}
_DEVICE_TAGS: Final = frozenset({b"dmnd", b"dmdd", b"mmod", b"vcgt", b"meta", b"targ", b"MSCT"})
_STANDARD_TEXT: Final = b"IEC http"
"""The maker in the sRGB profile that is shipped everywhere."""
_PROFILE_HEADER, _PROFILE_ENTRY = 128, 12
_MOST_PROFILE_TAGS: Final = 100


def of_exif(tags: Mapping[int, object]) -> Iterator[str]:
    """The words for tags that have something in them."""
    said = {tag for tag, value in tags.items() if _says_something(value)}
    yield from (word for word, wanted in _EXIF.items() if said & wanted)


def of_xmp(packets: bytes) -> set[str]:
    """The words for the properties in XMP, of any writer."""
    return {match.lastgroup for match in _XMP_NAMES.finditer(packets) if match.lastgroup}


def of_iptc(datasets: bytes) -> Iterator[str]:
    """The words for the data sets of an IIM record."""
    numbers = set()
    position = 0
    while position + 5 <= len(datasets) and datasets[position] == _DATA_SET:
        length = int.from_bytes(datasets[position + 3 : position + 5], "big")
        if datasets[position + 1] == _APPLICATION_RECORD and length:
            numbers.add(datasets[position + 2])
        position += 5 + length
    yield from (word for word, wanted in _IPTC.items() if numbers & wanted)


def of_photoshop(resources: bytes) -> Iterator[str]:
    """The words for Photoshop's image resources, IPTC among them."""
    for number, content in _resources(resources):
        if number in _RESOURCES:
            yield _RESOURCES[number]
        if number == _IPTC_RESOURCE:
            yield from of_iptc(content)


def of_png_text(start: bytes) -> Iterator[str]:
    """The words for a text chunk that begins so."""
    word = _PNG_KEYWORDS.get(start.partition(b"\x00")[0].lower())
    if word is not None:
        yield word


def of_profile(profile: bytes) -> Iterator[str]:
    """The word for a colour profile that names a device."""
    count = int.from_bytes(profile[_PROFILE_HEADER : _PROFILE_HEADER + 4], "big")
    for entry in range(min(count, _MOST_PROFILE_TAGS)):
        at = _PROFILE_HEADER + 4 + _PROFILE_ENTRY * entry
        kind, where, size = profile[at : at + 4], profile[at + 4 : at + 8], profile[at + 8 : at + 12]
        if kind in _DEVICE_TAGS:
            start = int.from_bytes(where, "big")
            if _STANDARD_TEXT not in profile[start : start + int.from_bytes(size, "big")]:
                yield "device_profile"
                return


def _says_something(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip(" \x00"))
    if isinstance(value, bytes):
        return bool(value.removeprefix(b"ASCII\x00\x00\x00").removeprefix(b"UNICODE\x00").strip(b" \x00"))
    return value is not None and value != ()


def _resources(block: bytes) -> Iterable[tuple[int, bytes]]:
    """Number and content of each resource, as far as they can be read."""
    position = block.find(b"8BIM")
    while position >= 0 and block[position : position + 4] == b"8BIM":
        number = int.from_bytes(block[position + 4 : position + 6], "big")
        name = block[position + 6] if position + 6 < len(block) else 0
        at = position + 6 + name + 1 + (name + 1) % 2
        length = int.from_bytes(block[at : at + 4], "big")
        yield number, block[at + 4 : at + 4 + length]
        position = at + 4 + length + length % 2
