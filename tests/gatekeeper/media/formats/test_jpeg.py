"""The JPEG walker: pixels and nothing else."""

import io
import itertools
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gatekeeper.errors import ReleaseNotClean
from gatekeeper.media.formats.jpeg import verify_jpeg
from gatekeeper.media.release.encode import make_release, verify
from tests.support import samples

CLEAN = make_release(samples.pixels_of(samples.scene(120, 90))).data
BASELINE = samples.saved(samples.scene(120, 90), "JPEG", quality=90)
GREY = samples.saved(samples.scene(120, 90).convert("L"), "JPEG", quality=90)
BOUNDARIES = samples.jpeg_boundaries(CLEAN)


def _segment(data: bytes, marker: int, number: int = 0) -> tuple[int, int]:
    """Start and end of the n-th segment with this marker."""
    places = samples.jpeg_boundaries(data)
    starts = [at for at in places if data[at + 1] == marker]
    start = starts[number]
    return start, start + 2 + struct.unpack_from(">H", data, start + 2)[0]


def _patched(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"optimize": True}], ids=str)
def test_what_an_encoder_writes_without_metadata_is_clean(
    mode: str, subsampling: int, options: dict[str, bool]
) -> None:
    """Both encodings, every sampling and every quality pass, so a block means that something is there."""
    image = samples.quarters().convert(mode)
    for quality in range(1, 101):
        verify_jpeg(samples.saved(image, "JPEG", quality=quality, subsampling=subsampling, **options))


def test_every_unsuitable_thing_that_an_encoder_can_add_is_found() -> None:
    """EXIF, profile, comment, XMP, density, restarts, own tables and CMYK are each refused."""
    image = samples.scene(120, 90)
    additions: list[dict[str, object]] = [
        {"exif": samples.exif(1)},
        {"icc_profile": samples.icc_profile()},
        {"comment": b"hello"},
        {"xmp": b"<x:xmpmeta/>"},
        {"dpi": (72, 72)},
        {"restart_marker_blocks": 1},
        {"qtables": [list(range(1, 65)), list(range(1, 65))]},
        {"extra": samples.jpeg_segment(0xE5, b"")},
    ]
    for addition in additions:
        with pytest.raises(ReleaseNotClean):
            verify_jpeg(samples.saved(image, "JPEG", **addition))
    with pytest.raises(ReleaseNotClean):
        verify_jpeg(samples.saved(image.convert("CMYK"), "JPEG"))


INSERTIONS = {
    "comment": samples.jpeg_segment(0xFE, b"x"),
    "empty_comment": samples.jpeg_segment(0xFE, b""),
    "exif": samples.jpeg_segment(0xE1, b"Exif\0\0"),
    "second_jfif": CLEAN[2:20],
    "restart_interval": samples.jpeg_segment(0xDD, b"\0\0"),
    "lines": samples.jpeg_segment(0xDC, b"\0\x09"),
    "arithmetic_conditioning": samples.jpeg_segment(0xCC, b"\0\0"),
    "reserved_marker": samples.jpeg_segment(0xF3, b"x"),
    "empty_table_segment": samples.jpeg_segment(0xC4, b""),
    "fill_byte": b"\xff",
    "stray_byte": b"x",
    "stuffing": b"\xff\x00",
    "restart": b"\xff\xd0",
    "second_start": b"\xff\xd8",
    "early_end": b"\xff\xd9",
    "a_whole_picture": CLEAN,
}


