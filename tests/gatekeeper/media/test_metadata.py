"""What the uploader is told about the metadata that the photo came with."""

import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from gatekeeper.media import Opener
from gatekeeper.media.wire import CARRIERS
from gatekeeper.types import MetadataReport
from tests.gatekeeper.media import samples

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
        ("text_chunk", b"tEXt", b"Author\0somebody"),
        ("text_chunk", b"iTXt", b"Author\0\0\0\0\0somebody"),
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
    assert _report(opener, samples.saved(samples.quarters(), "PNG", pnginfo=text)).carriers == ("text_chunk",)


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
