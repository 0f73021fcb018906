"""What the uploader is told about the metadata that the photo came with."""

import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from gatekeeper.media.open import Opener
from gatekeeper.media.wire import CARRIERS
from gatekeeper.types import MetadataReport
from tests.support import samples

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>51,30N</exif:GPSLatitude></x:xmpmeta>'


def _report(opener: Opener, data: bytes) -> MetadataReport:
    return opener.open(data).metadata


def _jpeg(*segments: bytes, tail: bytes = b"") -> bytes:
    return samples.with_inserted(samples.saved(samples.quarters(), "JPEG"), 2, b"".join(segments)) + tail


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF"])
def test_gps_and_tags_are_found_in_every_format(opener: Opener, kind: str) -> None:
    """A place in EXIF is noticed, its tags are counted, and the maker's note has a word."""
    block = samples.exif(gps=True, text="somebody")
    report = _report(opener, samples.saved(samples.quarters(), kind, exif=block.tobytes()))
    assert report.gps
    assert report.exif_tags == 7
    assert {"exif", "maker_note"} <= set(report.carriers)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "TIFF", "BMP"])
def test_a_plain_picture_carries_nothing(opener: Opener, kind: str) -> None:
    """No format's necessary parts are taken for metadata."""
    assert _report(opener, samples.saved(samples.quarters(), kind)) == MetadataReport()