@pytest.mark.parametrize("what", INSERTIONS)
@pytest.mark.parametrize("data", [CLEAN, BASELINE, GREY], ids=["progressive", "baseline", "grey"])
def test_nothing_can_be_inserted_between_segments(data: bytes, what: str) -> None:
    """At every boundary, from before the first segment to behind the last, anything more is refused.

    A byte that is no marker, put behind a scan, is coded data to everybody who
    reads the file; there, and only there, it cannot be told apart.
    """
    verify_jpeg(data)
    for at in [*samples.jpeg_boundaries(data), len(data)]:
        in_coded_data = what in {"stray_byte", "stuffing"} and data[at : at + 1] == b"\xff" and at > _first_scan(data)
        if in_coded_data and at < len(data):
            continue
        with pytest.raises(ReleaseNotClean):
            verify_jpeg(samples.with_inserted(data, at, INSERTIONS[what]))


def _first_scan(data: bytes) -> int:
    return _segment(data, 0xDA)[0]


@given(st.binary(min_size=1, max_size=200))
def test_nothing_can_be_appended(tail: bytes) -> None:
    """Not one byte may follow the end."""
    with pytest.raises(ReleaseNotClean, match="behind the end"):
        verify_jpeg(CLEAN + tail)


@given(st.integers(0, len(CLEAN) - 1))
def test_no_beginning_of_a_file_is_clean(length: int) -> None:
    """A file that ends too early is refused wherever it ends."""
    with pytest.raises(ReleaseNotClean):
        verify_jpeg(CLEAN[:length])


@pytest.mark.parametrize("start", BOUNDARIES[:-1])
def test_no_segment_can_be_left_out_or_repeated(start: int) -> None:
    """Each segment is there once and is needed; a repeated one could be read in two ways.

    Scans are the exception to the first half: an encoder may stop refining.
    """
    end = BOUNDARIES[BOUNDARIES.index(start) + 1]
    with pytest.raises(ReleaseNotClean):
        verify_jpeg(CLEAN[:end] + CLEAN[start:])
    if CLEAN[start + 1] != 0xDA and start < _first_scan(CLEAN) and CLEAN[start + 1] != 0xC4:
        with pytest.raises(ReleaseNotClean):
            verify_jpeg(CLEAN[:start] + CLEAN[end:])


HEADER_BITS = [
    8 * at + bit
    for start, after in itertools.pairwise(BOUNDARIES)
    for at in range(start, min(after, start + 2 + struct.unpack_from(">H", CLEAN, start + 2)[0]))
    for bit in range(8)
]


@given(st.sampled_from(HEADER_BITS))
@settings(max_examples=400)
def test_a_flipped_bit_in_the_structure_is_refused_or_harmless(bit: int) -> None:
    """What still passes after a flip has no segment that was not there before, and none of another kind."""
    flipped = bytearray(CLEAN)
    flipped[bit // 8] ^= 1 << bit % 8
    try:
        verify_jpeg(bytes(flipped))
    except ReleaseNotClean:
        return
    left = samples.jpeg_boundaries(bytes(flipped))
    assert set(left) <= set(BOUNDARIES)
    assert {flipped[at + 1] for at in left} <= {0xE0, 0xDB, 0xC2, 0xC4, 0xDA, 0xD9}


def test_frame_defects_are_refused() -> None:
    """Precision, size zero, component numbers, sampling, table numbers and counts are all checked."""
    start, end = _segment(CLEAN, 0xC2)
    changes = {4: b"\x0c", 5: b"\0\0", 7: b"\0\0", 9: b"\x02", 10: b"\x07", 11: b"\x44", 12: b"\x01", 14: b"\x21"}
    for offset, new in changes.items():
        with pytest.raises(ReleaseNotClean):
            verify_jpeg(_patched(CLEAN, start + offset, new))
    with pytest.raises(ReleaseNotClean):
        verify_jpeg(CLEAN[:end] + CLEAN[start:end] + CLEAN[end:])
    for other_frame in (0xC1, 0xC3, 0xC9, 0xCA):
        with pytest.raises(ReleaseNotClean):
            verify_jpeg(_patched(CLEAN, start + 1, bytes([other_frame])))


def test_quantisation_tables_must_be_standard_and_of_one_quality() -> None:
    """A camera's own tables, or tables of two qualities, would be a fingerprint."""
    other = samples.saved(samples.scene(120, 90), "JPEG", quality=80)
    first, first_end = _segment(CLEAN, 0xDB)
    mixed = CLEAN[:first] + other[slice(*_segment(other, 0xDB))] + CLEAN[first_end:]
    for broken in (mixed, _patched(CLEAN, first + 5, b"\x63"), _patched(CLEAN, first + 4, b"\x10")):
        with pytest.raises(ReleaseNotClean):
            verify_jpeg(broken)
    grey_with_two = samples.with_inserted(GREY, _segment(GREY, 0xDB)[1], CLEAN[slice(*_segment(CLEAN, 0xDB, 1))])
    with pytest.raises(ReleaseNotClean):
        verify_jpeg(grey_with_two)


def test_huffman_tables_must_be_well_formed_and_used() -> None:
    """A table that no scan uses, or with symbols twice, or longer than its codes, could hold a message."""
    start, end = _segment(CLEAN, 0xC4)
    unused = samples.jpeg_segment(0xC4, b"\x11" + bytes([0, 1]) + bytes(14) + b"\x05")
    doubled = samples.jpeg_segment(0xC4, b"\x00" + bytes([0, 2]) + bytes(14) + b"\x05\x05")
    crowded = samples.jpeg_segment(0xC4, b"\x00" + bytes([2]) + bytes(15) + b"\x05\x06")
    longer = samples.jpeg_segment(0xC4, CLEAN[start + 4 : end] + b"more")
    wrong_number = samples.jpeg_segment(0xC4, b"\x03" + CLEAN[start + 5 : end])
    for table in (doubled, crowded, longer, wrong_number):
        with pytest.raises(ReleaseNotClean):
            verify_jpeg(CLEAN[:start] + table + CLEAN[end:])
    for at in (start, BOUNDARIES[-1]):
        with pytest.raises(ReleaseNotClean):
            verify_jpeg(samples.with_inserted(CLEAN, at, unused))


def test_scan_headers_must_be_such_as_an_encoder_writes() -> None:
    """Component numbers, table numbers, bands and precisions that nobody writes are refused."""
    start, _ = _segment(CLEAN, 0xDA)
    for offset, new in {4: b"\x00", 5: b"\x09", 6: b"\x22", 7: b"\x01", 11: b"\x01", 12: b"\x3f", 13: b"\x31"}.items():
        with pytest.raises(ReleaseNotClean):
            verify_jpeg(_patched(CLEAN, start + offset, new))
    base, _ = _segment(BASELINE, 0xDA)
    for offset, new in {11: b"\x01", 12: b"\x3e", 13: b"\x01"}.items():
        with pytest.raises(ReleaseNotClean):
            verify_jpeg(_patched(BASELINE, base + offset, new))
    with pytest.raises(ReleaseNotClean):
        verify_jpeg(samples.jpeg_with_scans(11))


def test_an_empty_scan_is_refused() -> None:
    """A scan header without coded data shows nothing."""
    _, end = _segment(BASELINE, 0xDA)
    with pytest.raises(ReleaseNotClean, match="empty"):
        verify_jpeg(BASELINE[:end] + b"\xff\xd9")


@given(st.binary(max_size=60))
def test_noise_is_never_clean(noise: bytes) -> None:
    """Bytes that are no JPEG are refused with the proper error, with and without a good beginning."""
    for data in (noise, CLEAN[:20] + noise, CLEAN[: BOUNDARIES[4]] + noise):
        with pytest.raises(ReleaseNotClean):
            verify(data)


def test_a_large_file_is_walked_quickly() -> None:
    """Coded data are searched, not read byte by byte: megabytes take milliseconds."""
    image = Image.effect_noise((1500, 1500), 90).convert("RGB")
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95)
    verify_jpeg(file.getvalue())
    assert len(file.getvalue()) > 1_000_000