JPEG_SEGMENTS = {
    "comment": (0xFE, b"hello"),
    "xmp": (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
    "icc_profile": (0xE2, b"ICC_PROFILE\0\1\1" + samples.icc_profile()),
    "photoshop": (0xED, b"Photoshop 3.0\x008BIM\x04\x05\0\0\0\0\0\0"),
    "iptc": (0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\0"),
    "c2pa": (0xEB, b"JP\0\1\0\0\0\1jumb"),
    "thumbnail": (0xE0, b"JFXX\0\x13\1\1\0\0\0"),
    "further_pictures": (0xE2, b"MPF\0MM\0*"),
    "private_data": (0xE7, b"a maker's own"),
}


@pytest.mark.parametrize("word", JPEG_SEGMENTS)
def test_each_jpeg_segment_has_its_word(opener: Opener, word: str) -> None:
    """Every kind of application segment and the comment are told apart."""
    assert word in _report(opener, _jpeg(samples.jpeg_segment(*JPEG_SEGMENTS[word]))).carriers


def test_a_place_in_xmp_counts_as_gps(opener: Opener) -> None:
    """The place may be written in XMP instead of EXIF."""
    assert _report(opener, _jpeg(samples.jpeg_segment(*JPEG_SEGMENTS["xmp"]))).gps


@pytest.mark.parametrize(
    ("word", "kind", "content"),
    [
        ("text_chunk", b"tEXt", b"Anything\0somebody"),
        ("text_chunk", b"iTXt", b"Anything\0\0\0\0\0somebody"),
        ("xmp", b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
        ("time", b"tIME", struct.pack(">HBBBBB", 2026, 1, 2, 3, 4, 5)),
        ("icc_profile", b"iCCP", b"sRGB\0\0" + zlib.compress(samples.icc_profile())),
        ("c2pa", b"caBX", b"jumb"),
        ("private_data", b"abCd", b"somebody's own"),
    ],
)
def test_each_png_chunk_has_its_word(opener: Opener, word: str, kind: bytes, content: bytes) -> None:
    """Text, time, profile, provenance and private chunks are told apart."""
    data = samples.png(bytes(14), 2, 2, extra=samples.png_chunk(kind, content))
    assert _report(opener, data).carriers == (word,)


def test_text_behind_the_pixels_of_a_png_is_found(opener: Opener) -> None:
    """Chunks that follow the pixels are looked at too."""
    text = PngImagePlugin.PngInfo()
    text.add(b"tEXt", b"Author\0somebody", after_idat=True)
    assert _report(opener, samples.saved(samples.quarters(), "PNG", pnginfo=text)).carriers == ("owner", "text_chunk")


def test_webp_chunks_have_their_words(opener: Opener) -> None:
    """XMP and profile are named, and so is a chunk that nobody knows."""
    data = samples.saved(samples.quarters(), "WEBP", xmp=XMP, icc_profile=samples.icc_profile())
    assert _report(opener, data) == MetadataReport(gps=True, carriers=("icc_profile", "xmp"))
    private = data + b"ownX" + struct.pack("<I", 4) + b"data"
    private = private[:4] + struct.pack("<I", len(private) - 8) + private[8:]
    assert "private_data" in _report(opener, private).carriers


def test_a_gif_comment_is_found(opener: Opener) -> None:
    """The comment extension is named, and so is what follows the trailer."""
    data = samples.saved(samples.quarters(), "GIF", comment=b"somebody")
    assert _report(opener, data + b"more").carriers == ("comment", "trailing_data")


def test_tiff_tags_that_hold_other_standards_have_their_words(opener: Opener) -> None:
    """XMP, IPTC, Photoshop and profile tags are named, and not counted as EXIF."""
    tags = {700: XMP, 33723: b"iptc", 34377: b"8BIM"}
    data = samples.saved(samples.quarters(), "TIFF", tiffinfo=tags, icc_profile=samples.icc_profile())
    report = _report(opener, data)
    assert report.carriers == ("icc_profile", "iptc", "photoshop", "xmp")
    assert report.exif_tags == 0


def test_a_heic_thumbnail_is_found(opener: Opener) -> None:
    """A thumbnail inside HEIC is a second picture that may show more."""
    data = samples.saved(samples.scene(), "HEIF", thumbnails=[128])
    assert "thumbnail" in _report(opener, data).carriers


def test_an_exif_thumbnail_is_found(opener: Opener) -> None:
    """The small picture in the second EXIF directory may show what was cropped away."""
    first = struct.pack("<HHHIII", 1, 0x0112, 3, 1, 1, 26)
    second = struct.pack("<HHHIIHHIII", 2, 0x0201, 4, 1, 56, 0x0202, 4, 1, 4, 0)
    block = b"Exif\0\0II*\0" + struct.pack("<I", 8) + first + second + b"\xff\xd8\xff\xd9"
    assert "thumbnail" in _report(opener, samples.saved(samples.quarters(), "JPEG", exif=block)).carriers


@pytest.mark.parametrize("noise", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*" + bytes(range(64))])
def test_broken_exif_does_not_stop_a_picture(opener: Opener, noise: bytes) -> None:
    """A picture whose metadata cannot be read is still a picture."""
    photo = opener.open(_jpeg(samples.jpeg_segment(0xE1, noise)))
    assert photo.size == (96, 64)
    assert "exif" in photo.metadata.carriers


def test_only_words_from_the_list_are_used(opener: Opener) -> None:
    """The words are sorted, and each is one that documents and pages can explain."""
    segments = [samples.jpeg_segment(*segment) for segment in JPEG_SEGMENTS.values()]
    carriers = _report(opener, _jpeg(*segments, tail=b"more")).carriers
    assert list(carriers) == sorted(carriers)
    assert set(carriers) <= set(CARRIERS)
    assert len(carriers) == 10
    assert list(CARRIERS) == sorted(CARRIERS)


def test_an_image_object_keeps_its_exif_orientation_out(opener: Opener) -> None:
    """An orientation of 1, or one that no standard knows, does not count as turned."""
    for orientation in (1, 0, 9):
        data = samples.saved(Image.new("RGB", (8, 4)), "JPEG", exif=samples.exif(orientation))
        assert not _report(opener, data).turned


# --- what the fields tell about people -----------------------------------------------------------


def _xmp(properties: str) -> bytes:
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description {properties}/></x:xmpmeta>'.encode()


XMP_FIELDS = {
    "camera": 'tiff:Make="Canon"',
    "lens": 'aux:Lens="50 mm"',
    "serial_number": 'aux:SerialNumber="0123"',
    "owner": 'aux:OwnerName="A. Khan"',
    "caption": 'photoshop:Headline="Amira wins"',
    "keywords": 'lr:hierarchicalSubject="Amira"',
    "location": 'photoshop:City="Leeds"',
    "face_names": "><mwg-rs:Regions><mwg-rs:Name>Amira Khan</mwg-rs:Name></mwg-rs:Regions",
    "edit_history": "><xmpMM:History><stEvt:action>saved</stEvt:action></xmpMM:History",
    "software": 'xmp:CreatorTool="Photoshop"',
    "time": 'xmp:CreateDate="2026-03-10"',
    "motion_video": 'GCamera:MotionPhoto="1"',
    "further_pictures": 'hdrgm:GainMapMin="0"',
    "c2pa": 'dcterms:provenance="https://example.org/manifest"',
}


@pytest.mark.parametrize("word", XMP_FIELDS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_xmp_fields_have_their_words_in_every_format(opener: Opener, kind: str, word: str) -> None:
    """A property is named by what it tells, whatever file it is in."""
    data = _with_xmp(kind, _xmp(XMP_FIELDS[word]))
    assert set(_report(opener, data).carriers) >= {word, "xmp"}


def _with_xmp(kind: str, packet: bytes) -> bytes:
    if kind == "JPEG":
        return _jpeg(samples.jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet))
    if kind == "PNG":
        chunk = samples.png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)
        return samples.with_inserted(samples.saved(samples.quarters(), "PNG"), 33, chunk)
    options = {"tiffinfo": {700: packet}} if kind == "TIFF" else {"xmp": packet}
    return samples.saved(samples.quarters(), kind, **options)


@pytest.mark.parametrize("writer", ["MP:RegionInfo", "MPReg:PersonDisplayName", "Iptc4xmpExt:PersonInImage"])
def test_names_at_faces_of_every_writer(opener: Opener, writer: str) -> None:
    """Microsoft's, IPTC's and the metadata working group's ways to name who is where."""
    assert "face_names" in _report(opener, _with_xmp("JPEG", _xmp(f"><{writer}>Amira Khan</{writer}"))).carriers


def test_extended_xmp_is_read(opener: Opener) -> None:
    """A second packet, for what does not fit into the first, may hold the names."""
    packet = b"http://ns.adobe.com/xmp/extension/\0" + bytes(40) + _xmp(XMP_FIELDS["face_names"])
    assert "face_names" in _report(opener, _jpeg(samples.jpeg_segment(0xE1, packet))).carriers


@pytest.mark.parametrize("text", [b"12:30 is a time and a Model", b"http://Lens", b"<a x:Lensing='1'/>", b""])
def test_other_words_in_xmp_are_not_fields(opener: Opener, text: bytes) -> None:
    """Only names of properties count."""
    assert set(_report(opener, _with_xmp("JPEG", text)).carriers) <= {"xmp"}


EXIF_FIELDS: dict[str, tuple[int, str | bytes]] = {
    "camera": (271, "Canon"),
    "owner": (315, "A. Khan"),
    "caption": (270, "Amira wins"),
    "software": (305, "Photoshop"),
    "time": (306, "2026:03:10 12:00:00"),
    "keywords": (40094, "Amira".encode("utf-16-le")),
}


@pytest.mark.parametrize("word", EXIF_FIELDS)
def test_exif_fields_have_their_words(opener: Opener, word: str) -> None:
    """A tag is named by what it tells; one that holds nothing but blanks tells nothing."""
    tag, value = EXIF_FIELDS[word]
    for content, expected in ((value, {word, "exif"}), (" " if isinstance(value, str) else b" \0", {"exif"})):
        block = Image.Exif()
        block[tag] = content
        report = _report(opener, samples.saved(samples.quarters(), "JPEG", exif=block.tobytes()))
        assert set(report.carriers) == expected


@pytest.mark.parametrize(
    ("tag", "word"), [(42033, "serial_number"), (42036, "lens"), (42032, "owner"), (36867, "time")]
)
def test_fields_of_the_exif_directory_have_their_words(opener: Opener, tag: int, word: str) -> None:
    """The serial number identifies the camera, and so its owner."""
    block = Image.Exif()
    block.get_ifd(0x8769)[tag] = "something"
    assert word in _report(opener, samples.saved(samples.quarters(), "WEBP", exif=block.tobytes())).carriers


IPTC_FIELDS = {"caption": 120, "keywords": 25, "owner": 80, "location": 90, "time": 55, "software": 65}


@pytest.mark.parametrize("word", IPTC_FIELDS)
def test_iptc_fields_have_their_words(opener: Opener, word: str) -> None:
    """In a JPEG behind other resources of Photoshop, and in a TIFF."""
    dataset = bytes((0x1C, 2, 0, 0, 0, 0x1C, 2, IPTC_FIELDS[word], 0, 4)) + b"Khan"
    before = b"8BIM\x03\xed\0\0\0\0\0\x03abc\0"
    block = b"Photoshop 3.0\0" + before + b"8BIM\x04\x04\0\0" + len(dataset).to_bytes(4, "big") + dataset
    assert set(_report(opener, _jpeg(samples.jpeg_segment(0xED, block))).carriers) >= {word, "iptc", "photoshop"}
    tiff = samples.saved(samples.quarters(), "TIFF", tiffinfo={33723: dataset})
    assert set(_report(opener, tiff).carriers) == {word, "iptc"}


def test_a_thumbnail_of_photoshop_is_found(opener: Opener) -> None:
    """It shows the picture as it was before it was cropped."""
    block = b"Photoshop 3.0\x008BIM\x04\x0c\0\0\0\0\0\x04abcd"
    assert "thumbnail" in _report(opener, _jpeg(samples.jpeg_segment(0xED, block))).carriers


@pytest.mark.parametrize("cut", [0, 3, 10, 19, 27])
def test_broken_resources_do_no_harm(opener: Opener, cut: int) -> None:
    """A block that ends too early is read as far as it goes."""
    block = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x09\x1c\x02\x50\0\x04Khan"
    assert _report(opener, _jpeg(samples.jpeg_segment(0xED, block[:cut]))).exif_tags == 0


@pytest.mark.parametrize(
    ("keyword", "word"),
    [(b"Author", "owner"), (b"Description", "caption"), (b"Software", "software"), (b"Raw profile type iptc", "iptc")],
)
def test_png_keywords_have_their_words(opener: Opener, keyword: bytes, word: str) -> None:
    """The names that the PNG specification gives to texts."""
    data = samples.png(bytes(14), 2, 2, extra=samples.png_chunk(b"tEXt", keyword + b"\0somebody"))
    assert _report(opener, data).carriers == tuple(sorted((word, "text_chunk")))


def test_what_follows_a_jpeg_is_told_apart(opener: Opener) -> None:
    """A film, another picture, or just something."""
    film = struct.pack(">I", 24) + b"ftypmp42" + bytes(12)
    more = samples.saved(samples.quarters(), "JPEG")
    assert _report(opener, _jpeg(tail=film)).carriers == ("motion_video", "trailing_data")
    assert _report(opener, _jpeg(tail=more)).carriers == ("further_pictures", "trailing_data")
    assert _report(opener, _jpeg(tail=b"something")).carriers == ("trailing_data",)


def test_what_is_in_or_behind_a_heic(opener: Opener) -> None:
    """A film in a box of its own, and bytes behind the last box."""
    plain = samples.saved(samples.quarters(), "HEIF")
    film = struct.pack(">I", 12) + b"mpvdabcd"
    assert _report(opener, plain + film).carriers == ("motion_video",)
    assert _report(opener, plain + b"more").carriers == ("trailing_data",)
    large = struct.pack(">I4sQ", 1, b"free", 20) + b"abcd"
    assert _report(opener, plain + large + struct.pack(">I", 0) + b"free" + b"rest").carriers == ()


def test_a_profile_that_names_a_device_is_told(opener: Opener) -> None:
    """A screen's own profile says whose screen it was; the common one says nothing."""
    common = samples.icc_profile()
    assert (
        "device_profile" not in _report(opener, samples.saved(samples.quarters(), "PNG", icc_profile=common)).carriers
    )
    at = 128 + 4
    renamed = common[:at] + b"mmod" + common[at + 4 :]
    assert "device_profile" in _report(opener, samples.saved(samples.quarters(), "PNG", icc_profile=renamed)).carriers
